// Package triage is the pure rules that make alerts out of events: what opens an
// alert, what resolves it, and what is only counted.
//
// A Machine is a function of its rules, the alerts it was loaded with, and the calls
// made on it, in order. It does no I/O except through the Lookup it is given, starts
// no goroutine and reads no clock.
//
// Callers may rely on this:
//   - The same log gives the same alerts and transitions, however often the machine
//     was stopped and reloaded on the way.
//   - Event time decides, not arrival: a late or repeated event cannot reopen what
//     ended after it. Of two events with the same time the one that arrives later
//     wins, because Mist gives whole seconds.
//   - Events and Mist alarms about the same outage share a key and end in the same
//     alert, in any order: the up/down events of a device, its restart, and Mist's
//     alarm about it.
//   - Each step that changes an alert's state or severity is a transition, numbered
//     within the alert; see Transitions. Steps that time makes take effect at the
//     deadline itself and in the order of the deadlines.
//   - Triage writes the columns that events decide, and operators those that people
//     decide (see event.Alert), with one exception: an ack from before the present
//     outage lapses when the condition comes back, because nobody has seen this
//     outage yet. The owner and the sync state go with it; note and snooze stay.
package triage

import (
	"errors"
	"slices"
	"strings"
	"time"

	"foghorn/journal/event"
)

// Lookup finds alerts that the machine does not cache. Alert and AlertByKey return nil
// without an error when there is none. The machine keeps what it is given.
type Lookup interface {
	Alert(id int64) (*event.Alert, error)
	// AlertByKey finds the newest alert of a key.
	AlertByKey(key string) (*event.Alert, error)
	// ResolvedSince lists the alerts of a scope that were resolved at or after a time.
	ResolvedSince(scope string, since time.Time) ([]int64, error)
}

// OrphanResolve is the latest end of a condition that belongs to no alert: the
// condition had none, or its alert is about a later outage by now. When a raise from
// before that end arrives late, its outage is known to be over. Without this the raise
// would open an alert that nothing ever resolves, or would be taken for the beginning
// of the present outage.
type OrphanResolve struct {
	Key string
	At  time.Time
}

// Changes are what has to be written, besides the transitions: whole alerts, by id,
// and orphan resolves, by key. The alerts belong to the machine; write them before the
// next call.
type Changes struct {
	Alerts         []*event.Alert
	OrphanResolves []OrphanResolve
}

// Machine holds the alerts that events can still change. It is used by one goroutine.
type Machine struct {
	rules Rules
	byID  map[int64]*event.Alert
	byKey map[string]*event.Alert // the newest of each key
	dirty map[int64]*event.Alert
	due   deadlines

	touched     []*event.Alert     // by the present call, in the order of their first change
	transitions []event.Transition // not fetched yet

	alarms          map[string]map[int64]struct{} // unresolved alerts by Mist's alarm, see resolveAlarm
	scopes          map[string][]int64            // unresolved alerts by scope, see resolveInScope
	resolvedInScope map[string]map[int64]struct{} // by scope, those that ResolvedSince may not know yet
	orphans         map[string]time.Time
	unsavedOrphans  map[string]struct{} // keys of orphans that are not written yet

	now       time.Time // the last tick; only what is forgotten depends on it
	lastSweep time.Time
}

// New returns a machine without alerts.
func New(r Rules) *Machine {
	return &Machine{
		rules:           r,
		byID:            map[int64]*event.Alert{},
		byKey:           map[string]*event.Alert{},
		dirty:           map[int64]*event.Alert{},
		due:             deadlines{armed: map[int64]int64{}},
		alarms:          map[string]map[int64]struct{}{},
		scopes:          map[string][]int64{},
		resolvedInScope: map[string]map[int64]struct{}{},
		orphans:         map[string]time.Time{},
		unsavedOrphans:  map[string]struct{}{},
	}
}

// Load takes over alerts and orphan resolves that were written earlier. Every
// unresolved alert must be among them, or its deadlines pass unnoticed; resolved ones
// only save look-ups.
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

// Event applies what an event says about a condition and sets e.AlertID to the alert
// it belongs to, if any. Duplicates must not be given to it. After an error, which is
// always the look-up's, the machine has to be loaded anew.
func (m *Machine) Event(e *event.Event, look Lookup) error {
	s := e.Signal
	if s == nil || s.Key == "" {
		return nil
	}
	err := m.applySignal(e, look)
	m.noteOutage(e)
	m.endCall(m.eventCause(e))
	return err
}

// noteOutage sets e.Outage for an event that ended an outage, or reports its end a second
// time.
func (m *Machine) noteOutage(e *event.Event) {
	a := m.byID[e.AlertID]
	if e.Signal.Type != event.Resolve || a == nil || a.Resolved == nil {
		return
	}
	at := m.observedAt(e)
	if at.Sub(*a.Resolved).Abs() > m.rules.SameWithin || at.Before(a.Opened) {
		return
	}
	e.Outage.Lasted = at.Sub(a.Opened)
	if i := strings.Index(a.OpenTitle, "; restarted"); i >= 0 {
		e.Outage.Restarted = a.OpenTitle[i+len("; "):]
	}
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

// Changes returns what changed since it was last called. The machine then drops from
// memory what can be looked up.
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

// attach makes the event one of those of the alert, and fills in what the alert lacks
// or has an older name for.
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

// newAlert makes an alert from an event. The caller attaches the event.
func (m *Machine) newAlert(e *event.Event, key string, at time.Time) *event.Alert {
	s := e.Signal
	a := &event.Alert{
		ID: e.ID, Key: key, Source: e.Source, Kind: s.Kind, Severity: s.Severity, OpenTitle: s.Title,
		Opened: at, LastSeen: at, Count: 1, MistAlarmID: s.MistAlarmID, Object: s.Object, Scope: s.Scope, Signal: s.Type, Raises: 1,
		Test: e.Test, ExpiresAfter: m.expiresAfter(e),
	}
	m.byKey[key] = m.cache(a)
	return a
}

// clampTime is the time an event is judged by. It is cut to the milliseconds that the
// journal keeps, so that a reloaded machine decides like one that was not.
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
