package triage

import (
	"maps"
	"slices"

	"foghorn/event"
)

// track keeps which unresolved alerts an alarm of Mist's stands behind. Every
// unresolved alert is loaded, so a machine that was loaded again has the same.
func (m *Machine) track(a *event.Alert) {
	id := a.MistAlarmID
	if id == "" {
		return
	}
	ids := m.alarms[id]
	switch {
	case a.Resolved == nil && ids == nil:
		m.alarms[id] = map[int64]struct{}{a.ID: {}}
	case a.Resolved == nil:
		ids[a.ID] = struct{}{}
	default:
		m.untrack(a)
	}
}

func (m *Machine) untrack(a *event.Alert) {
	ids := m.alarms[a.MistAlarmID]
	if delete(ids, a.ID); len(ids) == 0 {
		delete(m.alarms, a.MistAlarmID)
	}
}

// toldBy makes an alarm the one that stands behind the alert.
func (m *Machine) toldBy(a *event.Alert, id string) {
	if a.MistAlarmID != id {
		m.untrack(a)
		a.MistAlarmID = id
	}
}

// endsAlarm takes in that an alarm of several devices is over, by its own word:
// what it told of those that it no longer lists is over too.
func (m *Machine) endsAlarm(e *event.Event, look Lookup) error {
	s := e.Signal
	if s.MistAlarmID == "" {
		return nil
	}
	at := m.seen(e)
	for _, id := range slices.Sorted(maps.Keys(m.alarms[s.MistAlarmID])) {
		a, err := m.findID(id, look)
		if err != nil {
			return err
		}
		if a == nil || a.Resolved != nil || a.MistAlarmID != s.MistAlarmID || at.Before(a.LastSeen) {
			continue
		}
		resolve(a, at)
		m.touch(a, e.Received)
	}
	return nil
}

// explained reports whether an alarm of several devices tells of an outage that
// the alert is about already: it was on in the time of which the alarm speaks.
func explained(a *event.Alert, s *event.Signal, w word) bool {
	return s.Listed && !alone(a) && !a.Opened.After(w.seen) && (a.Resolved == nil || !a.Resolved.Before(w.began))
}

// anew reports whether an opening tells of an outage more than those that stand
// behind the unresolved alert. An alarm told again does not, nor does Mist's alarm
// beside the event about the same, whichever is first.
func (m *Machine) anew(a *event.Alert, s *event.Signal, w word) bool {
	switch {
	case s.MistAlarmID != "" && s.MistAlarmID == a.MistAlarmID:
		return false
	case s.MistAlarmID != "" && a.MistAlarmID == "", s.MistAlarmID == "" && a.MistAlarmID != "" && a.Events == 1:
		return a.Raises > 1 || w.began.Sub(a.Opened).Abs() > m.rules.Echo
	}
	return true
}
