package triage

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// Bounds on what an operator writes, in bytes, so that one row stays one row.
const (
	maxOwner      = 128
	maxNote       = 4096
	maxSyncReason = 512
)

// Activity carries out what an operator did to an alert and sets a.Result: "ok", or
// why nothing was done. It fills in Before and After where the operator's side left
// them empty. Activities on anything but an alert are ignored.
//
// Activities are carried out in the order of the log: when two people ack, the later
// one owns the alert. A resolved alert can be acked and annotated too.
func (m *Machine) Activity(a *event.Activity, look Lookup) error {
	return m.run(a, look, func(alert *event.Alert) error { return apply(alert, a) })
}

// Undo carries out an activity that takes back an earlier one on the same alert: each
// thing that the earlier one changed gets its previous value again, unless somebody,
// or a new outage, has changed it since. of is nil when the journal does not have the
// earlier one.
func (m *Machine) Undo(a, of *event.Activity, look Lookup) error {
	return m.run(a, look, func(alert *event.Alert) error {
		err := undo(alert, a, of)
		if err != nil {
			a.Sync = event.Sync{} // nothing to send
		}
		return err
	})
}

// run finds the alert of an activity, changes it, and writes the outcome into the
// activity.
func (m *Machine) run(a *event.Activity, look Lookup, change func(*event.Alert) error) error {
	if !strings.HasPrefix(a.Target, "alert:") {
		return nil
	}
	id, ok := event.AlertIDOf(a.Target)
	if !ok {
		a.Result = fmt.Sprintf("%q names no alert; a target looks like alert:3450012", a.Target)
		return nil
	}
	alert, err := m.findID(id, look)
	if err != nil {
		return err
	}
	if alert == nil {
		a.Result = fmt.Sprintf("alert %d is not in the journal; retention may have removed it", id)
		return nil
	}
	was := alert.Operator()
	if err := change(alert); err != nil {
		a.Result = err.Error()
		return nil
	}
	became := alert.Operator()
	a.Was, a.Became = &was, &became
	if a.Result == "" { // else the action has set more, such as that nothing is sent to Mist
		a.Result = "ok"
	}
	m.touch(alert, a.Time)
	m.endCall(cause{at: a.Time, activity: a.ID})
	return nil
}

// Result applies the outcome of an earlier activity in Mist. The alert shows it
// only if that activity is the last one that changed its owner: the outcome of an
// ack that was taken back meanwhile, or that lapsed, is ignored.
func (m *Machine) Result(of *event.Activity, sync event.Sync, at time.Time, look Lookup) error {
	id, ok := event.AlertIDOf(of.Target)
	if !ok {
		return nil
	}
	alert, err := m.findID(id, look)
	if err != nil || alert == nil || alert.SyncActivity != of.ID {
		return err
	}
	alert.Sync = sync.Clip(maxSyncReason)
	m.touch(alert, at)
	m.endCall(cause{at: at})
	return nil
}

// Apply changes an alert as Activity will, for callers that cannot wait for it. What
// cannot be done changes nothing.
func Apply(alert *event.Alert, a event.Activity) { _ = apply(alert, &a) }

// apply changes the columns that people decide, or says why it does not.
func apply(alert *event.Alert, a *event.Activity) error {
	switch a.Action {
	case event.ActionAck:
		at := milli(a.Time)
		setBeforeAfter(a, alert.Owner, a.Actor)
		alert.Owner, alert.AckedAt = safetext.Clip(a.Actor, maxOwner), &at
		alert.Sync, alert.SyncActivity = a.Sync.Clip(maxSyncReason), a.ID
		if a.Reason != "" {
			alert.Note = safetext.Clip(a.Reason, maxNote) // so that the list shows why it was acked
		}
	case event.ActionUnack:
		if alert.AckedAt == nil {
			return errors.New("nobody had acknowledged it")
		}
		setBeforeAfter(a, alert.Owner, "")
		alert.Owner, alert.AckedAt = "", nil
		alert.Sync, alert.SyncActivity = a.Sync.Clip(maxSyncReason), a.ID
	case event.ActionSnooze:
		until, err := time.Parse(time.RFC3339, a.After)
		if err != nil {
			return fmt.Errorf("snooze until %q: not an RFC 3339 time such as 2026-03-01T10:30:00Z", safetext.Clip(a.After, 64))
		}
		until = milli(until)
		setBeforeAfter(a, snoozeTime(alert.SnoozedUntil), a.After)
		alert.SnoozedUntil = &until
	case event.ActionWake:
		setBeforeAfter(a, snoozeTime(alert.SnoozedUntil), "")
		alert.SnoozedUntil = nil
	case event.ActionNote:
		setBeforeAfter(a, alert.Note, a.After)
		alert.Note = safetext.Clip(a.After, maxNote)
	case event.ActionClose:
		return closeByHand(alert, a)
	default:
		return fmt.Errorf("unknown action %q; the actions on an alert are ack, unack, snooze, wake, note and close", safetext.Clip(a.Action, 64))
	}
	return nil
}

// undo gives each thing that an earlier activity changed its previous value.
func undo(alert *event.Alert, a, of *event.Activity) error {
	switch {
	case of == nil:
		return fmt.Errorf("activity %d is not in the journal; retention may have removed it", a.Undoes)
	case of.Target != a.Target || of.Was == nil || of.Became == nil:
		return fmt.Errorf("activity %d changed nothing on this alert", of.ID)
	}
	now, was, became := alert.Operator(), of.Was, of.Became
	ack := !was.SameAck(*became) && now.SameAck(*became)
	snooze := !was.SameSnooze(*became) && now.SameSnooze(*became)
	note := was.Note != became.Note && now.Note == became.Note
	closed := canUndoClose(alert, &now, was, became)
	if !ack && !snooze && !note && !closed {
		return errors.New("nothing is left to undo: it has been changed since")
	}
	if closed {
		undoClose(alert, was)
	}
	if note {
		setBeforeAfter(a, now.Note, was.Note)
		alert.Note = was.Note
	}
	if snooze {
		alert.SnoozedUntil = was.SnoozedUntil
		setBeforeAfter(a, snoozeTime(now.SnoozedUntil), snoozeTime(was.SnoozedUntil))
	}
	if !ack {
		a.Sync = event.Sync{} // the owner stays, and Mist knows nothing else
		return nil
	}
	alert.Owner, alert.AckedAt = was.Owner, was.AckedAt
	if was.AckedAt != nil && was.Flaps != alert.Flaps && was.AckedAt.Before(alert.Opened) {
		alert.Owner, alert.AckedAt = "", nil // it would have lapsed when the condition came back
	}
	a.Before, a.After = now.Owner, alert.Owner
	alert.Sync, alert.SyncActivity = a.Sync.Clip(maxSyncReason), a.ID
	return nil
}

// setBeforeAfter fills in Before and After where the operator's side left them empty.
func setBeforeAfter(a *event.Activity, before, after string) {
	if a.Before == "" {
		a.Before = before
	}
	if a.After == "" {
		a.After = after
	}
}

func snoozeTime(until *time.Time) string {
	if until == nil {
		return ""
	}
	return until.UTC().Format(time.RFC3339)
}
