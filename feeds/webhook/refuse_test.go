package webhook

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
)

// from sends r from another address.
func from(r *http.Request, addr string) *http.Request {
	r.RemoteAddr = netip.AddrPortFrom(netip.MustParseAddr(addr), 4000).String()
	return r
}

func TestAnAddressThatGoesOnIsToldToStop(t *testing.T) {
	t.Parallel()
	o := twoOrgs()
	o.RefusalsPerAddress = 3
	b := newBench(t, o)
	var codes []int
	for range 6 {
		codes = append(codes, b.do(signed("/mist/acme", "wrong", good)).Code)
	}
	if got := fmt.Sprint(codes); got != "[401 401 401 429 429 429]" {
		t.Fatalf("answers %s", got)
	}
	w := b.do(signed("/mist/acme", "wrong", good))
	if w.Code != 429 || w.Header().Get("Retry-After") != "20" {
		t.Errorf("answer %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	ds := b.log.deliveries(t)
	if len(ds) != 4 || b.Dropped() != 3 {
		t.Fatalf("%d on record, %d dropped; want 3 and the first 429, and 3", len(ds), b.Dropped())
	}
	if d := ds[3]; d.Status != 429 || d.Verdict != event.Failed || !strings.Contains(d.Cause, "more than 3 refused requests a minute") {
		t.Errorf("delivery %+v", d)
	}

	t.Run("others are not concerned", func(t *testing.T) {
		if w := b.do(from(signed("/mist/acme", "wrong", good), "192.0.2.8")); w.Code != 401 {
			t.Errorf("answer %d to another address", w.Code)
		}
	})
	t.Run("a right signature passes from the same address", func(t *testing.T) {
		if w := b.do(signed("/mist/acme", "new", good)); w.Code != 200 {
			t.Errorf("answer %d to a good delivery", w.Code)
		}
	})
	t.Run("reasons are given again later", func(t *testing.T) {
		b.clock.Advance(20 * time.Second)
		if w := b.do(signed("/mist/acme", "wrong", good)); w.Code != 401 {
			t.Errorf("answer %d after Retry-After", w.Code)
		}
	})
	t.Run("each minute tells how many there were", func(t *testing.T) {
		b.clock.Advance(time.Minute)
		for range 4 {
			b.do(signed("/mist/acme", "wrong", good))
		}
		ds := b.log.deliveries(t)
		if d := ds[len(ds)-1]; d.Status != 429 || !strings.Contains(d.Cause, "(3 more not on record)") {
			t.Errorf("delivery %+v", d)
		}
	})
}

func TestRefusalsHaveAnAllowanceOfTheirOwn(t *testing.T) {
	t.Parallel()
	o := twoOrgs()
	o.RefusalBurst, o.RefusalsPerSecond = 5, 2
	b := newBench(t, o)
	for i := range 20 {
		b.do(from(post("/wp-login.php", "x"), fmt.Sprintf("192.0.2.%d", i)))
	}
	if n := len(b.log.deliveries(t)); n != 5 || b.Dropped() != 15 {
		t.Fatalf("%d on record, %d dropped", n, b.Dropped())
	}
	if f := b.feed(t, "listener"); f.Failed != 20 {
		t.Errorf("feed %+v", f)
	}
	if w := b.do(signed("/mist/acme", "new", good)); w.Code != 200 {
		t.Errorf("a good delivery met the allowance: %d", w.Code)
	}
	b.clock.Advance(time.Second)
	for i := range 5 {
		b.do(from(post("/wp-login.php", "x"), fmt.Sprintf("192.0.2.%d", 100+i)))
	}
	if n := len(b.log.deliveries(t)); n != 5+1+2 {
		t.Errorf("%d on record after a second", n)
	}
}

func TestARefusalIsAnsweredThoughItCannotBeKept(t *testing.T) {
	t.Parallel()
	b := newBench(t, twoOrgs())
	b.log.fail(errors.New("disk full"))
	if w := b.do(signed("/mist/acme", "wrong", good)); w.Code != 401 {
		t.Errorf("answer %d", w.Code)
	}
	if b.Dropped() != 1 {
		t.Errorf("%d dropped", b.Dropped())
	}
}

func TestARefusalIsAnsweredBeforeItIsKept(t *testing.T) {
	t.Parallel()
	b := newBench(t, twoOrgs())
	b.log.gate, b.log.entered = make(chan struct{}), make(chan struct{}, 1)
	url, stop := b.serve1(t)
	defer stop()
	resp, err := http.Post(url+"/mist/acme", "application/json", strings.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	<-b.log.entered
	if resp.StatusCode != 401 {
		t.Errorf("answer %d", resp.StatusCode)
	}
	close(b.log.gate)
}

func TestMistErrorsAreExplained(t *testing.T) {
	t.Parallel()
	for v, want := range map[string]string{
		"headers format invalid":     "JSON object",
		"headers too big":            "1000 bytes",
		"header[X-Env] not a string": "must be a string",
		"something new":              "X-Mist-Error: something new",
	} {
		if got := mistError(v); !strings.Contains(got, want) || !strings.Contains(got, v) {
			t.Errorf("%q: %q", v, got)
		}
	}
}

func TestStrikesForgetTheQuietOnes(t *testing.T) {
	t.Parallel()
	s := newStrikes(1)
	first := netip.MustParseAddr("10.0.0.0")
	s.refused(first, start)
	a := first
	for range maxAddresses {
		a = a.Next()
		s.refused(a, start)
	}
	if len(s.byAddr) != maxAddresses || s.recent.Len() != maxAddresses {
		t.Errorf("%d addresses remembered", len(s.byAddr))
	}
	if r := s.refused(a, start); !r.over || !r.record {
		t.Errorf("the latest was forgotten: %+v", r)
	}
	if r := s.refused(first, start); r.over {
		t.Error("the first was remembered")
	}
}

func TestStrikesWhenTheClockGoesBack(t *testing.T) {
	t.Parallel()
	s := newStrikes(2)
	a := netip.MustParseAddr("2001:db8::1")
	b := netip.MustParseAddr("2001:db8::ffff") // the same /64 is one sender
	for i, r := range []ruling{s.refused(a, start), s.refused(b, start.Add(-time.Hour)), s.refused(a, start.Add(-time.Hour))} {
		if r.over != (i == 2) {
			t.Errorf("refusal %d: %+v", i, r)
		}
	}
	if r := s.refused(a, start); r.over {
		t.Errorf("an hour later by its clock: %+v", r)
	}
}

func TestMeterRateCountsEventsAndTotalDeliveries(t *testing.T) {
	t.Parallel()
	var m meter
	for s := range 20 {
		m.accepted(start.Add(time.Duration(s)*time.Second), 30)
	}
	m.refused(start, "secret differs")
	var f event.Feed
	cause, at := m.read(&f, start.Add(20*time.Second))
	if f.Rate != 30 || f.Total != 20 || f.Failed != 1 || !f.Last.Equal(start.Add(19*time.Second)) {
		t.Errorf("feed %+v", f)
	}
	if cause != "secret differs" || !at.Equal(start) {
		t.Errorf("last refusal %q at %v", cause, at)
	}
}

func TestFeedsTellTheLastRefusal(t *testing.T) {
	t.Parallel()
	b := newBench(t, twoOrgs())
	b.setPhase(phaseUp, nil)
	b.do(signed("/mist/acme", "other", good))
	if f := b.feed(t, "acme"); f.State != event.FeedRefused || f.Refused != 1 || f.Brief != "secret differs" || f.Failed != 1 || !strings.Contains(f.Detail, "secret of source globex") {
		t.Errorf("feed %+v", f)
	}
	b.clock.Advance(time.Second)
	b.do(signed("/mist/acme", "new", good))
	b.clock.Advance(time.Second)
	if f := b.feed(t, "acme"); f.Detail != "/mist/acme" || f.Total != 1 || f.Rate != 0.1 || f.Kind != "mist webhook" {
		t.Errorf("feed %+v", f)
	}
	if f := b.feed(t, "core"); f.Kind != "junos" || f.Detail != "/junos/core" {
		t.Errorf("feed %+v", f)
	}
}
