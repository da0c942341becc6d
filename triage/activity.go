package triage

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"foghorn/event"
)

// Bounds on what an operator writes, in bytes, so that one row stays one row.
const (
	maxOwner = 128
	maxNote  = 4096
	maxCloud = 512
)

// Activity carries out what an operator did to an alert and says how it went in
// a.Result: "ok", or why nothing was done. It fills in Before and After where
// the operator's side left them empty. Activities on anything but an alert are
// none of triage's business and stay as they are.
//
// Activities are carried out in the order of the log: of two people who ack, the
// later owns. A resolved alert can be acked and annotated too.
func (m *Machine) Activity(a *event.Activity, look Lookup) error {
	if !strings.HasPrefix(a.Target, "alert:") {
		return nil
	}
	id, ok := event.AlertIDOf(a.Target)
	if !ok {
		a.Result = fmt.Sprintf("%q names no alert; a target looks like alert:1000000", a.Target)
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
	if err := apply(alert, a); err != nil {
		a.Result = err.Error()
		return nil
	}
	a.Result = "ok"
	m.touch(alert, a.Time)
	return nil
}

// Result takes in how the cloud took an earlier activity, as cloud says. It is
// shown on the alert only if that was the last word on who owns it: what becomes
// of an ack that was taken back meanwhile, or that lapsed, is no news of the alert.
func (m *Machine) Result(of *event.Activity, cloud string, at time.Time, look Lookup) error {
	id, ok := event.AlertIDOf(of.Target)
	if !ok {
		return nil
	}
	alert, err := m.findID(id, look)
	if err != nil || alert == nil || alert.CloudBy != of.ID {
		return err
	}
	alert.Cloud = cut(cloud, maxCloud)
	m.touch(alert, at)
	return nil
}

// apply changes the columns of the operator's hand, or says why it does not.
func apply(alert *event.Alert, a *event.Activity) error {
	switch a.Action {
	case event.ActionAck:
		at := milli(a.Time)
		tell(a, alert.Owner, a.Actor)
		alert.Owner, alert.AckedAt = cut(a.Actor, maxOwner), &at
		alert.Cloud, alert.CloudBy = cut(a.Cloud, maxCloud), a.ID
		if a.Reason != "" {
			alert.Note = cut(a.Reason, maxNote) // an ack with a word is seen in the list
		}
	case event.ActionUnack:
		tell(a, alert.Owner, "")
		alert.Owner, alert.AckedAt = "", nil
		alert.Cloud, alert.CloudBy = cut(a.Cloud, maxCloud), a.ID
	case event.ActionSnooze:
		until, err := time.Parse(time.RFC3339, a.After)
		if err != nil {
			return fmt.Errorf("snooze until %q: not an RFC 3339 time such as 2026-03-01T10:30:00Z", cut(a.After, 64))
		}
		until = milli(until)
		tell(a, snoozeText(alert), a.After)
		alert.SnoozedUntil = &until
	case event.ActionWake:
		tell(a, snoozeText(alert), "")
		alert.SnoozedUntil = nil
	case event.ActionNote:
		tell(a, alert.Note, a.After)
		alert.Note = cut(a.After, maxNote)
	default:
		return fmt.Errorf("%q is nothing that can be done to an alert; ack, unack, snooze, wake and note are", cut(a.Action, 64))
	}
	return nil
}

// tell fills in what was before and after, where the operator's side did not.
func tell(a *event.Activity, before, after string) {
	if a.Before == "" {
		a.Before = before
	}
	if a.After == "" {
		a.After = after
	}
}

func snoozeText(alert *event.Alert) string {
	if alert.SnoozedUntil == nil {
		return ""
	}
	return alert.SnoozedUntil.UTC().Format(time.RFC3339)
}

// cut shortens s to at most n bytes without splitting a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
