package tui

import (
	"strings"

	"foghorn/journal/event"
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
		return e.th.glyph.more
	case event.CloudPending:
		return e.th.glyph.waits
	case event.CloudDone:
		return e.th.glyph.states[event.Resolved]
	default:
		return e.th.glyph.refused
	}
}

// isHereOnly tells an ack that nobody has a token for from one that was refused.
func isHereOnly(cloud string) bool { return strings.HasPrefix(cloud, "here only") }

// cloudWords says in a sentence how an ack stands with Mist, and its role.
func cloudWords(e env, a event.Alert) (string, role) {
	switch {
	case a.Cloud == event.CloudSending:
		return "telling Mist " + e.th.glyph.more, roleDim
	case a.Cloud == event.CloudPending:
		return "waits for Mist: it is told as soon as it can be", roleWarn
	case a.Cloud == event.CloudDone:
		return "Mist knows " + e.th.glyph.states[event.Resolved], roleOK
	case isHereOnly(a.Cloud):
		return "acked " + e.ext(a.Cloud), roleDim
	case a.Cloud != "":
		return "Mist refused: " + e.ext(a.Cloud), roleCritical
	case a.AckedAt == nil:
		return "", rolePlain
	case a.MistAlarmID == "":
		return "acked here: not a Mist alarm", roleDim
	default:
		return "acked here: Mist was not told", roleDim
	}
}

// Notice is something that happened after the screen had its answer, such as
// Mist refusing an ack.
type Notice struct {
	Text string
	Bad  bool
}

// notified is a Notice on its way through the program.
type notified struct{ notice Notice }
