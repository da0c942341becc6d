package health

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/journal/event"
)

// memory is a log that can be told to fail.
type memory struct {
	mu   sync.Mutex
	fail error
	said []string
}

func (m *memory) Append(_ context.Context, records ...event.Record) ([]int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return nil, m.fail
	}
	for _, r := range records {
		d, err := r.Observation()
		if err != nil {
			return nil, err
		}
		var body struct {
			Events []struct {
				element
				Seconds float64
			}
		}
		if err := json.Unmarshal(bytes.Clone(d.Body), &body); err != nil {
			return nil, err
		}
		for _, e := range body.Events {
			switch {
			case d.Topic == event.TopicUncollected:
				m.said = append(m.said, fmt.Sprintf("uncollected %gs", e.Seconds))
			case e.Over:
				m.said = append(m.said, d.Source+" "+e.Check+" over")
			default:
				m.said = append(m.said, fmt.Sprintf("%s %s %d %s", d.Source, e.Check, e.Count, e.Brief))
			}
		}
	}
	return []int64{1}, nil
}

// stage is a watcher in a bubble of its own time, and what it sees.
type stage struct {
	t   *testing.T
	log memory
	mu  sync.Mutex
	now []Condition
}

func (s *stage) see(all ...Condition) {
	s.mu.Lock()
	s.now = all
	s.mu.Unlock()
	s.pass(2 * time.Second)
}

func (s *stage) pass(d time.Duration) {
	timer := time.NewTimer(d)
	<-timer.C
	synctest.Wait()
}

func (s *stage) told(lines ...string) {
	s.t.Helper()
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	if !slices.Equal(s.log.said, lines) {
		s.t.Errorf("told\n%s\nwant\n%s", strings.Join(s.log.said, "\n"), strings.Join(lines, "\n"))
	}
}

func story(t *testing.T, o Options, tell func(s *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &stage{t: t}
		o.Log = &s.log
		o.Look = func(context.Context, time.Time) []Condition {
			s.mu.Lock()
			defer s.mu.Unlock()
			return slices.Clone(s.now)
		}
		if !o.Idle.IsZero() {
			o.Idle = time.Now().Add(-25 * time.Second)
		}
		w, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- w.Run(ctx) }()
		tell(s)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func refused(n int64, brief string) Condition {
	return Condition{Source: "acme", Check: event.CheckRefused, Count: n, Brief: brief}
}

var fine = Condition{Source: "acme", Check: event.CheckRefused, Over: true}

func TestAConditionIsToldWhenItBeginsAndEnds(t *testing.T) {
	story(t, Options{}, func(s *stage) {
		s.see(fine)
		s.told()
		s.see(refused(3, "secret differs"))
		s.told("acme refused 3 secret differs")
		for n := range int64(60) { // two minutes of a flood are a line each half minute
			s.see(refused(4+n*1000, "secret differs"))
		}
		s.log.mu.Lock()
		lines := slices.Clone(s.log.said)
		s.log.mu.Unlock()
		if len(lines) < 2 || len(lines) > 5 {
			t.Errorf("a flood is told as\n%s", strings.Join(lines, "\n"))
		}
		s.see()
		s.pass(time.Hour)
		s.see(fine)
		s.see(fine)
		s.told(append(lines, "acme refused over")...)
	})
}

func TestAnotherCauseIsTold(t *testing.T) {
	story(t, Options{}, func(s *stage) {
		s.see(refused(3, "secret differs"))
		s.see(refused(4, "not signed"))
		s.told("acme refused 3 secret differs")
		s.pass(time.Minute)
		s.told("acme refused 3 secret differs", "acme refused 4 not signed")
	})
}

// What the journal has as lasting is ended by a later run, and only by one that
// knows that it is over.
func TestARestartGoesOnWithWhatWasTold(t *testing.T) {
	read := make(chan struct{})
	open := func(context.Context) ([]string, bool) {
		select {
		case <-read:
			return []string{event.HealthKey(event.CheckRefused, "acme", "")}, true
		default:
			return nil, false // the log is still being read
		}
	}
	story(t, Options{Open: open}, func(s *stage) {
		s.pass(time.Hour)
		s.told()
		s.see(fine)
		s.told()
		close(read)
		s.see(refused(6, "secret differs")) // told by the run before
		s.told()
		s.see(fine)
		s.told("acme refused over")
	})
}

func TestWhatCannotBeAppendedIsToldLater(t *testing.T) {
	story(t, Options{Idle: time.Unix(1, 0)}, func(s *stage) {
		s.log.mu.Lock()
		s.log.fail = errors.New("the disk is full")
		s.log.mu.Unlock()
		s.see(refused(3, "secret differs"))
		s.told()
		s.log.mu.Lock()
		s.log.fail, s.log.said = nil, nil
		s.log.mu.Unlock()
		s.pass(2 * time.Second)
		s.told("uncollected 25s", "acme refused 3 secret differs")
	})
}

func TestTheTimeWithoutACollectorIsToldOnce(t *testing.T) {
	story(t, Options{Idle: time.Unix(1, 0)}, func(s *stage) {
		s.pass(time.Hour)
		s.told("uncollected 25s")
	})
}
