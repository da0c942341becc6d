package triage

import (
	"slices"
	"time"

	"foghorn/event"
)

// A scope is a condition that several objects of one device can be in at a time:
// BGP sessions that are down, ports, slots. Each object has an alert of its own;
// outages told without their object share the alert of the unknown one.
//
// An end that names its object ends that object's alert. One that fits an alert
// only by what it leaves out, or by what the alert does not say, ends it where
// no other outage could be meant. Where one could, it ends nothing: an alert that
// stays too long is seen and asked about, one that went too early is not.

// maxMarked is how many alerts of a scope are told that an end came which may
// have been theirs: the newest.
const maxMarked = 64

// open returns the unresolved alerts of a scope, oldest first.
func (m *Machine) openIn(scope string, look Lookup) ([]*event.Alert, error) {
	var out []*event.Alert
	for _, id := range m.scopes[scope] {
		a, err := m.findID(id, look)
		if err != nil {
			return nil, err
		}
		if a != nil && a.Resolved == nil { // else it was trimmed
			out = append(out, a)
		}
	}
	return out, nil
}

// place keeps the index of unresolved alerts by scope. Every unresolved alert is
// loaded, so a machine that was loaded again has the same.
func (m *Machine) place(a *event.Alert) {
	scope := a.Scope()
	if scope == "" {
		return
	}
	ids := m.scopes[scope]
	i, there := slices.BinarySearch(ids, a.ID)
	switch {
	case a.Resolved == nil && !there:
		m.scopes[scope] = slices.Insert(ids, i, a.ID)
	case a.Resolved != nil && there:
		if m.ended[scope] == nil {
			m.ended[scope] = map[int64]struct{}{}
		}
		m.ended[scope][a.ID] = struct{}{}
		if len(ids) == 1 {
			delete(m.scopes, scope)
			return
		}
		m.scopes[scope] = slices.Delete(ids, i, i+1)
	}
}

// endsIn takes in that a condition of a scope ended.
func (m *Machine) endsIn(e *event.Event, look Lookup) error {
	s, at := e.Signal, m.seen(e)
	open, err := m.openIn(s.Scope, look)
	if err != nil {
		return err
	}
	if s.Object == "" {
		return m.endsOne(e, open, at, look)
	}
	own, err := m.find(s.Key, look)
	if err != nil {
		return err
	}
	if own != nil && own.Resolved == nil {
		return m.closes(e, look)
	}
	meant, sole := m.meant(s, own, open, at)
	if sole && certain(meant[0]) {
		m.recover(s.Key, at)
		m.guess(meant[0], e, at)
		return nil
	}
	m.unclear(meant, e, at)
	return m.closes(e, look)
}

// endsOne takes in an end without an object: it is that of the only outage that
// was on at the time. One that ended since was on then too, and the end may be its.
func (m *Machine) endsOne(e *event.Event, open []*event.Alert, at time.Time, look Lookup) error {
	ended, err := m.endedIn(e.Signal.Scope, at, look)
	if err != nil {
		return err
	}
	others := slices.ContainsFunc(ended, func(a *event.Alert) bool { return !a.Opened.After(at) })
	if len(open) == 1 && !others && certain(open[0]) && !at.Before(open[0].LastSeen) {
		m.guess(open[0], e, at)
		return nil
	}
	m.unclear(open, e, at)
	return nil
}

// meant returns the alerts that the end of an object without an unresolved alert
// of its own may be about, and whether it can be but the one: those of alike
// objects, unless the end is one of the object's own outage told once more. Or
// else that of the unknown object, if the object was never heard of before; but
// where others are down beside it too much is open to say.
func (m *Machine) meant(s *event.Signal, own *event.Alert, open []*event.Alert, at time.Time) (meant []*event.Alert, sole bool) {
	var unknown []*event.Alert
	for _, a := range open {
		switch {
		case at.Before(a.LastSeen):
		case a.Object == "":
			unknown = append(unknown, a)
		case event.Alike(a.Object, s.Object) && (own == nil || own.LastSeen.Before(a.Opened)):
			meant = append(meant, a)
		}
	}
	if len(meant) > 0 {
		return meant, len(meant) == 1
	}
	if _, over := m.recovered[s.Key]; over || own != nil {
		return nil, false
	}
	return unknown, len(unknown) == 1 && len(open) == 1
}

// certain reports whether an end that fits the alert can only be its own: what
// stands behind the alert is one outage.
func certain(a *event.Alert) bool { return a.Object != "" || a.Raises == 1 }

// unclear notes on alerts that an end came which may have been theirs.
func (m *Machine) unclear(open []*event.Alert, e *event.Event, at time.Time) {
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
