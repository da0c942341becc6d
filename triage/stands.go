package triage

import (
	"time"

	"foghorn/event"
)

// stands takes in how a condition stands by the word of a sender that tracks
// it by id and tells it again and again, a Mist alarm (FACTS section 7). The
// word with the later time holds; of two with the same time the one with the
// higher count; of two that agree in both the later to arrive.
func (m *Machine) stands(e *event.Event, look Lookup) error {
	s := e.Signal
	at := m.when(e.Time, e.Received)
	told := at
	if !s.LastSeen.IsZero() {
		told = later(at, m.when(s.LastSeen, e.Received))
	}
	a, err := m.find(s.Key, look)
	if err != nil {
		return err
	}
	if a == nil {
		a = m.open(e, s.Key, told)
		a.Count = max(1, s.Count)
		if began := m.when(s.Began, e.Received); !s.Began.IsZero() && began.Before(told) {
			a.Opened = began
		}
		if s.Resolved {
			resolve(a, told)
		}
	} else {
		restate(a, s, told)
	}
	m.attach(a, e)
	return nil
}

// restate brings an alert up to what its sender says now. An older word can
// still raise the count, which only ever grows.
func restate(a *event.Alert, s *event.Signal, told time.Time) {
	stale := told.Before(a.LastSeen) || told.Equal(a.LastSeen) && 0 < s.Count && s.Count < a.Count
	if s.Count == 0 && told.After(a.LastSeen) {
		a.Count++ // a sender that does not count leaves it to us
	}
	a.Count = max(a.Count, s.Count)
	if stale {
		return
	}
	a.LastSeen = told
	a.Severity = s.Severity
	update(&a.Title, s.Title)
	switch {
	case s.Resolved && a.Resolved == nil:
		resolve(a, told)
	case !s.Resolved && a.Resolved != nil && told.After(*a.Resolved):
		reopen(a, told)
	}
}
