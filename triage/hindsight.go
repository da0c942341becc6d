package triage

import (
	"maps"
	"slices"
	"time"

	"foghorn/event"
)

// An end that does not name its object as the alert does (see scope.go) is taken
// for the alert's where no other outage could be meant, as far as was known then.
// A beginning that comes late can tell that another could: then the alert is on
// again, because nobody knows that it ended.

// guess ends an alert by such an end, and remembers that it did.
func (m *Machine) guess(a *event.Alert, e *event.Event, at time.Time) {
	resolve(a, at)
	a.UnclearEnd, a.UnclearAmong = &at, 0
	if e.Signal.Object == "" {
		a.UnclearAmong = 1
	}
	m.attach(a, e)
}

// guessedEnd reports whether the alert was resolved by a guess.
func guessedEnd(a *event.Alert) bool {
	return a.Resolved != nil && a.UnclearEnd != nil && a.Resolved.Equal(*a.UnclearEnd)
}

// review takes back the guesses that a beginning shows to be none: own is the
// alert of the object that began, and seen when.
func (m *Machine) review(own *event.Alert, e *event.Event, seen time.Time, look Lookup) error {
	ended, err := m.endedIn(e.Signal.Scope, seen, look)
	if err != nil {
		return err
	}
	for _, a := range ended {
		if a == own || !guessedEnd(a) {
			continue
		}
		end := *a.Resolved
		if a.UnclearAmong == 0 && !m.recovered[e.Signal.Key].Equal(end) {
			continue // the end named an object, and not this one
		}
		if a.UnclearAmong > 0 && own.Resolved != nil && own.Resolved.Before(end) {
			continue // this one was over by then
		}
		a.Resolved, a.LastSeen, a.UnclearAmong = nil, a.Opened, 2
		m.touch(a, e.Received)
	}
	return nil
}

// endedIn returns the alerts of a scope that were resolved at or after a time.
func (m *Machine) endedIn(scope string, since time.Time, look Lookup) ([]*event.Alert, error) {
	ids, err := look.EndedIn(scope, since)
	if err != nil {
		return nil, err
	}
	ids = slices.AppendSeq(ids, maps.Keys(m.ended[scope]))
	slices.Sort(ids)
	var out []*event.Alert
	for _, id := range slices.Compact(ids) {
		a, err := m.findID(id, look)
		if err != nil {
			return nil, err
		}
		// What is held may have changed since it was written.
		if a != nil && a.Scope() == scope && a.Resolved != nil && !a.Resolved.Before(since) {
			out = append(out, a)
		}
	}
	return out, nil
}
