// Package triage is the pure rules that make alerts out of events: what opens
// one, what resolves it, what only counts.
//
// A Machine is a function of its rules, what it was loaded with and the calls
// made on it, in order. It does no I/O but the look-ups it is handed, starts no
// goroutine and reads no clock, so the same log always gives the same alerts,
// however often the machine was stopped and loaded again on the way.
//
// Callers may rely on this: event time decides, never arrival, so a late or
// repeated event cannot reopen what ended after it. Between events of the very
// same time the later to arrive has the last word: Mist tells whole seconds.
//
// One problem is one alert, whoever tells it: the up/down events of a device, its
// restart and Mist's own alarm about it share the key of its connection, and end
// in the same row in whatever order they come.
//
// Each step that changes an alert's state or severity is a transition, numbered
// within the alert; see Transitions. Time makes steps too, at the deadline itself
// and in the order of the deadlines, however Tick is called.
//
// Triage writes the columns events decide and operators those people decide
// (see event.Alert), with one documented exception: an ack that was given
// before the present outage began lapses when the condition comes back, because
// nobody has seen this outage yet. The owner goes with it, and how
// the cloud took it; note and snooze stay.
package triage

import (
	"errors"
	"slices"
	"time"

	"foghorn/journal/event"
)

// Lookup finds alerts that the machine does not hold any more. Both return nil
// without an error when there is none. The machine keeps what it is given.
type Lookup interface {
	Alert(id int64) (*event.Alert, error)
	// AlertByKey finds the newest alert of a key.
	AlertByKey(key string) (*event.Alert, error)
	// EndedIn lists the alerts of a scope that were resolved at or after a time.
	EndedIn(scope string, since time.Time) ([]int64, error)
}

// Recovery remembers the latest end of a condition that no alert tells: it had
// no alert, or that one is about a later outage by now. When an opening from
// before it turns up late, that outage is known to have ended already; without
// this it would open an alert that nothing ever closes, or be taken for the
// beginning of the outage that is on.
type OrphanResolve struct {
	Key string
	At  time.Time
}

// Changes are what has to be written, besides the transitions: whole alerts, by id, and recoveries, by
// key. The alerts belong to the machine; write them before the next call.
type Changes struct {
	Alerts     []*event.Alert
	OrphanResolves []OrphanResolve
}

// Machine holds the live alerts. It is used by one goroutine.
type Machine struct {
	rules Rules
	byID  map[int64]*event.Alert
	byKey map[string]*event.Alert // the newest of each key
	dirty map[int64]*event.Alert
	due   deadlines

	touched     []*event.Alert     // by the present call, in the order of their first change
	transitions []event.Transition // not fetched yet

	alarms    map[string]map[int64]struct{} // unresolved alerts by Mist's alarm, see endsAlarm
	scopes    map[string][]int64            // unresolved alerts by scope, see endsIn
	resolvedInScope     map[string]map[int64]struct{} // by scope, what EndedIn may not know yet
	orphans map[string]time.Time
	unsavedOrphans     map[string]struct{} // keys of recovered that are not written yet

	now   time.Time // the last tick; only what is forgotten depends on it
	lastSweep time.Time
}

// New returns a machine without alerts.
func New(r Rules) *Machine {
	return &Machine{
		rules:     r,
		byID:      map[int64]*event.Alert{},
		byKey:     map[string]*event.Alert{},
		dirty:     map[int64]*event.Alert{},
		due:       deadlines{armed: map[int64]int64{}},
		alarms:    map[string]map[int64]struct{}{},
		scopes:    map[string][]int64{},
		resolvedInScope:     map[string]map[int64]struct{}{},
		orphans: map[string]time.Time{},
		unsavedOrphans:     map[string]struct{}{},
	}
}

// Load takes over alerts and recoveries that were written earlier. Every
// unresolved alert must be among them, or its deadlines pass unnoticed;
// resolved ones only save look-ups.
func (m *Machine) Load(alerts []event.Alert, orphans []OrphanResolve) {
	for i := range alerts {
		a := m.cache(&alerts[i])
		if have := m.byKey[a.Key]; have == nil || have.ID < a.ID {
			m.byKey[a.Key] = a
		}
	}
	for _, r := range orphans {
		m.orphans[r.Key] = r.At
	}
}

// Event takes in what an event says about a condition and sets e.AlertID to
// the alert it stands behind, if any. Copies must not be given to it. On an
// error, which is always the look-up's, the machine has to be loaded anew.
func (m *Machine) Event(e *event.Event, look Lookup) error {
	s := e.Signal
	if s == nil || s.Key == "" {
		return nil
	}
	err := m.applySignal(e, look)
	m.endCall(m.eventCause(e))
	return err
}

func (m *Machine) applySignal(e *event.Event, look Lookup) error {
	s := e.Signal
	switch s.Type {
	case event.Raise:
		return m.raise(e, look)
	case event.Resolve:
		ends := m.resolve
		if s.Scope != "" {
			ends = m.resolveInScope
		}
		return errors.Join(ends(e, look), m.resolveAlarm(e, look))
	case event.Report:
		return m.report(e, look)
	case event.OneShot:
		return m.oneShot(e, look)
	case event.Restart:
		return m.restart(e, look)
	}
	return nil
}

// Changes returns what changed since it was last called. It is also when the
// machine forgets what it need not hold, since all of it can be looked up once
// it is written.
func (m *Machine) Changes() Changes {
	var c Changes
	for _, a := range m.dirty {
		c.Alerts = append(c.Alerts, a)
	}
	slices.SortFunc(c.Alerts, func(a, b *event.Alert) int { return compare(a.ID, b.ID) })
	for key := range m.unsavedOrphans {
		c.OrphanResolves = append(c.OrphanResolves, OrphanResolve{Key: key, At: m.orphans[key]})
	}
	slices.SortFunc(c.OrphanResolves, func(a, b OrphanResolve) int { return compare(a.Key, b.Key) })
	clear(m.dirty)
	clear(m.unsavedOrphans)
	clear(m.resolvedInScope)
	m.forget()
	return c
}

// attach makes the event one of those that stand behind the alert, and lets it
// fill in what the alert does not know or knows by an older name.
func (m *Machine) attach(a *event.Alert, e *event.Event) {
	e.AlertID = a.ID
	a.Events++
	setIfKnown(&a.OrgID, e.OrgID)
	setIfKnown(&a.SiteID, e.SiteID)
	setIfKnown(&a.Site, e.Site)
	setIfKnown(&a.DeviceMAC, e.DeviceMAC)
	setIfKnown(&a.Device, e.Device)
	m.touch(a, e.Received)
}

// open makes a new alert of an event. The caller attaches it.
func (m *Machine) newAlert(e *event.Event, key string, at time.Time) *event.Alert {
	s := e.Signal
	a := &event.Alert{
		ID: e.ID, Key: key, Source: e.Source, Kind: s.Kind, Severity: s.Severity, Title: s.Title,
		Opened: at, LastSeen: at, Count: 1, MistAlarmID: s.MistAlarmID, Object: s.Object, Scope: s.Scope, Signal: s.Type, Raises: 1,
	}
	m.byKey[key] = m.cache(a)
	return a
}

// when is the time an event is judged by, cut to the milliseconds the journal
// keeps: a machine that was loaded again must decide like one that was not.
func (m *Machine) clampTime(t, received time.Time) time.Time {
	if t.IsZero() || t.After(received.Add(m.rules.MaxAhead)) {
		t = received
	}
	return milli(t)
}

func milli(t time.Time) time.Time { return time.UnixMilli(t.UnixMilli()).UTC() }

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func setIfKnown[T ~string](to *T, v T) {
	if v != "" {
		*to = v
	}
}

func compare[T int64 | string](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
