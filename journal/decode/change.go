package decode

import (
	"strings"

	"foghorn/journal/event"
)

// changeWords are the words of types of device events that report a change.
var changeWords = map[string]event.ChangeKind{
	"config": event.ChangeConfig, "configured": event.ChangeConfig, "reconfigured": event.ChangeConfig, "ztp": event.ChangeConfig,
	"commit":  event.ChangeConfig,
	"upgrade": event.ChangeUpgrade, "upgraded": event.ChangeUpgrade, "firmware": event.ChangeUpgrade,
	"restart": event.ChangeRestart, "restarted": event.ChangeRestart, "reboot": event.ChangeRestart, "rebooted": event.ChangeRestart,
	"claimed": event.ChangePlace, "unclaimed": event.ChangePlace, "assigned": event.ChangePlace, "unassigned": event.ChangePlace,
}

// noChange are words of types that have one of changeWords and report no change: an
// alarm about a pending upgrade, a port that got its profile by itself, and the
// steps of a Junos commit, about 25 of them each.
var noChange = map[string]bool{"alarm": true, "dynamic": true, "progress": true}

// changeOf says what an event changed, for the list of what happened before
// something broke. An audit counts unless its reader found that the admin only
// looked.
func changeOf(e *event.Event) event.ChangeKind {
	switch e.Topic {
	case "device-events", "device-updowns", "mxedge-events", JunosTopic:
	default:
		return e.Change
	}
	var kind event.ChangeKind
	for word := range strings.FieldsFuncSeq(strings.ToLower(e.Type), func(r rune) bool { return r == '_' || r == '-' || r == ' ' }) {
		if noChange[word] {
			return ""
		}
		if k := changeWords[word]; k != "" && kind == "" {
			kind = k
		}
	}
	return kind
}
