package decode

import (
	"strconv"

	"foghorn/journal/event"
)

// identity defines when two events of a topic are duplicates although their JSON
// differs: a webhook adds names and labels that a search by REST leaves out, and a
// search adds what happened since, such as who acknowledged an alarm. For a topic
// without one the whole element decides (see fingerprint.go).
type identity struct {
	group string // topics of the same group report the same events
	isID  bool   // the keys identify the event, as an id of its sender does
	keys  []keyFunc
	// details are fields that distinguish events with the same keys: two ports that
	// went down in one second. The last counts only when all others are missing. An
	// event without any detail is a duplicate of one that has some.
	details []string
}

// keyFunc returns a value that all reports of an event agree on. An element that lacks
// it ("") is compared as a whole.
type keyFunc func(*element, *event.Event) string

func keyField(name string) keyFunc {
	return func(el *element, _ *event.Event) string { return el.text(name) }
}

func keyType(_ *element, e *event.Event) string   { return e.Type }
func keyDevice(_ *element, e *event.Event) string { return string(e.DeviceMAC) }

// keySecond is the time in whole seconds: not every report has the fraction.
func keySecond(_ *element, e *event.Event) string { return strconv.FormatInt(e.Time.Unix(), 10) }

// keyMember is which member of an alarm the event is about (see alarmMember).
func keyMember(_ *element, e *event.Event) string {
	s := e.Signal
	if s == nil || s.Key == "" {
		return string(e.DeviceMAC) + "-"
	}
	return s.Key
}

// keyCount is how often an alarm was seen; 1 when it does not say.
func keyCount(el *element, _ *event.Event) string {
	if n, ok := el.number("count"); ok {
		return number(n)
	}
	return "1"
}

// keyState is whether an alarm is over; one that does not say is open. It does not say
// how it ended, because a search knows less of that: what a webhook calls validated is
// resolved there.
func keyState(el *element, _ *event.Event) string {
	if isOver(alarmState(el)) {
		return "over"
	}
	return "open"
}

var (
	// An alarm is reported again with every change. All reports of the same state are
	// one event. Its time is that of the state (see alarmTimes), however it is
	// written. An acknowledgement is no change of the alarm.
	alarmIdentity = &identity{group: "alarms", isID: true, keys: []keyFunc{keyField("id"), keyType, keyMember, keySecond, keyCount, keyState}}

	// device-updowns is by Mist's definition a part of device-events: the same events,
	// sent under a second topic. Both are read by readDevice and signal the same. Two
	// events could be mistaken for one only if a device did the same thing twice
	// within a second, at the same port, reported without the fraction. When a site's
	// threshold gives the second report another time, the two stay two events of one
	// alert.
	deviceEventIdentity = &identity{group: "device", keys: []keyFunc{keyType, keyDevice, keySecond},
		details: []string{"port_id", "port", "lag", "component", "service", "package", "vpn_name", "peer_mac", "neighbor", "peer", "ip",
			"band", "channel", "ssid", "wcid", "text"}}

	auditIdentity = &identity{group: "audits", isID: true, keys: []keyFunc{keyField("id")}}
	// A change of the configuration is judged once; its record may be appended again.
	configsIdentity = &identity{group: "configuration", isID: true, keys: []keyFunc{keyField("id")}}
	statusIdentity  = &identity{group: "device-status", isID: true, keys: []keyFunc{keyDevice, keyField("status"), keySecond}}
	jobIdentity     = &identity{group: "jobs", isID: true, keys: []keyFunc{keyField("job"), keyField("state"), keySecond}}
)

// identify sets the fingerprints of the event from its identity, and reports whether
// the element has all the keys.
func (id *identity) identify(el *element, e *event.Event) bool {
	if id == nil {
		return false
	}
	sum := hashText([]byte(id.group))
	for i, key := range id.keys {
		s := key(el, e)
		if s == "" {
			return false
		}
		sum += member(uint64(i), hashText([]byte(s)))
	}
	e.Fingerprint, e.FingerprintIsID = max(mix(sum), 1), id.isID
	if len(id.details) == 0 {
		return true
	}
	e.GroupFingerprint = e.Fingerprint
	details := uint64(0)
	last := len(id.details) - 1
	for i, name := range id.details {
		if s := el.text(name); s != "" && (i < last || details == 0) {
			details += member(uint64(i+1), hashText([]byte(s)))
		}
	}
	// The object may come from fields and text that details does not list: two slots
	// that went down in one second are two events.
	if s := e.Signal; s != nil && s.Object != "" {
		details += member(uint64(len(id.details)+1), hashText([]byte(s.Object)))
	}
	if details != 0 {
		e.Fingerprint = max(mix(sum+details), 1)
	}
	return true
}
