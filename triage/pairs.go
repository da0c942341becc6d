package triage

import (
	"time"

	"foghorn/event"
)

// For a pair, LastSeen is the time of the latest word on the condition, opening
// or closing. While the alert is unresolved that word is an opening. Once it is
// resolved it is a closing, and may be later than Resolved when the opening in
// between has not arrived yet. So one column tells, in whatever order events
// come, which word was the last.

// opens takes in that a condition began.
func (m *Machine) opens(e *event.Event, look Lookup) error {
	at := m.when(e.Time, e.Received)
	a, err := m.find(e.Signal.Key, look)
	if err != nil {
		return err
	}
	switch {
	case a == nil:
		a = m.begin(e, at, m.recovered[e.Signal.Key])
	case a.Resolved == nil:
		repeat(a, e, at)
	case at.Before(*a.Resolved):
		// It is late: that outage is over. Within the outage it counts.
		if at.After(a.Opened) {
			a.Count++
		}
	case at.Sub(*a.Resolved) > m.rules.ReopenWithin:
		a = m.begin(e, at, a.LastSeen)
	default:
		over := a.LastSeen
		reopen(a, at)
		a.Count++
		a.Severity, a.Title = e.Signal.Severity, e.Signal.Title
		if over.After(at) {
			resolve(a, over)
		}
	}
	m.attach(a, e)
	return nil
}

// begin makes the alert of a new outage. If the condition is known to have been
// over at a later time already, the outage ended then.
func (m *Machine) begin(e *event.Event, at, over time.Time) *event.Alert {
	a := m.open(e, e.Signal.Key, at)
	if over.After(at) {
		resolve(a, over)
	}
	return a
}

// repeat takes in another opening of an outage that is on. The same outage told
// by a second topic carries the same time and is not counted again.
func repeat(a *event.Alert, e *event.Event, at time.Time) {
	if !at.Equal(a.LastSeen) && !at.Equal(a.Opened) {
		a.Count++
	}
	if !at.Before(a.LastSeen) {
		a.LastSeen = at
		a.Severity, a.Title = e.Signal.Severity, e.Signal.Title
	}
}

// closes takes in that a condition ended.
func (m *Machine) closes(e *event.Event, look Lookup) error {
	at := m.when(e.Time, e.Received)
	a, err := m.find(e.Signal.Key, look)
	if err != nil {
		return err
	}
	if a == nil {
		m.recover(e.Signal.Key, at)
		return nil
	}
	switch {
	case a.Resolved != nil:
		a.LastSeen = later(a.LastSeen, at)
	case at.Before(a.Opened):
		// It ended something older than the outage that is on.
	case at.Before(a.LastSeen):
		// It ended the outage that was on before the latest opening: this
		// alert did resolve and reopen, only the news of it came late.
		reopen(a, a.LastSeen)
	default:
		resolve(a, at)
	}
	m.attach(a, e)
	return nil
}

// recover remembers the end of a condition that has no alert. When memory for
// them is full new ones are not remembered; what is remembered never shrinks,
// so that a machine loaded again remembers the same.
func (m *Machine) recover(key string, at time.Time) {
	known, ok := m.recovered[key]
	if ok && !at.After(known) || !ok && len(m.recovered) >= m.rules.Recoveries {
		return
	}
	m.recovered[key] = at
	m.fresh[key] = struct{}{}
}

// resolve ends the alert at a time of the sender's.
func resolve(a *event.Alert, at time.Time) {
	a.Resolved = &at
	a.LastSeen = later(a.LastSeen, at)
}

// reopen makes the alert that of a new outage, which began at the given time.
// Opened moves there, so that Down is the length of the present outage.
func reopen(a *event.Alert, at time.Time) {
	a.Resolved = nil
	a.Opened = at
	a.LastSeen = later(a.LastSeen, at)
	a.Flaps++
	if a.AckedAt != nil && a.AckedAt.Before(at) {
		a.AckedAt, a.Owner = nil, ""
	}
}
