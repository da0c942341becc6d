package tui

import (
	"strings"

	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/port"
)

// cloudMark is one cell on how an ack stands with Mist: on its way, waiting
// until Mist can be reached, taken, refused. Nothing for what is not Mist's.
func cloudMark(e env, a event.Alert) string {
	switch {
	case a.Cloud == "", a.Cloud == event.CloudDone && a.AckedAt == nil, isHereOnly(a.Cloud):
		return ""
	}
	switch a.Cloud {
	case event.CloudSending:
		return e.Theme.Glyph.More
	case event.CloudPending:
		return e.Theme.Glyph.Waits
	case event.CloudDone:
		return e.Theme.Glyph.States[event.Resolved]
	default:
		return e.Theme.Glyph.Refused
	}
}

// isHereOnly tells an ack that nobody has a token for from one that was refused.
func isHereOnly(cloud string) bool { return strings.HasPrefix(cloud, "here only") }

// cloudWords says in a sentence how an ack stands with Mist, and its role.
func cloudWords(e env, a event.Alert) (string, draw.Role) {
	switch {
	case a.Cloud == event.CloudSending:
		return "telling Mist " + e.Theme.Glyph.More, draw.Dim
	case a.Cloud == event.CloudPending:
		return "waits for Mist: it is told as soon as it can be", draw.Warn
	case a.Cloud == event.CloudDone:
		return "Mist knows " + e.Theme.Glyph.States[event.Resolved], draw.OK
	case isHereOnly(a.Cloud):
		return "acked " + e.Text(a.Cloud), draw.Dim
	case a.Cloud != "":
		return "Mist refused: " + e.Text(a.Cloud), draw.Critical
	case a.AckedAt == nil:
		return "", draw.Plain
	case a.MistAlarmID == "":
		return "acked here: not a Mist alarm", draw.Dim
	default:
		return "acked here: Mist was not told", draw.Dim
	}
}

// notified is a Notice on its way through the program.
type notified struct{ notice port.Notice }
