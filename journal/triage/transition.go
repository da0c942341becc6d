package triage

import (
	"slices"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/condition"
	"foghorn/journal/event"
)

// cause is what makes a step in an alert's life: an event, an activity, or the
// time, which has neither id.
type cause struct {
	at              time.Time
	event, activity int64
}

func (m *Machine) eventCause(e *event.Event) cause {
	return cause{at: m.clampTime(e.Time, e.Received), event: e.ID}
}

// Transitions returns the steps made since it was last called, in order. Their
// cursors are the caller's to set.
func (m *Machine) Transitions() []event.Transition {
	made := m.transitions
	m.transitions = nil
	return made
}

// endCall ends a call that touched alerts: it adds the steps that the call made, at
// most one for each alert, whatever the call changed back and forth on the way.
func (m *Machine) endCall(c cause) {
	for _, a := range m.touched {
		m.addSteps(a, c)
	}
	m.touched = m.touched[:0]
}

// addSteps adds the step that an alert made, if it made one. An alert that is over
// when the journal first hears of it makes two, so that every life begins with an
// opening.
func (m *Machine) addSteps(a *event.Alert, c cause) {
	if a.State == event.Snoozed && c.activity == 0 && (a.Last.State == event.Open || a.Last.State == event.Acked) {
		// A record that arrives late is older than the end of the snooze. Only a
		// person can snooze an alert again.
		a.State = event.Open
		if a.AckedAt != nil {
			a.State = event.Acked
		}
	}
	if a.Last.N == 0 && a.State == event.Resolved {
		m.addTransition(a, event.Open, a.Opened, c)
	}
	if a.State == a.Last.State && a.Severity == a.Last.Severity {
		return
	}
	at := c.at
	switch {
	case a.Last.N == 0:
		at = a.Opened
	case a.State == event.Resolved && a.Last.State != event.Resolved:
		at = *a.Resolved
	}
	m.addTransition(a, a.State, at, c)
}

func (m *Machine) addTransition(a *event.Alert, to event.State, at time.Time, c cause) {
	t := event.Transition{AlertID: a.ID, N: a.Last.N + 1, Time: milli(at), From: a.Last.State, To: to, Severity: a.Severity,
		CauseEvent: c.event, CauseActivity: c.activity}
	a.Last = event.LastStep{N: t.N, State: to, Severity: a.Severity}
	m.transitions = append(m.transitions, t)
}

// setShownTitle sets the title that people see. What has an end is told in the past tense
// after it, with how long it lasted. What happened once, or restarted, is past already
// and ends with its time; what a person closed may go on.
func setShownTitle(a *event.Alert) {
	a.Title = a.OpenTitle
	if a.Resolved != nil && !hasExpired(a) && !a.ClosedByHand() {
		a.Title = safetext.Clip(condition.Past(a.Kind, a.OpenTitle, a.Device, a.Resolved.Sub(a.Opened)), maxTitle)
	}
}

// touch marks an alert as changed by what was received at now, which decides
// whether a snooze still holds.
func (m *Machine) touch(a *event.Alert, now time.Time) {
	m.noteExpiry(a)
	setShownTitle(a)
	a.Derive(now)
	m.dirty[a.ID] = a
	if !slices.Contains(m.touched, a) {
		m.touched = append(m.touched, a)
	}
	m.arm(a)
	m.indexAlarm(a)
	m.indexScope(a)
}
