package triage

import (
	"time"

	"foghorn/journal/event"
)

// For a condition that is raised and resolved, LastSeen is the time of the latest
// raise or resolve seen for its key: of a raise while the alert is unresolved, of a
// resolve once it is resolved. It may be later than Resolved, when the raise in
// between has not arrived yet. So one column says which signal is the newest, in
// whatever order the events arrive.
//
// Count is how many outages the alert covers, or the count of Mist's own alarm where
// that is higher. A repeated report of the same outage raises only Events.

// observation is what a raise says: from when to when the condition held. An event
// gives one moment; an alarm gives when it began and when it was last seen.
type observation struct {
	start, lastSeen time.Time
	fromAlarm       bool
}

// observe reads the observation out of a raise.
func (m *Machine) observe(e *event.Event) observation {
	s := e.Signal
	w := observation{lastSeen: m.observedAt(e), fromAlarm: s.MistAlarmID != ""}
	w.start = w.lastSeen
	if began := m.clampTime(s.Began, e.Received); !s.Began.IsZero() && began.Before(w.lastSeen) {
		w.start = began
	}
	return w
}

// observedAt is the time that a signal is about.
func (m *Machine) observedAt(e *event.Event) time.Time {
	if t := e.Signal.LastSeen; !t.IsZero() {
		return m.clampTime(t, e.Received)
	}
	return m.clampTime(e.Time, e.Received)
}

// isAfter reports whether the condition held after an end of it. When an event has the
// same time as the end, the one that arrives later counts. An alarm is reported again
// and again, so it needs a later time to say that the condition holds once more.
func (w observation) isAfter(end time.Time) bool {
	return w.lastSeen.After(end) || !w.fromAlarm && w.lastSeen.Equal(end)
}

// outage returns when the observed outage began and whether it is over, given the last
// known end of the condition (zero: none is known).
func (w observation) outage(over time.Time) (opened time.Time, ended bool) {
	switch {
	case over.IsZero() || w.start.After(over):
		return w.start, false
	case w.isAfter(over):
		return w.lastSeen, false // the condition ended in between: this is the next outage
	}
	return w.start, true
}

// raise handles the beginning of a condition.
func (m *Machine) raise(e *event.Event, look Lookup) error {
	w := m.observe(e)
	a, err := m.find(e.Signal.Key, look)
	if err != nil {
		return err
	}
	switch {
	case a == nil:
		a = m.newOutage(e, w, m.orphans[e.Signal.Key])
	case isRestartOnly(a):
		a = m.promoteRestart(a, e, w)
	case alreadyCovered(a, e.Signal, w):
		m.backdate(a, w.start)
		updateSeverity(a, e.Signal, w)
	case a.Resolved == nil, a.ClosedByHand() && !isBack(a, w):
		m.repeatRaise(a, e, w)
	case isUnnamed(e.Signal) && !isBack(a, w):
		m.reopenUnnamed(a, w)
	case !isBack(a, w):
		// The event is late: its outage is over.
		m.backdate(a, w.start)
		updateSeverity(a, e.Signal, w)
	case w.lastSeen.Sub(*a.Resolved) > m.rules.ReopenWithin:
		a = m.newOutage(e, w, later(a.LastSeen, *a.Resolved))
	default:
		m.reopenFlap(a, e, w)
	}
	if id := e.Signal.MistAlarmID; id != "" && (a.MistAlarmID == "" || !w.lastSeen.Before(a.Opened)) {
		m.setAlarm(a, id)
	}
	a.Count = max(a.Count, e.Signal.Count)
	m.attach(a, e)
	if e.Signal.Scope != "" {
		return m.undoGuesses(a, e, w.lastSeen, look)
	}
	return nil
}

// newOutage makes the alert of a new outage. If the condition is known to have ended
// later, the alert is resolved at that time.
func (m *Machine) newOutage(e *event.Event, w observation, over time.Time) *event.Alert {
	opened, ended := w.outage(over)
	a := m.newAlert(e, e.Signal.Key, w.lastSeen)
	a.Opened = opened
	if ended {
		setResolved(a, over)
	}
	return a
}

// repeatRaise handles another raise of an outage that has not ended.
func (m *Machine) repeatRaise(a *event.Alert, e *event.Event, w observation) {
	if m.isAnotherOutage(a, e.Signal, w) {
		a.Raises++
	}
	m.backdate(a, w.start)
	updateSeverity(a, e.Signal, w)
	if !w.lastSeen.Before(a.LastSeen) {
		a.LastSeen = w.lastSeen
		setTitle(a, e.Signal.Title)
	}
}

// reopenFlap reopens an alert whose condition began again soon after its end.
func (m *Machine) reopenFlap(a *event.Alert, e *event.Event, w observation) {
	over := a.LastSeen
	if !isUnnamed(e.Signal) { // else it may have been the end of another object
		m.keepOrphan(a.Key, *a.Resolved)
	}
	opened, _ := w.outage(*a.Resolved)
	setReopened(a, opened)
	a.LastSeen, a.OpenTitle = w.lastSeen, e.Signal.Title
	updateSeverity(a, e.Signal, w)
	if over.After(w.lastSeen) {
		setResolved(a, over)
	}
}

// isUnnamed reports whether a signal leaves out which object of its scope it is about.
func isUnnamed(s *event.Signal) bool { return s.Scope != "" && s.Object == "" }

// reopenUnnamed handles a late raise without an object: it is older than the end of
// the unknown object's alert. For a named object that outage would be over. Here it
// may be another object's, so the end that resolved the alert may not have been the
// end of this outage.
func (m *Machine) reopenUnnamed(a *event.Alert, w observation) {
	raises := a.Raises
	setReopened(a, w.lastSeen)
	a.LastSeen, a.Raises = w.lastSeen, raises+1
}

// backdate moves the beginning of an outage back to an earlier report of it, if the
// two are close and the condition is not known to have ended in between.
func (m *Machine) backdate(a *event.Alert, began time.Time) {
	over := m.orphans[a.Key]
	between := over.After(began) && !over.After(a.Opened)
	if began.Before(a.Opened) && a.Opened.Sub(began) <= m.rules.SameWithin && !between {
		a.Opened = began
	}
}

// updateSeverity sets the severity by a raise of the present outage. The latest raise
// decides. When both events and Mist's alarm report the outage, the worse of the two
// counts.
func updateSeverity(a *event.Alert, s *event.Signal, w observation) {
	switch {
	case w.lastSeen.Before(a.Opened):
	case w.fromAlarm || a.MistAlarmID != "":
		a.Severity = max(a.Severity, s.Severity)
	case a.Resolved == nil && !w.lastSeen.Before(a.LastSeen):
		a.Severity = s.Severity
	}
}

// resolve handles the end of a condition.
func (m *Machine) resolve(e *event.Event, look Lookup) error {
	s, at := e.Signal, m.observedAt(e)
	a, err := m.find(s.Key, look)
	if err != nil {
		return err
	}
	if a == nil {
		m.keepOrphan(s.Key, at)
		return nil
	}
	known, ended := m.orphans[s.Key]
	switch {
	case s.Aggregated && ended && !known.Before(s.Began) && !known.After(at):
		// An alarm about several devices reports an end that is known.
	case s.MistAlarmID != "" && a.MistAlarmID != "" && s.MistAlarmID != a.MistAlarmID:
		// The alarm about another outage is over.
	case isRestartOnly(a), at.Before(a.Opened):
		// It ended an older outage than the alert's, or one whose raise has not
		// arrived yet.
		m.keepOrphan(s.Key, at)
	case a.ClosedByHand() && at.Before(a.LastSeen):
		m.keepOrphan(s.Key, at) // it ended the outage before the latest raise
	case a.ClosedByHand():
		setResolved(a, at)
	case a.Resolved != nil:
		a.LastSeen = later(a.LastSeen, at)
		if at.Before(*a.Resolved) && a.Resolved.Sub(at) <= m.rules.SameWithin {
			a.Resolved = &at
		}
	case at.Before(a.LastSeen):
		// It ended the outage before the latest raise: the alert did resolve and
		// reopen, and this event arrives late.
		m.keepOrphan(s.Key, at)
		setReopened(a, a.LastSeen)
	default:
		setResolved(a, at)
	}
	if a.MistAlarmID == "" {
		m.setAlarm(a, s.MistAlarmID)
	}
	m.attach(a, e)
	return nil
}

// keepOrphan remembers an end that belongs to no alert; see OrphanResolve. When the
// memory for them is full, ends of further conditions are not remembered. Nothing is
// ever removed from it, so that a reloaded machine remembers the same.
func (m *Machine) keepOrphan(key string, at time.Time) {
	known, ok := m.orphans[key]
	if ok && !at.After(known) || !ok && len(m.orphans) >= m.rules.MaxOrphanResolves {
		return
	}
	m.orphans[key] = at
	m.unsavedOrphans[key] = struct{}{}
}

// setResolved resolves the alert at a time that the sender gave.
func setResolved(a *event.Alert, at time.Time) {
	a.Resolved = &at
	a.LastSeen = later(a.LastSeen, at)
}

// setReopened makes the alert that of a new outage. Opened moves to its beginning, so
// that the duration is that of the present outage.
func setReopened(a *event.Alert, at time.Time) {
	a.Resolved = nil
	a.Opened = at
	a.LastSeen = later(a.LastSeen, at)
	a.Raises, a.UnclearEnd, a.UnclearAmong = 1, nil, 0
	a.ClosedBy, a.ClosedAt, a.CloseReason = "", nil, ""
	a.Flaps++
	a.Count = max(a.Count, a.Flaps+1)
	if a.AckedAt != nil && a.AckedAt.Before(at) {
		a.AckedAt, a.Owner = nil, ""
		a.Sync, a.SyncActivity = event.Sync{}, 0
	}
}
