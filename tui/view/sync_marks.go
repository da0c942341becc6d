package view

import (
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// syncMark shows in one cell whether Mist has an ack: sending, pending, done or
// refused. It is empty for what stays here.
func syncMark(e pane.Context, a event.Alert) string {
	switch a.Sync.State {
	case event.SyncSending:
		return e.Theme.Glyph.More
	case event.SyncPending:
		return e.Theme.Glyph.Waits
	case event.SyncDone:
		if a.AckedAt == nil {
			return ""
		}
		return e.Theme.Glyph.States[event.Resolved]
	case event.SyncFailed:
		return e.Theme.Glyph.Refused
	}
	return ""
}

// syncText says in a sentence whether Mist has an ack, and its role.
func syncText(e pane.Context, a event.Alert) (string, draw.Role) {
	switch a.Sync.State {
	case event.SyncSending:
		return "sending " + e.Theme.Glyph.More, draw.Dim
	case event.SyncPending:
		if a.Sync.Reason != "" {
			return "pending: " + e.Text(a.Sync.Reason) + "; will retry", draw.Warn
		}
		return "pending: Mist unreachable, will retry", draw.Warn
	case event.SyncDone:
		return "up to date " + e.Theme.Glyph.States[event.Resolved], draw.OK
	case event.SyncLocal:
		return "acked here only: " + e.Text(a.Sync.Reason), draw.Dim
	case event.SyncFailed:
		return "Mist refused: " + e.Text(a.Sync.Reason), draw.Critical
	}
	switch {
	case a.AckedAt == nil:
		return "", draw.Plain
	case a.MistAlarmID == "":
		return "acked here only: not a Mist alarm", draw.Dim
	default:
		return "acked here only: not sent to Mist", draw.Dim
	}
}
