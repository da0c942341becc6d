package triage

import (
	"time"

	"foghorn/journal/event"
)

// account is what a sender that tracks a condition by id says about it: when it was
// seen, when it ended, and how new that report is.
type account struct {
	seen, told time.Time
	ended      time.Time // zero when it is on
}

func (m *Machine) account(e *event.Event) account {
	s := e.Signal
	w := account{seen: m.when(e.Time, e.Received)}
	if !s.LastSeen.IsZero() {
		w.seen = m.when(s.LastSeen, e.Received)
		if s.Reported.IsZero() && !s.Resolved {
			w.seen = later(w.seen, m.when(e.Time, e.Received))
		}
	}
	w.told = w.seen
	if !s.Reported.IsZero() {
		w.told = later(w.told, m.when(s.Reported, e.Received))
	}
	if !s.Resolved {
		return w
	}
	w.ended = later(w.told, m.when(e.Time, e.Received))
	if !s.Ended.IsZero() {
		w.ended = m.when(s.Ended, e.Received)
	}
	w.told = later(w.told, w.ended)
	if e.Via == event.ViaPoll {
		w.told = later(w.told, milli(e.Received)) // how it stands when it is asked for
	}
	return w
}

// stands handles the state of a condition that its sender tracks by id and reports
// again and again, a Mist alarm. The newest report counts; of two that are equally
// new, the one with the higher count; of two that agree in both, the later to
// arrive. The condition began and ended when the sender says so, not when the report
// was sent.
func (m *Machine) stands(e *event.Event, look Lookup) error {
	s, w := e.Signal, m.account(e)
	a, err := m.find(s.Key, look)
	if err != nil {
		return err
	}
	if a == nil {
		a = m.open(e, s.Key, w.seen)
		a.Count = max(1, s.Count)
		if began := m.when(s.Began, e.Received); !s.Began.IsZero() && began.Before(w.seen) {
			a.Opened = began
		}
		if s.Resolved {
			resolve(a, later(w.ended, a.Opened))
		}
	} else if !m.restate(a, s, w) {
		m.attach(a, e)
		return nil
	}
	if s.ExpiresAfter > 0 && a.Resolved == nil {
		// Nothing reports its end. A late report still shows that it was seen.
		at := later(a.LastSeen, milli(e.Received)).Add(s.ExpiresAfter)
		a.Expires = &at
	}
	m.attach(a, e)
	return nil
}

// restate updates an alert to its sender's report, and returns whether the report
// counts. An older report can still raise the count, which only ever grows.
func (m *Machine) restate(a *event.Alert, s *event.Signal, w account) bool {
	stale := w.told.Before(a.LastSeen) || w.told.Equal(a.LastSeen) && 0 < s.Count && s.Count < a.Count
	if s.Count == 0 && w.told.After(a.LastSeen) {
		a.Count++ // a sender that does not count leaves it to us
	}
	a.Count = max(a.Count, s.Count)
	if stale {
		return false
	}
	if w.seen.After(a.LastSeen) && left(a) && !w.seen.After(*a.Resolved) {
		a.Resolved = nil // time ended it too early: it was seen again before
	}
	a.LastSeen = later(a.LastSeen, w.seen)
	a.Severity = s.Severity
	update(&a.Title, s.Title)
	switch {
	case s.Resolved && (a.Resolved == nil || !s.Ended.IsZero()):
		resolve(a, later(w.ended, a.Opened))
	case !s.Resolved && a.Resolved != nil && m.onAgain(w, *a.Resolved):
		at := w.seen
		if !at.After(*a.Resolved) {
			at = w.told
		}
		reopen(a, at)
	}
	return true
}

// onAgain reports whether a report reopens an ended condition: it was seen after
// the end, or the report is so much newer than the end that it cannot be a late one
// from before it.
func (m *Machine) onAgain(w account, ended time.Time) bool {
	return w.seen.After(ended) || w.told.Sub(ended) > m.rules.Echo
}
