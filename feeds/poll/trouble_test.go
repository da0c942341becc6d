package poll_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"foghorn/feeds/poll"
	"foghorn/journal/event"
	"foghorn/mist"
	"foghorn/mist/mistsim"
)

// trouble orders a fault for everything from now on.
func (s *stage) trouble(kind mistsim.Fault, path string, more ...func(*mistsim.Order)) {
	o := mistsim.Order{Kind: kind, Path: path, Times: 1 << 30}
	for _, m := range more {
		m(&o)
	}
	s.cloud.Faults().Order(o)
}

func TestEachTroubleIsOneLineAndFewCalls(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		make  func(*stage)
		want  string // in the line
		calls int    // most in the hour after
		state event.FeedState
	}{
		"the cloud has a problem": {func(s *stage) { s.trouble(mistsim.ServerError, "") }, "failed (503", 100, event.FeedDown},
		"a page for people":       {func(s *stage) { s.trouble(mistsim.HTML, "") }, "a web page instead of JSON", 100, event.FeedDown},
		"JSON that is cut off":    {func(s *stage) { s.trouble(mistsim.HalfBody, "") }, "cut off", 100, event.FeedDown},
		"429 for an hour": {func(s *stage) {
			s.trouble(mistsim.Storm, "", func(o *mistsim.Order) { o.Delay = time.Hour })
		}, "accepts no calls of this token until", 8, event.FeedDown},
		"429 without an end": {func(s *stage) {
			s.trouble(mistsim.Storm, "", func(o *mistsim.Order) { o.Delay = 5 * time.Minute })
		}, "accepts no calls of this token until", 130, event.FeedDown},
		"a revoked token": {func(s *stage) { s.cloud.Revoke(mistsim.AdminToken) }, "does not accept the token (401)", 10, event.FeedError},
		"no right on audits": {func(s *stage) {
			s.trouble(mistsim.ServerError, "/logs/search", func(o *mistsim.Order) { o.Status = 403 })
		}, "audits: no rights on", 700, event.FeedUp},
		"pages that do not end": {func(s *stage) { s.cloud.RaiseAlarms(3); s.trouble(mistsim.EndlessPages, "/alarms/search") }, "does not end", 900, event.FeedUp},
		"pages without rows":    {func(s *stage) { s.trouble(mistsim.EmptyPages, "/stats/devices") }, "devices: ", 800, event.FeedUp},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.run(10 * time.Minute)
			there := len(s.devices)
			c.make(s)
			before := s.cloud.TotalCalls()
			s.run(30 * time.Minute)
			state, line := s.line()
			if state != c.state || !strings.Contains(line, c.want) || strings.Contains(line, "\n") {
				t.Errorf("%s %q, want %s with %q", state, line, c.state, c.want)
			}
			s.run(30 * time.Minute)
			if n := s.cloud.TotalCalls() - before; n > c.calls {
				t.Errorf("%d calls in the hour, no more than %d are needed", n, c.calls)
			}
			if len(s.devices) != there || there == 0 {
				t.Errorf("%d of %d devices are left: what was known must stay", len(s.devices), there)
			}
			s.cloud.Faults().Clear()
			s.cloud.AddToken(mistsim.Token{Key: mistsim.AdminToken, Role: "admin"})
			s.run(75 * time.Minute)
			if state, line := s.line(); state != event.FeedUp || !strings.HasPrefix(line, fmt.Sprintf("%d sites", len(s.cloud.Org().Sites))) {
				t.Errorf("when it is over: %s %q", state, line)
			}
		})
	}
}

func TestANewTokenIsTakenUpWithoutARestart(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(_ *mistsim.Options, o *poll.Options) {
		o.Renew = func(context.Context) (*mist.Client, error) { return nil, errors.New("replaced by the stage") }
	})
	s.run(10 * time.Minute)
	s.cloud.Revoke(mistsim.AdminToken)
	s.run(20 * time.Minute)
	if state, line := s.line(); state != event.FeedError || !strings.Contains(line, "looked at again every 10 minutes") {
		t.Fatalf("%s %q", state, line)
	}
	s.cloud.AddToken(mistsim.Token{Key: "fresh", Role: "admin"})
	s.run(12 * time.Minute)
	if state, line := s.line(); state != event.FeedUp {
		t.Errorf("%s %q", state, line)
	}
}

func TestAWrongOrganizationIsSaid(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	o := poll.Options{Source: "acme", OrgID: "11111111-2222-3333-4444-555555555555", Client: s.poll.Client(), State: s.state, View: s.book, Log: s.book, Clock: s.clock}
	var err error
	if s.poll, err = poll.New(o); err != nil {
		t.Fatal(err)
	}
	s.run(2 * time.Hour)
	if _, line := s.line(); !strings.Contains(line, "another organization or region?") {
		t.Errorf("line %q", line)
	}
	if n := s.cloud.TotalCalls(); n > 100 {
		t.Errorf("%d calls for an organization that is not there", n)
	}
}

func TestAJournalThatRefusesIsSaidAndNothingIsLost(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.run(5 * time.Minute)
	s.refuse = errors.New("disk full")
	s.cloud.RaiseAlarms(2)
	for range 3 {
		s.poll.RunSoon("alarms")
		s.clock.Set(s.poll.Step(t.Context()))
	}
	if _, line := s.line(); !strings.Contains(line, "disk full") {
		t.Errorf("line %q", line)
	}
	s.refuse = nil
	s.run(20 * time.Minute)
	if n := len(s.of("alarms")); n != 2 {
		t.Errorf("%d of 2 alarms told", n)
	}
}
