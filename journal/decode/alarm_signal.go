package decode

import (
	"fmt"
	"strings"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/condition"
	"foghorn/journal/event"
	"foghorn/mist"
)

// restartsExpireAfter is how long an alarm about restarts of several devices stays
// unresolved. Nothing reports its end, and the devices are back already.
const restartsExpireAfter = 15 * time.Minute

// changeExpiresAfter is how long an alarm stays unresolved that reports a change and
// not in which direction.
const changeExpiresAfter = time.Hour

// alarmSignal sets the signal of an alarm (see condition.Alarm).
//
//   - A device that is down or back is the condition that its up/down events report
//     too, for each device that the alarm lists.
//   - What one type of alarm begins another ends, by the device and the object.
//   - All others are conditions identified by the id of the alarm. Some report their
//     end; the rest expires.
func alarmSignal(el *element, e *event.Event, what condition.Alarm, m alarmMember, title, state string, at alarmTimes) {
	id := safetext.Clip(el.text("id", "alert_id"), maxID)
	s := &event.Signal{
		Key: "mist:alarm:" + id, Kind: mist.AlarmKey(e.Type), Type: event.Report, Title: title, Severity: e.Severity,
		Resolved: isOver(state), Began: at.start, LastSeen: at.lastSeen, Ended: at.ended, MistAlarmID: id, ExpiresAfter: what.ExpiresAfter,
	}
	if state != "" { // an alarm with a state had that state when it was reported
		s.Reported = at.reported
	}
	n, counted := el.number("count")
	if counted && n >= 1 && n < 1e9 {
		s.Count = int(n)
	}
	if m.listed > 1 {
		// The alarm has one count and one time span for all. The span of each device is
		// unknown, unless the alarm counts more than it lists: then one was seen again.
		s.Count, s.Aggregated = 0, counted && (int(n) <= m.listed || m.listed >= listCap)
	}
	switch {
	case what.Lifecycle == condition.Harmless:
		return
	case m.unlisted > 0:
		if id == "" || s.Resolved {
			return
		}
		s.Key, s.Type, s.Count, s.Title = s.Key+":unlisted", event.OneShot, 0, title
	case what.Lifecycle == condition.Offline && deviceKey(el, e) != "":
		offlineSignal(el, e, s, m, at)
	case what.Lifecycle == condition.Paired:
		if s = pairedSignal(el, e, what, m, s, at); s == nil {
			return
		}
	case what.Lifecycle == condition.Offline && what.Direction == condition.Ends:
		return // without a device it ends nothing
	case what.Lifecycle == condition.Restarted && restartAlarm(el, e):
		return
	case what.Lifecycle == condition.Restarted && id != "":
		s.Type, s.Count, s.ExpiresAfter = event.OneShot, 0, restartsExpireAfter
	case id == "":
		// Without an id it cannot be reported again, so it is a one-shot of its type.
		s.Key, s.Type = "mist:alarm:"+e.SiteID+":"+s.Kind, event.OneShot
	}
	e.Signal = s
}

// offlineSignal makes an alarm a report about a device's connection. Only an alarm
// that was counted up was seen again later than it began.
func offlineSignal(el *element, e *event.Event, s *event.Signal, m alarmMember, at alarmTimes) {
	s.Key, s.Kind, s.Title, s.Type = deviceKey(el, e)+connection, kindDown, downTitle(e, alarmReason(el, m)), event.Raise
	s.Reported, s.Ended = time.Time{}, time.Time{}
	switch {
	case m.direction == condition.Ends:
		s.Type, s.MistAlarmID, s.Resolved, s.Count = event.Resolve, "", false, 0
	case s.Resolved:
		s.Type, s.Resolved, s.Count, s.LastSeen = event.Resolve, false, 0, at.stateTime
	case m.listed == 1 && s.Count <= 1:
		s.LastSeen = s.Began
	}
}

// pairedSignal makes an alarm a report about a condition that another type of alarm
// ends, or that the device's own events report too.
func pairedSignal(el *element, e *event.Event, what condition.Alarm, m alarmMember, s *event.Signal, at alarmTimes) *event.Signal {
	if m.direction == condition.Transient {
		e.Severity = event.Info
		return nil
	}
	if m.direction == condition.NoDirection {
		s.ExpiresAfter = changeExpiresAfter
		return s
	}
	k := condition.Of(what.Stem)
	base, part := deviceKey(el, e), k.Part
	s.Kind, s.Title = k.Name, deviceLabel(e)+": "+pairTitle(e, k, m)
	if what.Site || base == "" {
		if e.SiteID == "" {
			return nil // it could be any site's
		}
		base = "mist:site:" + orgOf(e) + ":" + e.SiteID
		s.Title = pairTitle(e, nil, m)
		if what.Site {
			part, s.Kind = what.Stem, what.Stem+"_failure"
		}
	}
	s.Type, s.Reported, s.Ended = event.Raise, time.Time{}, time.Time{}
	if k.HasNoObjects() {
		s.Key = base + ":" + part
	} else {
		s.SetObject(base+":"+part, m.object)
	}
	switch {
	case m.direction == condition.Ends:
		s.Type, s.MistAlarmID, s.Resolved, s.Count, e.Severity = event.Resolve, "", false, 0, event.Info
	case s.Resolved:
		s.Type, s.Resolved, s.Count, s.LastSeen = event.Resolve, false, 0, at.stateTime
	case m.listed <= 1 && s.Count <= 1:
		s.LastSeen = s.Began
	}
	return s
}

// pairTitle is the sentence of a condition: that of its kind, or else the alarm's own
// name.
func pairTitle(e *event.Event, k *condition.Kind, m alarmMember) string {
	if k != nil && !(k.UsesOwnText && m.reason != "") {
		if said := k.Sentence(m.object); said != "" {
			return said
		}
	}
	def, _ := mist.AlarmDef(e.Type)
	name := strings.TrimSuffix(alarmName(e.Type, def), " (beta)")
	if m.object == "" || k != nil && k.UsesOwnText {
		return joinNonEmpty(": ", name, m.reason)
	}
	return name + ": " + m.object
}

// restartAlarm handles the restart of one device, and an intended one. It reports
// whether it was either.
func restartAlarm(el *element, e *event.Event) bool {
	reasons := el.list("reasons")
	switch {
	case len(reasons) == 1 && wanted(reasons[0]):
	case len(listedDevices(el)) == 1 && deviceKey(el, e) != "":
		restartSignal(el, e, spaced(strings.Join(reasons, ", ")))
	default:
		return false
	}
	return true
}

// unlistedText says that an alarm counts more devices than it lists.
func unlistedText(n int, kind string) string {
	word, ok := deviceWords[kind]
	if !ok {
		word = deviceWords[""]
	}
	return fmt.Sprintf("up to %s more that the alarm does not list", plural(n, word))
}

// alarmReason is why the one device of an alarm is down, as far as the alarm says it.
func alarmReason(el *element, m alarmMember) string {
	reasons := el.list("reasons")
	if m.listed != 1 || len(reasons) == 0 {
		return ""
	}
	why := spaced(strings.Join(reasons[:min(len(reasons), 2)], ", "))
	if !isReason(why) {
		return ""
	}
	return safetext.Clip(why, maxName)
}
