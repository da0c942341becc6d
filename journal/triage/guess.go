package triage

import (
	"maps"
	"slices"
	"time"

	"foghorn/journal/event"
)

// A resolve that names its object less fully than the alert does, or not at all (see
// scope.go), resolves the alert if it can mean no other known outage. A raise that
// arrives late can show that it could have meant another: then the alert is open
// again, because nobody knows that it ended.

// resolveByGuess resolves an alert by such a signal and records that this was a guess.
func (m *Machine) resolveByGuess(a *event.Alert, e *event.Event, at time.Time) {
	setResolved(a, at)
	a.UnclearEnd, a.UnclearAmong = &at, 0
	if e.Signal.Object == "" {
		a.UnclearAmong = 1
	}
	m.attach(a, e)
}

// isGuess reports whether the alert was resolved by a guess.
func isGuess(a *event.Alert) bool {
	return a.Resolved != nil && a.UnclearEnd != nil && a.Resolved.Equal(*a.UnclearEnd)
}

// undoGuesses reopens the alerts whose guessed end a raise proves unfounded. own is
// the alert of the raised object, seen the time of the raise.
func (m *Machine) undoGuesses(own *event.Alert, e *event.Event, seen time.Time, look Lookup) error {
	ended, err := m.resolvedSince(e.Signal.Scope, seen, look)
	if err != nil {
		return err
	}
	for _, a := range ended {
		if a == own || !isGuess(a) {
			continue
		}
		end := *a.Resolved
		if a.UnclearAmong == 0 && !m.orphans[e.Signal.Key].Equal(end) {
			continue // the end named another object
		}
		if a.UnclearAmong > 0 && own.Resolved != nil && own.Resolved.Before(end) {
			continue // this one had ended by then
		}
		a.Resolved, a.LastSeen, a.UnclearAmong = nil, a.Opened, 2
		m.touch(a, e.Received)
	}
	return nil
}

// resolvedSince returns the alerts of a scope that were resolved at or after a time.
func (m *Machine) resolvedSince(scope string, since time.Time, look Lookup) ([]*event.Alert, error) {
	ids, err := look.ResolvedSince(scope, since)
	if err != nil {
		return nil, err
	}
	ids = slices.AppendSeq(ids, maps.Keys(m.resolvedInScope[scope]))
	slices.Sort(ids)
	var out []*event.Alert
	for _, id := range slices.Compact(ids) {
		a, err := m.findID(id, look)
		if err != nil {
			return nil, err
		}
		// The cached alert may have changed since it was written.
		if a != nil && a.Scope == scope && a.Resolved != nil && !a.Resolved.Before(since) {
			out = append(out, a)
		}
	}
	return out, nil
}
