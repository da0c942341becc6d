package decode

import (
	"strings"
	"time"

	"foghorn/journal/event"
)

// alarmTimes are the times of one report of an alarm. In a search, timestamp is when
// the alarm was first seen. In a webhook it is when the webhook was sent, some seconds
// after last_seen.
type alarmTimes struct {
	start     time.Time // the earliest time in it
	lastSeen  time.Time // when the condition was last seen
	reported  time.Time // the latest time in it: how new the report is
	ended     time.Time // resolved_time, of an alarm that is over; zero when it has none
	stateTime time.Time // of the state: the same in every report of that state
}

func readAlarmTimes(el *element, e *event.Event, state string) alarmTimes {
	stamp, stamped := el.time("timestamp")
	seen, ok := el.time("last_seen")
	switch {
	case !ok && !stamped:
		stamp, seen = e.Time, e.Time // when it was received
	case !ok:
		seen = stamp
	case !stamped:
		stamp = seen
	}
	at := alarmTimes{start: stamp, lastSeen: seen, reported: stamp, stateTime: seen}
	if seen.Before(stamp) {
		at.start = seen
	} else {
		at.reported = seen
	}
	switch {
	case isOver(state):
		if at.stateTime = at.reported; readResolvedTime(el, &at.ended) {
			at.stateTime = at.ended
		}
		if at.stateTime.Before(at.start) {
			at.start = at.stateTime
		}
	case strings.HasPrefix(state, "reoccur"): // Mist writes reoccured: the condition holds again, whenever it was last seen
		at.lastSeen, at.stateTime = at.reported, at.reported
	}
	return at
}

// readResolvedTime reads when an alarm was resolved, and reports whether it says so.
func readResolvedTime(el *element, at *time.Time) bool {
	t, ok := el.time("resolved_time", "resolved_at", "closed_time")
	if ok {
		*at = t
	}
	return ok
}

// alarmState is the state of an alarm: open, validated, resolved or, as Mist spells
// it, reoccured. Only Marvis alarms have one. Any other alarm shows that it is
// resolved only by the time of it.
func alarmState(el *element) string {
	details := el.object("details")
	for _, of := range []*element{el, &details} {
		if s := of.text("status"); s != "" {
			return strings.ToLower(s)
		}
	}
	if is, _ := el.flag("resolved"); is {
		return "resolved"
	}
	var end time.Time
	if seen, ok := el.time("last_seen"); readResolvedTime(el, &end) && !(ok && seen.After(end)) {
		return "resolved"
	}
	return ""
}

// isOver reports whether an alarm in this state is over.
func isOver(state string) bool {
	switch state {
	case "resolved", "validated", "closed", "cleared", "recovered":
		return true
	}
	return false
}
