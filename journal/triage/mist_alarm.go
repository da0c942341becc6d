package triage

import (
	"maps"
	"slices"

	"foghorn/journal/event"
)

// indexAlarm keeps the index of unresolved alerts by Mist alarm. Every unresolved
// alert is loaded, so a reloaded machine has the same index.
func (m *Machine) indexAlarm(a *event.Alert) {
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
		m.unindexAlarm(a)
	}
}

func (m *Machine) unindexAlarm(a *event.Alert) {
	ids := m.alarms[a.MistAlarmID]
	if delete(ids, a.ID); len(ids) == 0 {
		delete(m.alarms, a.MistAlarmID)
	}
}

// setAlarm makes the alert belong to a Mist alarm.
func (m *Machine) setAlarm(a *event.Alert, id string) {
	if a.MistAlarmID != id {
		m.unindexAlarm(a)
		a.MistAlarmID = id
	}
}

// resolveAlarm handles the end of an alarm about several devices, as the alarm reports
// it: the alerts of devices that it no longer lists are resolved too.
func (m *Machine) resolveAlarm(e *event.Event, look Lookup) error {
	s := e.Signal
	if s.MistAlarmID == "" {
		return nil
	}
	at := m.observedAt(e)
	for _, id := range slices.Sorted(maps.Keys(m.alarms[s.MistAlarmID])) {
		a, err := m.findID(id, look)
		if err != nil {
			return err
		}
		if a == nil || a.Resolved != nil || a.MistAlarmID != s.MistAlarmID || at.Before(a.LastSeen) {
			continue
		}
		setResolved(a, at)
		m.touch(a, e.Received)
	}
	return nil
}

// alreadyCovered reports whether an alarm about several devices reports an outage that
// the alert covers already: the alert was open in the time that the alarm is about.
func alreadyCovered(a *event.Alert, s *event.Signal, w observation) bool {
	return s.Aggregated && !isRestartOnly(a) && !a.Opened.After(w.lastSeen) && (a.Resolved == nil || !a.Resolved.Before(w.start))
}

// isAnotherOutage reports whether a raise reports one more outage than those that the
// unresolved alert covers. A repeated alarm does not, nor does a Mist alarm beside the
// device's own event, whichever comes first.
func (m *Machine) isAnotherOutage(a *event.Alert, s *event.Signal, w observation) bool {
	switch {
	case s.MistAlarmID != "" && s.MistAlarmID == a.MistAlarmID:
		return false
	case s.MistAlarmID != "" && a.MistAlarmID == "", s.MistAlarmID == "" && a.MistAlarmID != "" && a.Events == 1:
		return a.Raises > 1 || w.start.Sub(a.Opened).Abs() > m.rules.SameWithin
	}
	return true
}
