package decode

import (
	"strings"
	"time"

	"foghorn/event"
	"foghorn/mist"
)

// How long an alarm that several devices restarted stays unresolved: nothing
// tells that it is over, and they are back already.
const restartsLast = 15 * time.Minute

// alarmSignal sets what an alarm says about a condition: most say how they
// themselves stand. Mist has alarms that are about something else, with ids of
// their own (FACTS section 5):
//
//   - That a device is down or restarted, when they name exactly one, is told by
//     its up/down events too: it is that one condition. Of several devices each
//     has a condition of its own, and the alarm stays one beside them.
//   - That a device is back, when they name exactly one, ends that condition.
//   - That DHCP, DNS or ARP is well again ends the failure at that site, if there
//     is but one; such an alarm names a server at best.
//   - Any other that all is well is an event to be listed and no more.
func alarmSignal(el *element, e *event.Event, title, state string, at alarmTimes) {
	id := clip(el.text("id", "alert_id"), maxID)
	kind := mist.AlarmKey(e.Type)
	s := &event.Signal{
		Key: "mist:alarm:" + id, Kind: kind, Act: event.States, Title: title, Severity: e.Severity,
		Resolved: over(state), Began: at.began, LastSeen: at.seen, Ended: at.ended, MistAlarmID: id,
	}
	if state != "" { // an alarm that says how it stands says so as of its telling
		s.Told = at.told
	}
	if n, ok := el.number("count"); ok && n >= 1 && n < 1e9 {
		s.Count = int(n)
	}
	switch {
	case downKinds[kind] && oneDevice(el, e):
		downSignal(el, e, s, at)
	case restartKinds[kind] && restartAlarm(el, e):
		return
	case restartKinds[kind] && id != "":
		s.Act, s.Count, s.Lasts = event.Happens, 0, restartsLast
	case strings.HasSuffix(kind, "_reconnected") && oneDevice(el, e):
		s.Act, s.Kind, s.Key, s.MistAlarmID = event.Closes, kindDown, deviceKey(el, e)+connection, ""
	case recovered(kind):
		failure, ok := strings.CutSuffix(kind, "_success")
		if !ok {
			return
		}
		s.Act, s.Kind, s.MistAlarmID = event.Clears, failure+"_failure", ""
	case id == "":
		// Without an id nothing can be told again: it is a one-off of its sort.
		s.Key, s.Act = "mist:alarm:"+e.SiteID+":"+kind, event.Happens
	}
	e.Signal = s
}

// The alarms about connections to the cloud (mist/definitions/alarm_defs.json).
var (
	downKinds    = map[string]bool{"device_down": true, "switch_down": true, "gateway_down": true}
	restartKinds = map[string]bool{"device_restarted": true, "switch_restarted": true, "gateway_restarted": true}
)

// oneDevice reports whether an alarm is about exactly one device, beyond doubt.
// Its lists are samples, but only at their cap of ten.
func oneDevice(el *element, e *event.Event) bool {
	n := 0
	for _, l := range deviceLists {
		n += len(el.list(l.field))
	}
	return n == 1 && e.DeviceMAC != "" && len(el.list("hostnames")) <= 1
}

// restartAlarm deals with the restart of one device, or one somebody wanted, and
// reports whether it was either.
func restartAlarm(el *element, e *event.Event) bool {
	reasons := el.list("reasons")
	switch {
	case len(reasons) == 1 && wanted(reasons[0]):
	case oneDevice(el, e):
		restartSignal(el, e, words(strings.Join(reasons, ", ")))
	default:
		return false
	}
	return true
}

// downSignal makes an alarm the word on a device's connection. Only an alarm that
// was counted up was seen again later than it began.
func downSignal(el *element, e *event.Event, s *event.Signal, at alarmTimes) {
	s.Key, s.Kind, s.Title, s.Act = deviceKey(el, e)+connection, kindDown, deviceLabel(e)+isDown, event.Opens
	s.Told, s.Ended = time.Time{}, time.Time{}
	switch {
	case s.Resolved:
		s.Act, s.Resolved, s.Count, s.LastSeen = event.Closes, false, 0, at.moment
	case s.Count <= 1:
		s.LastSeen = s.Began
	}
}

// recovered reports whether an alarm says that something is well again.
func recovered(kind string) bool {
	return hasSuffixAny(kind, "_reconnected", "_success", "_recovered", "_restored", "_resolved", "_cleared", "_clear", "_normal", "_ok")
}
