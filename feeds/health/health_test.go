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

// memory is a log that can be made to fail.
type memory struct {
	mu      sync.Mutex
	fail    error
	records []string
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
				recorded
				Seconds float64
			}
		}
		if err := json.Unmarshal(bytes.Clone(d.Body), &body); err != nil {
			return nil, err
		}
		for _, e := range body.Events {
			switch {
			case d.Topic == event.TopicUncollected:
				m.records = append(m.records, fmt.Sprintf("uncollected %gs", e.Seconds))
			case e.Over:
				m.records = append(m.records, d.Source+" "+e.Check+" over")
			default:
				m.records = append(m.records, fmt.Sprintf("%s %s %d %s", d.Source, e.Check, e.Count, e.Brief))
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

func (s *stage) recorded(lines ...string) {
	s.t.Helper()
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	if !slices.Equal(s.log.records, lines) {
		s.t.Errorf("recorded\n%s\nwant\n%s", strings.Join(s.log.records, "\n"), strings.Join(lines, "\n"))
	}
}

func story(t *testing.T, o Options, act func(s *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &stage{t: t}
		o.Log = &s.log
		o.Conditions = func(context.Context, time.Time) []Condition {
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
		act(s)
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
		s.recorded()
		s.see(refused(3, "secret differs"))
		s.recorded("acme refused 3 secret differs")
		for n := range int64(60) { // two minutes of a flood are a line each half minute
			s.see(refused(4+n*1000, "secret differs"))
		}
		s.log.mu.Lock()
		lines := slices.Clone(s.log.records)
		s.log.mu.Unlock()
		if len(lines) < 2 || len(lines) > 5 {
			t.Errorf("a flood is recorded as\n%s", strings.Join(lines, "\n"))
		}
		s.see()
		s.pass(time.Hour)
		s.see(fine)
		s.see(fine)
		s.recorded(append(lines, "acme refused over")...)
	})
}

func TestAnotherCauseIsTold(t *testing.T) {
	story(t, Options{}, func(s *stage) {
		s.see(refused(3, "secret differs"))
		s.see(refused(4, "not signed"))
		s.recorded("acme refused 3 secret differs")
		s.pass(time.Minute)
		s.recorded("acme refused 3 secret differs", "acme refused 4 not signed")
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
		s.recorded()
		s.see(fine)
		s.recorded()
		close(read)
		s.see(refused(6, "secret differs")) // recorded by the run before
		s.recorded()
		s.see(fine)
		s.recorded("acme refused over")
	})
}

func TestWhatCannotBeAppendedIsRecordedLater(t *testing.T) {
	story(t, Options{Idle: time.Unix(1, 0)}, func(s *stage) {
		s.log.mu.Lock()
		s.log.fail = errors.New("the disk is full")
		s.log.mu.Unlock()
		s.see(refused(3, "secret differs"))
		s.recorded()
		s.log.mu.Lock()
		s.log.fail, s.log.records = nil, nil
		s.log.mu.Unlock()
		s.pass(2 * time.Second)
		s.recorded("uncollected 25s", "acme refused 3 secret differs")
	})
}

func TestTheTimeWithoutACollectorIsRecordedOnce(t *testing.T) {
	story(t, Options{Idle: time.Unix(1, 0)}, func(s *stage) {
		s.pass(time.Hour)
		s.recorded("uncollected 25s")
	})
}

// A watcher that failed and runs again goes on: it records neither the time without
// a collector nor an open condition a second time.
func TestASecondRunRepeatsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stage{t: t}
		w, err := New(Options{Log: &s.log, Idle: time.Now().Add(-25 * time.Second),
			Conditions: func(context.Context, time.Time) []Condition { return []Condition{refused(3, "secret differs")} }})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			ctx, stop := context.WithTimeout(t.Context(), time.Minute)
			if err := w.Run(ctx); err != nil {
				t.Error(err)
			}
			stop()
		}
		s.recorded("uncollected 25s", "acme refused 3 secret differs")
	})
}

// Whoever restores a condition gets what was recorded of it.
func TestAConditionIsReadBackAsItWasRecorded(t *testing.T) {
	since := time.Date(2026, 11, 26, 20, 7, 31, 123_000_000, time.UTC)
	for _, want := range []Condition{
		{Source: "acme", Check: event.CheckRefused, Brief: "gateway: secret differs", Cause: "compare the secrets", Since: since, Count: 6},
		{Source: "acme", Check: event.CheckWebhook, About: "id:of:it", Name: "to: foghorn", Urgent: true, Over: true},
	} {
		log := &lastElement{}
		w, err := New(Options{Log: log, Conditions: func(context.Context, time.Time) []Condition { return nil }})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.record(t.Context(), &want, since, false); err != nil {
			t.Fatal(err)
		}
		if got, err := Recorded("acme", log.element); err != nil || got != want {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	}
	if _, err := Recorded("acme", json.RawMessage(`[]`)); err == nil {
		t.Error("what is no condition is read as one")
	}
}

// lastElement is a log that keeps the last element.
type lastElement struct{ element json.RawMessage }

func (l *lastElement) Append(_ context.Context, records ...event.Record) ([]int64, error) {
	var body struct{ Events []json.RawMessage }
	err := json.Unmarshal(records[0].Body, &body)
	l.element = body.Events[0]
	return []int64{1}, err
}
