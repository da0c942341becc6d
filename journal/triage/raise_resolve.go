package triage

import (
	"time"

	"foghorn/journal/event"
)

// For a pair, LastSeen is the time of the latest word on the condition, opening
// or closing. While the alert is unresolved that word is an opening. Once it is
// resolved it is a closing, and may be later than Resolved when the opening in
// between has not arrived yet. So one column tells, in whatever order events
// come, which word was the last.
//
// Count is how many outages the alert is about, or the count of Mist's own alarm
// where that is higher. The same outage told again raises Events alone.

// word is what an opening says: that a condition was on, from when to when. An
// event tells one moment, an alarm that it began and was seen again since.
type observation struct {
	start, lastSeen time.Time
	fromAlarm       bool
}

func (m *Machine) observe(e *event.Event) observation {
	s := e.Signal
	w := observation{lastSeen: m.observedAt(e), fromAlarm: s.MistAlarmID != ""}
	w.start = w.lastSeen
	if began := m.clampTime(s.Began, e.Received); !s.Began.IsZero() && began.Before(w.lastSeen) {
		w.start = began
	}
	return w
}

// seen is the time a signal speaks of.
func (m *Machine) observedAt(e *event.Event) time.Time {
	if t := e.Signal.LastSeen; !t.IsZero() {
		return m.clampTime(t, e.Received)
	}
	return m.clampTime(e.Time, e.Received)
}

// after reports whether the word is a later one than that the condition ended.
// Of an event of the same time the later to arrive counts; an alarm is told
// again and again, and needs a later time to say that it is on once more.
func (w observation) isAfter(end time.Time) bool {
	return w.lastSeen.After(end) || !w.fromAlarm && w.lastSeen.Equal(end)
}

// life says when the outage began that the word is about, and whether it is over,
// if the condition is known to have ended at over (zero: not known).
func (w observation) outage(over time.Time) (opened time.Time, ended bool) {
	switch {
	case over.IsZero() || w.start.After(over):
		return w.start, false
	case w.isAfter(over):
		return w.lastSeen, false // it ended in between: this is the next one
	}
	return w.start, true
}

// opens takes in that a condition began.
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
	case a.Resolved == nil:
		m.repeatRaise(a, e, w)
	case isUnnamed(e.Signal) && !w.isAfter(*a.Resolved):
		m.reopenUnnamed(a, w)
	case !w.isAfter(*a.Resolved):
		// It is late: that outage is over.
		m.backdate(a, w.start)
		updateSeverity(a, e.Signal, w)
	case w.lastSeen.Sub(*a.Resolved) > m.rules.ReopenWithin:
		a = m.newOutage(e, w, a.LastSeen)
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

// begin makes the alert of a new outage. If the condition is known to have been
// over at a later time already, the outage ended then.
func (m *Machine) newOutage(e *event.Event, w observation, over time.Time) *event.Alert {
	opened, ended := w.outage(over)
	a := m.newAlert(e, e.Signal.Key, w.lastSeen)
	a.Opened = opened
	if ended {
		setResolved(a, over)
	}
	return a
}

// repeat takes in another opening of an outage that is on.
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

// relapse takes in that a condition began again soon after its end.
func (m *Machine) reopenFlap(a *event.Alert, e *event.Event, w observation) {
	over := a.LastSeen
	if !isUnnamed(e.Signal) { // else it may have been the end of another object
		m.keepOrphan(a.Key, *a.Resolved)
	}
	opened, _ := w.outage(*a.Resolved)
	setReopened(a, opened)
	a.LastSeen, a.Title = w.lastSeen, e.Signal.Title
	updateSeverity(a, e.Signal, w)
	if over.After(w.lastSeen) {
		setResolved(a, over)
	}
}

// unnamed reports whether a signal is about a condition whose object nobody named.
func isUnnamed(s *event.Signal) bool { return s.Scope != "" && s.Object == "" }

// alsoOn takes in the opening of an outage without an object from before the
// unknown object's alert was resolved. Of a named object it would be over; here
// it may be another's, so that the end which was taken for the only outage's may
// not have been that of this one.
func (m *Machine) reopenUnnamed(a *event.Alert, w observation) {
	told := a.Raises
	setReopened(a, w.lastSeen)
	a.LastSeen, a.Raises = w.lastSeen, told+1
}

// backdate moves the beginning of an outage to an earlier telling of it, if the
// two are close and the condition is not known to have ended in between.
func (m *Machine) backdate(a *event.Alert, began time.Time) {
	over := m.orphans[a.Key]
	between := over.After(began) && !over.After(a.Opened)
	if began.Before(a.Opened) && a.Opened.Sub(began) <= m.rules.SameWithin && !between {
		a.Opened = began
	}
}

// judge sets the severity by an opening of the present outage: the latest word
// holds, but of an outage that both events and Mist's alarm tell it is the worse
// of the two.
func updateSeverity(a *event.Alert, s *event.Signal, w observation) {
	switch {
	case w.lastSeen.Before(a.Opened):
	case w.fromAlarm || a.MistAlarmID != "":
		a.Severity = max(a.Severity, s.Severity)
	case a.Resolved == nil && !w.lastSeen.Before(a.LastSeen):
		a.Severity = s.Severity
	}
}

// closes takes in that a condition ended.
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
		// An alarm of several devices tells of an end that is known.
	case s.MistAlarmID != "" && a.MistAlarmID != "" && s.MistAlarmID != a.MistAlarmID:
		// The alarm about another outage is over.
	case isRestartOnly(a), at.Before(a.Opened):
		// It ended something older than the outage that is on, or one that was
		// not told yet.
		m.keepOrphan(s.Key, at)
	case a.Resolved != nil:
		a.LastSeen = later(a.LastSeen, at)
		if at.Before(*a.Resolved) && a.Resolved.Sub(at) <= m.rules.SameWithin {
			a.Resolved = &at
		}
	case at.Before(a.LastSeen):
		// It ended the outage that was on before the latest opening: this
		// alert did resolve and reopen, only the news of it came late.
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

// recover remembers an end that no alert tells. When memory for them is full
// those of further conditions are not remembered; what is remembered never
// shrinks, so that a machine loaded again remembers the same.
func (m *Machine) keepOrphan(key string, at time.Time) {
	known, ok := m.orphans[key]
	if ok && !at.After(known) || !ok && len(m.orphans) >= m.rules.MaxOrphanResolves {
		return
	}
	m.orphans[key] = at
	m.unsavedOrphans[key] = struct{}{}
}

// resolve ends the alert at a time of the sender's.
func setResolved(a *event.Alert, at time.Time) {
	a.Resolved = &at
	a.LastSeen = later(a.LastSeen, at)
}

// reopen makes the alert that of a new outage, which began at the given time.
// Opened moves there, so that Down is the length of the present outage.
func setReopened(a *event.Alert, at time.Time) {
	a.Resolved = nil
	a.Opened = at
	a.LastSeen = later(a.LastSeen, at)
	a.Raises, a.UnclearEnd, a.UnclearAmong = 1, nil, 0
	a.Flaps++
	a.Count = max(a.Count, a.Flaps+1)
	if a.AckedAt != nil && a.AckedAt.Before(at) {
		a.AckedAt, a.Owner = nil, ""
		a.Sync, a.SyncActivity = event.Sync{}, 0
	}
}
