package projector

import (
	"time"

	"foghorn/journal/event"
)

// A webhook reports that a device lost the cloud, and polls and the stream find it
// too. Whichever comes second is a duplicate, although its fingerprint differs.

const (
	// connectionWithin is how far apart two reports of one change may be: a list gives
	// when the device was last heard, a webhook when the cloud missed it.
	connectionWithin = 5 * time.Minute
	// alarmWithin is how far apart the times may be that a webhook and a search give
	// for one state of an alarm: one has fractions of a second and the other has not.
	alarmWithin = 2 * time.Second
	// maxEventsRead is how many of an alert's events are read to find the last change;
	// restarts and Mist's own alarm are among them.
	maxEventsRead = 32
)

// knownReport returns the event that reported the same change of a device's
// connection, or the same state of an alarm, by another way in; 0 when there is none.
func (w *writer) knownReport(e *event.Event) (known int64, err error) {
	if e.Signal == nil || !isConnection(e) && e.Topic != topicAlarms {
		return 0, nil
	}
	a, err := w.p.machine.Newest(e.Signal.Key, w.tx)
	if a == nil || err != nil {
		return 0, err
	}
	// Reading an alert's events is expensive, and pages of old events drive those
	// out of the cache that every event needs: look only where it may matter.
	switch {
	case e.Topic == topicAlarms && e.Time.Sub(a.LastSeen).Abs() > alarmWithin:
		return 0, nil // the last report has another time
	case e.Topic != topicAlarms && isDisconnect(e) != (a.Resolved == nil) && !isLateDisconnect(e, a):
		return 0, nil // it changes what the alert says
	}
	// The last few are nearly always enough, and each one takes time to read.
	for _, n := range []int{4, maxEventsRead} {
		behind, err := w.tx.AlertEvents(a.ID, n)
		if err != nil {
			return 0, err
		}
		if known, sure := sameReport(e, behind, a); sure || len(behind) < n {
			return known, nil
		}
	}
	return 0, nil
}

// sameReport looks among an alert's events, newest first, for the one that reported
// the same as e. It is sure when older events do not matter.
func sameReport(e *event.Event, behind []event.Event, a *event.Alert) (known int64, sure bool) {
	for i := range behind {
		last := &behind[i]
		switch {
		case e.Topic == topicAlarms:
			if sameAlarm(e, last) {
				return last.ID, true
			}
		case isConnection(last) && isLateDisconnect(e, a) && !isDisconnect(last):
			// The end of the outage that e reports late; its beginning is older.
		case isConnection(last):
			if isPolled(e) == isPolled(last) || isDisconnect(e) != isDisconnect(last) || !sameChange(e, last, a) {
				return 0, true
			}
			return last.ID, true
		}
	}
	return 0, e.Topic == topicAlarms
}

// isLateDisconnect reports whether e says that a device was lost, when its outage is
// known to be over: a list that was read before the device was back, or a webhook that
// took long.
func isLateDisconnect(e *event.Event, a *event.Alert) bool {
	return isConnection(e) && isDisconnect(e) && a.Resolved != nil && e.Time.Before(*a.Resolved)
}

// sameChange reports whether e and last, one of which was polled, report the same
// change; a is the alert of it.
func sameChange(e, last *event.Event, a *event.Alert) bool {
	switch {
	case isPolled(e) && isDisconnect(e):
		return !e.Time.After(last.Time.Add(connectionWithin)) // else the device was back in between
	case isPolled(e):
		return true // it is still there
	case e.Time.Sub(last.Time).Abs() > connectionWithin:
		return false
	}
	// A rule may have raised the severity of the webhook's type: then it is kept.
	return !isDisconnect(e) || e.Signal.Severity <= a.Severity
}

const topicAlarms = "alarms"

// sameAlarm reports whether a webhook and a search gave the same state of an alarm:
// with the same text, which holds its state and count, and at the same time.
func sameAlarm(e, last *event.Event) bool {
	return last.Topic == topicAlarms && last.Via != e.Via && last.Type == e.Type && last.Text == e.Text &&
		e.Time.Sub(last.Time).Abs() <= alarmWithin
}

func isPolled(e *event.Event) bool { return e.Topic == event.TopicDeviceStatus }

func isDisconnect(e *event.Event) bool { return e.Connection == event.DeviceDisconnected }

// isConnection reports whether an event says that a device lost the cloud or is back.
// Mist's alarm about it comes beside the change itself.
func isConnection(e *event.Event) bool { return e.Connection != "" && e.Topic != topicAlarms }
