package triage

import (
	"time"

	"foghorn/journal/event"
)

// statusReport is what a sender that tracks a condition by id says about it: when it
// was seen, when it ended, and how new the report is.
type statusReport struct {
	seen, reported time.Time
	ended          time.Time // zero when it is on
}

// readReport reads a status report out of an event.
func (m *Machine) readReport(e *event.Event) statusReport {
	s := e.Signal
	w := statusReport{seen: m.clampTime(e.Time, e.Received)}
	if !s.LastSeen.IsZero() {
		w.seen = m.clampTime(s.LastSeen, e.Received)
		if s.Reported.IsZero() && !s.Resolved {
			w.seen = later(w.seen, m.clampTime(e.Time, e.Received))
		}
	}
	w.reported = w.seen
	if !s.Reported.IsZero() {
		w.reported = later(w.reported, m.clampTime(s.Reported, e.Received))
	}
	if !s.Resolved {
		return w
	}
	w.ended = later(w.reported, m.clampTime(e.Time, e.Received))
	if !s.Ended.IsZero() {
		w.ended = m.clampTime(s.Ended, e.Received)
	}
	w.reported = later(w.reported, w.ended)
	if e.Via == event.ViaPoll {
		w.reported = later(w.reported, milli(e.Received)) // a poll returns the state as of now
	}
	return w
}

// report applies a status report of a Mist alarm. Reports are idempotent: the newest
// counts, then the one with the higher count, then the one that arrives later. The
// condition begins and ends when the sender says so, not when the report was sent.
func (m *Machine) report(e *event.Event, look Lookup) error {
	s, w := e.Signal, m.readReport(e)
	a, err := m.find(s.Key, look)
	if err != nil {
		return err
	}
	if a == nil {
		a = m.newAlert(e, s.Key, w.seen)
		a.Count = max(1, s.Count)
		if began := m.clampTime(s.Began, e.Received); !s.Began.IsZero() && began.Before(w.seen) {
			a.Opened = began
		}
		if s.Resolved {
			setResolved(a, later(w.ended, a.Opened))
		}
	} else if !m.applyReport(a, s, w) {
		m.attach(a, e)
		return nil
	}
	if s.ExpiresAfter > 0 && isOn(a) {
		// Nothing reports its end. A late report still shows that it was seen.
		at := later(a.LastSeen, milli(e.Received)).Add(s.ExpiresAfter)
		a.Expires = &at
	}
	m.attach(a, e)
	return nil
}

// applyReport updates an alert by a report and returns whether the report counts. An
// older one can still raise the count, which only ever grows.
func (m *Machine) applyReport(a *event.Alert, s *event.Signal, w statusReport) bool {
	stale := w.reported.Before(a.LastSeen) || w.reported.Equal(a.LastSeen) && 0 < s.Count && s.Count < a.Count
	if s.Count == 0 && w.reported.After(a.LastSeen) {
		a.Count++ // the sender does not count, so we do
	}
	a.Count = max(a.Count, s.Count)
	if stale {
		return false
	}
	if w.seen.After(a.LastSeen) && hasExpired(a) && !w.seen.After(*a.Resolved) {
		a.Resolved = nil // it expired too early: it was seen again before
	}
	a.LastSeen = later(a.LastSeen, w.seen)
	a.Severity = s.Severity
	setIfKnown(&a.OpenTitle, s.Title)
	switch {
	case s.Resolved && (isOn(a) || !s.Ended.IsZero()):
		setResolved(a, later(w.ended, a.Opened))
	case !s.Resolved && a.Resolved != nil && m.startsAgain(w, a):
		at := w.seen
		if !at.After(*a.Resolved) {
			at = w.reported
		}
		setReopened(a, at)
	}
	return true
}

// startsAgain reports whether a report reopens an ended condition: it was seen after
// the end, or the report is so much newer than the end that it cannot be a late one
// from before it. One that a person closed has to be seen again.
func (m *Machine) startsAgain(w statusReport, a *event.Alert) bool {
	ended := *a.Resolved
	return w.seen.After(ended) || !a.ClosedByHand() && w.reported.Sub(ended) > m.rules.SameWithin
}
