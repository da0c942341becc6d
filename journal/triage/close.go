package triage

import (
	"errors"
	"fmt"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// A person can end an alert by hand. The alert is resolved from then on, although
// nothing has reported the end of its condition. What is known of the condition stays:
// LastSeen is not moved, so an undo gives back the alert as it was.
//
// Only a report that the condition was seen after that time makes it open again: a raise,
// a repeated one-shot, or a status report. Within ReopenWithin it reopens the alert,
// with one more flap; later it makes a new one. A report that a sender tracks by id
// always reopens its alert. When the end of the condition is reported, its time
// replaces that of the person; who closed it stays noted.

// closeByHand ends the alert.
func closeByHand(alert *event.Alert, a *event.Activity) error {
	switch {
	case alert.ClosedByHand():
		return fmt.Errorf("%s had closed it already", alert.ClosedBy)
	case alert.Resolved != nil:
		return errors.New("it had ended already")
	}
	// The clock of a sender may be ahead. What it has reported is closed all the same.
	at := later(milli(a.Time), later(alert.LastSeen, alert.Opened))
	resolved := at
	alert.ClosedBy, alert.ClosedAt, alert.CloseReason = safetext.Clip(a.Actor, maxOwner), &at, safetext.Clip(a.Reason, maxNote)
	alert.Resolved = &resolved
	return nil
}

// canUndoClose reports whether an undo can restore whether a person had closed the
// alert: not when it would close one that has been seen since.
func canUndoClose(alert *event.Alert, now, was, became *event.OperatorFields) bool {
	if was.SameClose(*became) || !now.SameClose(*became) {
		return false
	}
	return was.ClosedAt == nil || was.Flaps == alert.Flaps && !alert.LastSeen.After(*was.ClosedAt)
}

// undoClose restores it. An end that was reported meanwhile stays.
func undoClose(alert *event.Alert, was *event.OperatorFields) {
	switch {
	case was.ClosedAt == nil && alert.ClosedByHand():
		alert.Resolved = nil
	case was.ClosedAt != nil && alert.Resolved == nil:
		at := *was.ClosedAt
		alert.Resolved = &at
	}
	alert.ClosedBy, alert.ClosedAt, alert.CloseReason = was.ClosedBy, was.ClosedAt, was.CloseReason
}

// isBack reports whether a raise says that the condition of a resolved alert holds once
// more. A closed alert takes a later time: a second report of what the person saw is
// not news.
func isBack(a *event.Alert, w observation) bool {
	if a.ClosedByHand() {
		return w.lastSeen.After(*a.Resolved)
	}
	return w.isAfter(*a.Resolved)
}

// isLongClosed reports whether the alert was closed too long before a time to reopen.
func (m *Machine) isLongClosed(a *event.Alert, at time.Time) bool {
	return a.ClosedByHand() && at.Sub(*a.Resolved) > m.rules.ReopenWithin
}

// isOn reports whether the condition holds, as far as its sender reported it.
func isOn(a *event.Alert) bool { return a.Resolved == nil || a.ClosedByHand() }
