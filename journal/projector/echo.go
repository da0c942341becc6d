package projector

import (
	"time"

	"foghorn/journal/event"
)

// Webhooks report a device that lost the cloud, and polls and the stream find it
// too. What a list says adds nothing to what the webhook has reported, nor does a
// webhook that arrives later.

const (
	// echoWithin is how far apart two reports of one change may be: a list gives
	// when a device was last heard, a webhook when the cloud missed it.
	echoWithin = 5 * time.Minute
	// alarmEcho is how far apart the times may be that a webhook and a search give
	// one state of an alarm: one has fractions of a second and the other has not.
	alarmEcho = 2 * time.Second
	// echoBehind is how many of an alert's events are looked at for the last
	// change; restarts and Mist's own alarm stand behind it too.
	echoBehind = 32
)

// echo returns the event that reported the same change of a device's connection, or
// the same state of an alarm, by another way; 0 when there is none.
func (w *writer) echo(e *event.Event) (known int64, err error) {
	if e.Signal == nil || !connection(e) && e.Topic != topicAlarms {
		return 0, nil
	}
	a, err := w.p.machine.Newest(e.Signal.Key, w.tx)
	if a == nil || err != nil {
		return 0, err
	}
	// Reading what stands behind the alert costs, and pages of old events drive
	// those out of memory that every event needs: look only where it may matter.
	switch {
	case e.Topic == topicAlarms && e.Time.Sub(a.LastSeen).Abs() > alarmEcho:
		return 0, nil // what came last is of another time
	case e.Topic != topicAlarms && lost(e) != (a.Resolved == nil):
		return 0, nil // it changes what the alert says
	}
	// Nearly always the last few say it, and each that is read costs.
	for _, n := range []int{4, echoBehind} {
		behind, err := w.tx.AlertEvents(a.ID, n)
		if err != nil {
			return 0, err
		}
		if known, sure := echoed(e, behind, a); sure || len(behind) < n {
			return known, nil
		}
	}
	return 0, nil
}

// echoed looks for the event that told the same as e among those behind the
// alert, newest first. It is sure when those further back do not matter.
func echoed(e *event.Event, behind []event.Event, a *event.Alert) (known int64, sure bool) {
	for i := range behind {
		last := &behind[i]
		switch {
		case e.Topic == topicAlarms:
			if sameAlarm(e, last) {
				return last.ID, true
			}
		case connection(last):
			if found(e) == found(last) || lost(e) != lost(last) || !oneChange(e, last, a) {
				return 0, true
			}
			return last.ID, true
		}
	}
	return 0, e.Topic == topicAlarms
}

// oneChange reports whether e and last, of which one was found, are of the same
// change, with a the alert it made.
func oneChange(e, last *event.Event, a *event.Alert) bool {
	switch {
	case found(e) && lost(e):
		return !e.Time.After(last.Time.Add(echoWithin)) // else it was heard in between
	case found(e):
		return true // it is still there
	case e.Time.Sub(last.Time).Abs() > echoWithin:
		return false
	}
	// What people's rules make of the webhook's own type counts for more than one row less.
	return !lost(e) || e.Signal.Severity <= a.Severity
}

const topicAlarms = "alarms"

// sameAlarm reports whether a webhook and a search gave one state of an alarm: in
// the same words, which hold its state and count, and at the same time.
func sameAlarm(e, last *event.Event) bool {
	return last.Topic == topicAlarms && last.Via != e.Via && last.Type == e.Type && last.Text == e.Text &&
		e.Time.Sub(last.Time).Abs() <= alarmEcho
}

func found(e *event.Event) bool { return e.Topic == event.TopicDeviceStatus }

func lost(e *event.Event) bool { return e.Connection == event.DeviceDisconnected }

// connection reports whether an event tells that a device lost the cloud or has
// it again. Mist's alarm about it is told beside the change itself.
func connection(e *event.Event) bool { return e.Connection != "" && e.Topic != topicAlarms }
