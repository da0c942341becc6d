package decode

import (
	"strconv"

	"foghorn/journal/event"
)

// identity says what makes two tellings of one topic the same happening, where
// the elements are not alike: a webhook puts names and labels in that a search
// by REST leaves out, and a search adds what happened since (who acknowledged an
// alarm) or says one thing in another field. Topics without one are told in the
// same way by everybody: there the whole element counts (see fingerprint.go).
type identity struct {
	group string // topics that tell the same happenings have one word here
	isID  bool   // the parts name the happening, as an id of its sender's does
	keys  []keyFunc
	// detail are fields that tell apart happenings of the same parts: two ports
	// that went down in one second. The last counts only where a telling has
	// none of the others. A telling without any is the same as one that has some.
	details []string
}

// part is something all tellings of a happening agree on. An element that lacks
// it ("") is judged as a whole.
type keyFunc func(*element, *event.Event) string

func keyField(name string) keyFunc {
	return func(el *element, _ *event.Event) string { return el.text(name) }
}

func keyType(_ *element, e *event.Event) string   { return e.Type }
func keyDevice(_ *element, e *event.Event) string { return string(e.DeviceMAC) }

// itsSecond is the time in whole seconds: not all tellings have the fraction.
func keySecond(_ *element, e *event.Event) string { return strconv.FormatInt(e.Time.Unix(), 10) }

// itsMember is which of those that an alarm tells of together an event is about.
func keyMember(_ *element, e *event.Event) string {
	s := e.Signal
	if s == nil || s.Key == "" {
		return string(e.DeviceMAC) + "-"
	}
	return s.Key
}

// itsCount is how often an alarm was seen; one that does not say so is new.
func keyCount(el *element, _ *event.Event) string {
	if n, ok := el.number("count"); ok {
		return number(n)
	}
	return "1"
}

// itsState is whether an alarm is over. Of how, a search knows less than a
// webhook: what that calls validated is resolved there. One that does not say so
// is open.
func keyState(el *element, _ *event.Event) string {
	if isOver(alarmState(el)) {
		return "over"
	}
	return "open"
}

var (
	// An alarm is told again with every change: the same state of it, by whatever
	// way, is one event. Its time is that of the state (see alarmTimes), however it
	// is written. Whether it is acknowledged is no change of the alarm.
	alarmIdentity = &identity{group: "alarms", isID: true, keys: []keyFunc{keyField("id"), keyType, keyMember, keySecond, keyCount, keyState}}

	// device-updowns is by Mist's definition a part of device-events: the same
	// happening, sent under a second topic. It is safe to make them one: both are
	// read by readDevice and signal the same, and for two happenings to be taken
	// for one a device would have to do the same thing twice within a second, at
	// the same port, told without a fraction of it. Should a site's threshold give
	// the second telling another time, the two stay two, of one alert.
	deviceEventIdentity = &identity{group: "device", keys: []keyFunc{keyType, keyDevice, keySecond},
		details: []string{"port_id", "port", "lag", "component", "service", "package", "vpn_name", "peer_mac", "neighbor", "peer", "ip",
			"band", "channel", "ssid", "wcid", "text"}}

	auditIdentity  = &identity{group: "audits", isID: true, keys: []keyFunc{keyField("id")}}
	statusIdentity = &identity{group: "device-status", isID: true, keys: []keyFunc{keyDevice, keyField("status"), keySecond}}
)

// identify gives the event the fingerprints of its identity, and reports whether
// the element has all that takes.
func (id *identity) identify(el *element, e *event.Event) bool {
	if id == nil {
		return false
	}
	sum := hashText([]byte(id.group))
	for i, p := range id.keys {
		s := p(el, e)
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
	// What an event is about it may say in fields and words that are in no list:
	// two slots that went off in one second are two happenings.
	if s := e.Signal; s != nil && s.Object != "" {
		details += member(uint64(len(id.details)+1), hashText([]byte(s.Object)))
	}
	if details != 0 {
		e.Fingerprint = max(mix(sum+details), 1)
	}
	return true
}
