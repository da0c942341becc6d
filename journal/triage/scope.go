package triage

import (
	"slices"
	"time"

	"foghorn/journal/event"
)

// A scope is a condition that several objects of one device can have at the same
// time, such as BGP sessions, ports or slots that are down. Each object has its own
// alert; outages reported without an object share the alert of the unknown object.
//
// A resolve that names its object resolves that object's alert. If the resolve or the
// alert does not name the object fully, the alert is resolved only when no other
// outage can be meant. Otherwise nothing is resolved: people notice an alert that
// stays too long, but not one that went too early.

// maxMarked is how many alerts of a scope, the newest, are marked with a resolve that
// may have been theirs.
const maxMarked = 64

// unresolvedIn returns the unresolved alerts of a scope, oldest first.
func (m *Machine) unresolvedIn(scope string, look Lookup) ([]*event.Alert, error) {
	var out []*event.Alert
	for _, id := range m.scopes[scope] {
		a, err := m.findID(id, look)
		if err != nil {
			return nil, err
		}
		if a != nil && a.Resolved == nil { // else retention removed it
			out = append(out, a)
		}
	}
	return out, nil
}

// indexScope keeps the index of unresolved alerts by scope. Every unresolved alert is
// loaded, so a reloaded machine has the same index.
func (m *Machine) indexScope(a *event.Alert) {
	scope := a.Scope
	if scope == "" {
		return
	}
	ids := m.scopes[scope]
	i, there := slices.BinarySearch(ids, a.ID)
	switch {
	case a.Resolved == nil && !there:
		m.scopes[scope] = slices.Insert(ids, i, a.ID)
	case a.Resolved != nil && there:
		if m.resolvedInScope[scope] == nil {
			m.resolvedInScope[scope] = map[int64]struct{}{}
		}
		m.resolvedInScope[scope][a.ID] = struct{}{}
		if len(ids) == 1 {
			delete(m.scopes, scope)
			return
		}
		m.scopes[scope] = slices.Delete(ids, i, i+1)
	}
}

// resolveInScope handles a resolve in a scope.
func (m *Machine) resolveInScope(e *event.Event, look Lookup) error {
	s, at := e.Signal, m.observedAt(e)
	open, err := m.unresolvedIn(s.Scope, look)
	if err != nil {
		return err
	}
	if s.Object == "" {
		return m.resolveUnnamed(e, open, at, look)
	}
	own, err := m.find(s.Key, look)
	if err != nil {
		return err
	}
	if own != nil && isOn(own) {
		return m.resolve(e, look)
	}
	meant, sole := m.candidates(s, own, open, at)
	if sole && coversOneOutage(meant[0]) {
		m.keepOrphan(s.Key, at)
		m.resolveByGuess(meant[0], e, at)
		return nil
	}
	m.markUnclear(meant, e, at)
	return m.resolve(e, look)
}

// resolveUnnamed handles a resolve without an object: it resolves the only outage that
// was open at its time. An outage that has ended since was open then too, and may have
// been the one that was meant. So may one that a person has closed while this one was
// open: nobody knows that it ended.
func (m *Machine) resolveUnnamed(e *event.Event, open []*event.Alert, at time.Time, look Lookup) error {
	since := at
	if len(open) == 1 && open[0].Opened.Before(at) {
		since = open[0].Opened
	}
	ended, err := m.resolvedSince(e.Signal.Scope, since, look)
	if err != nil {
		return err
	}
	others := slices.ContainsFunc(ended, func(a *event.Alert) bool {
		return !a.Opened.After(at) && (a.ClosedByHand() || !a.Resolved.Before(at))
	})
	if len(open) == 1 && !others && coversOneOutage(open[0]) && !at.Before(open[0].LastSeen) {
		m.resolveByGuess(open[0], e, at)
		return nil
	}
	m.markUnclear(open, e, at)
	return nil
}

// candidates returns the alerts that a resolve may mean when its own object has no
// unresolved alert, and whether there is only one. These are the alerts of matching
// objects, unless the resolve repeats the end of its object's own outage; otherwise
// the alert of the unknown object, if this object is new. With other outages open
// beside that one, nobody can tell which is meant.
func (m *Machine) candidates(s *event.Signal, own *event.Alert, open []*event.Alert, at time.Time) (candidates []*event.Alert, sole bool) {
	var unknown []*event.Alert
	for _, a := range open {
		switch {
		case at.Before(a.LastSeen):
		case a.Object == "":
			unknown = append(unknown, a)
		case event.SameObject(a.Object, s.Object) && (own == nil || own.LastSeen.Before(a.Opened)):
			candidates = append(candidates, a)
		}
	}
	if len(candidates) > 0 {
		return candidates, len(candidates) == 1
	}
	if _, over := m.orphans[s.Key]; over || own != nil {
		return nil, false
	}
	return unknown, len(unknown) == 1 && len(open) == 1
}

// coversOneOutage reports whether a resolve that matches the alert must be meant for
// it, because the alert covers only one outage.
func coversOneOutage(a *event.Alert) bool { return a.Object != "" || a.Raises == 1 }

// markUnclear marks alerts with a resolve that may have been meant for them.
func (m *Machine) markUnclear(open []*event.Alert, e *event.Event, at time.Time) {
	among := 0
	for _, a := range open {
		if !at.Before(a.Opened) {
			among++
		}
	}
	for _, a := range open[max(0, len(open)-maxMarked):] {
		if at.Before(a.Opened) || a.UnclearEnd != nil && at.Before(*a.UnclearEnd) {
			continue
		}
		a.UnclearEnd, a.UnclearAmong = &at, among
		m.touch(a, e.Received)
	}
}
