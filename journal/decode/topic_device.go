package decode

import (
	"regexp"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal/condition"
	"foghorn/journal/event"
	"foghorn/junos"
	"foghorn/mist"
)

// readDevice reads device-events, its subset device-updowns, and mxedge-events.
//
//	AP lobby-ap3 down, no reason given
//	AP lobby-ap3 up
//	Switch core-1: ge-0/0/2 down
//
// Severity: losing the cloud is critical for a switch, a gateway or a Mist Edge,
// because others depend on it, and a warning for one AP. Other beginnings of a
// condition, and failures, are warnings. Port changes of switches are info, because
// people unplug things. What Mist or Junos calls critical or a major alarm is critical.
// Ends of conditions and everything else are info.
func readDevice(el *element, e *event.Event) {
	e.DeviceType = deviceType(el, e)
	kind, what := split(e.Type)
	text := message(el)
	reason := spaced(el.text("reason"))
	switch what {
	case "RESTARTED":
		e.Text = joinNonEmpty("; ", restartText(e, reason), text)
	case "RESTART_BY_USER":
		e.Text = joinNonEmpty("; ", deviceLabel(e)+" was restarted by a user", text)
	default:
		e.Text = joinNonEmpty(": ", deviceLabel(e), joinNonEmpty(" ", typeName(e.Type, kind), deviceObject(el)), reason, radio(el), text)
	}
	judgeDevice(el, e)
}

// message is the device's own text, without the Junos id that it may begin with.
func message(el *element) string {
	text := el.text("text")
	if i := strings.IndexByte(text, ':'); i > 0 && junosID(text[:i]) {
		return junos.Plain(text[:i], text)
	}
	return text
}

// kinds are the device types by the beginnings of event types. They are more reliable
// than the element's own device_type, which is switch for some gateways (see the
// samples).
var kinds = map[string]string{"AP": "ap", "SW": "switch", "GW": "gateway", "ME": "mxedge", "TT": "mxedge", "ESL": "ap"}

// split splits AP_CONFIG_FAILED into "AP" and "CONFIG_FAILED".
func split(eventType string) (kind, what string) {
	kind, what, ok := strings.Cut(strings.ToUpper(eventType), "_")
	if _, known := kinds[kind]; !ok || !known {
		return "", eventType
	}
	return kind, what
}

func deviceType(el *element, e *event.Event) string {
	if kind, _ := split(e.Type); kind != "" {
		return kinds[kind]
	}
	if e.DeviceType != "" {
		return e.DeviceType
	}
	switch t := strings.ToLower(el.text("device_type")); t {
	case "ap", "switch", "gateway", "mxedge":
		return t
	}
	return ""
}

// typeName is Mist's own name of a type, without the words for the device: the
// sentence has named it.
func typeName(eventType, kind string) string {
	def, ok := mist.EventDef(eventType)
	name := def.Display
	if !ok {
		name = humanize(strings.ToLower(strings.TrimPrefix(eventType, kind+"_")))
	}
	for _, w := range []string{"AP ", "Switch ", "WAN Edge ", "ME ", "TunTerm "} {
		name = strings.TrimPrefix(name, w)
	}
	return name
}

// deviceObject is the part of a device an event is about.
func deviceObject(el *element) string {
	return joinNonEmpty(" ", el.text("port_id"), el.text("port"), el.text("lag"), el.text("component"), el.text("service"), el.text("package"))
}

// radio says what radio management changed: channel 40 to 36, 5 GHz.
func radio(el *element) string {
	now, before := el.text("channel"), el.text("pre_channel")
	if now == "" {
		return ""
	}
	if before != "" && before != now {
		now = before + " to " + now
	}
	return joinNonEmpty(", ", "channel "+now, band(el.text("band")))
}

// judgeDevice sets severity and signal.
func judgeDevice(el *element, e *event.Event) {
	stem, d := condition.Device(e.Type)
	switch _, what := split(e.Type); {
	case condition.Connection(stem) && d != condition.NoDirection:
		judgeConnection(el, e, d == condition.Begins)
		return
	case what == "RESTARTED":
		restarted(el, e)
		return
	case e.Type == "ME_RESOURCE_USAGE":
		resourceUsage(el, e)
		return
	}
	k := condition.Of(stem)
	// A type may report both directions, or an up may come with every step in between:
	// then the states that the device's text names decide.
	switch stated := k.DirectionOf(el.text("text")); {
	case d == condition.NoDirection:
		d = stated
	case d == condition.Ends && stated != condition.Ends && stated != condition.NoDirection:
		d = condition.Transient
	}
	e.Severity = deviceSeverity(el, e, k, d)
	if d == condition.Begins || d == condition.Ends {
		conditionSignal(el, e, k, d == condition.Begins)
	}
}

// judgeConnection sets sentence, severity and signal of a device that lost the cloud or is back.
func judgeConnection(el *element, e *event.Event, lost bool) {
	e.Severity, e.Text = event.Info, deviceLabel(e)+isUp
	if lost {
		e.Text = downText(e, downReason(el))
		e.Severity = event.Critical
		if e.DeviceType == "ap" {
			e.Severity = event.Warn
		}
	}
	pairSignal(el, e, "connection", kindDown, downTitle(e, downReason(el)), lost)
	setUp(e)
}

// conditionSignal sets a signal that raises or resolves a condition of the object that
// the event names, and the sentence about it.
func conditionSignal(el *element, e *event.Event, k *condition.Kind, opens bool) {
	pairSignal(el, e, k.Part, k.Name, "", opens)
	k = k.WordedBy(e.Type)
	object := ""
	if !k.HasNoObjects() {
		object = clipObject(k.Object(el.single, joinNonEmpty("; ", el.text("text"), el.text("reason"))))
	}
	if s := e.Signal; s != nil && !k.HasNoObjects() {
		s.SetObject(s.Key, object)
	}
	title := ""
	switch text := message(el); {
	case k.UsesOwnText && text != "":
		title = e.Text
	case k.State == "":
		what := k.Sentence(object)
		if what == "" {
			kind, _ := split(e.Type)
			what = joinNonEmpty(" ", typeName(e.Type, kind), object)
		}
		title = deviceLabel(e) + ": " + what
	default:
		says := conditionText(k, object, opens, text, spaced(el.text("reason")))
		title = deviceLabel(e) + ": " + k.Sentence(object)
		if opens {
			title = deviceLabel(e) + ": " + says.title
		}
		if opens || !k.HasNoObjects() { // else the type says better how it ended
			e.Text = deviceLabel(e) + ": " + says.text
		}
	}
	if s := e.Signal; s != nil {
		s.Title = title
		if over := k.Over(object); !opens && !k.HasNoObjects() && strings.Contains(e.Text, over) {
			s.Over = over
		}
	}
}

// deviceSeverity is the severity of an event that is not about the connection to the
// cloud.
func deviceSeverity(el *element, e *event.Event, k *condition.Kind, d condition.Direction) event.Severity {
	if d == condition.Ends || d == condition.Transient {
		return event.Info
	}
	sev := event.Info
	switch {
	case d == condition.Begins && k.Name == "port_down" && e.DeviceType == "switch": // people unplug things
	case d == condition.Begins:
		sev = k.Severity
	case hasSuffixAny(e.Type, "_FAILED", "_FAILURE", "_ERROR", "_CRASHED", "_ALARM"), strings.EqualFold(el.text("ev_type"), "warn"):
		sev = event.Warn
	}
	if strings.EqualFold(el.text("alarm_class"), "major") || strings.EqualFold(el.text("severity"), "critical") {
		sev = event.Critical
	}
	return sev
}

// What up/down events and Mist's alarms about them have in common, because they report
// the same outages.
const (
	connection = ":connection" // ends the key of a device's connection to the cloud
	kindDown   = "device_down"
	isUp       = " up"
)

// setUp says which words of a sentence say that the device is back.
func setUp(e *event.Event) {
	if up := deviceLabel(e) + isUp; e.Signal != nil && e.Signal.Type == event.Resolve && strings.HasPrefix(e.Text, up) {
		e.Signal.Over = up
	}
}

// restartText is the sentence about a restart, which says so where no reason is given.
func restartText(e *event.Event, reason string) string {
	switch r := strings.ToLower(reason); {
	case strings.HasSuffix(r, "by user"):
		return deviceLabel(e) + " was restarted by a user"
	case r == "" || r == "unknown":
		return deviceLabel(e) + " restarted, no reason given"
	}
	return deviceLabel(e) + " restarted: " + reason
}

// downReason is why a device lost the cloud, as far as Mist says it.
func downReason(el *element) string {
	for _, r := range []string{spaced(el.text("reason")), message(el)} {
		if isReason(r) {
			return r
		}
	}
	return ""
}

// isReason reports whether a reason says more than that a device is down.
func isReason(r string) bool { return addsTo("", downWords.ReplaceAllString(r, "")) }

var downWords = regexp.MustCompile(`(?i)\b(?:unknown|devices?|aps?|switch(?:es)?|gateways?|offline|down|(?:dis)?connect(?:ed|ion)|lost|from|cloud|mist)\b`)

// downTitle is the title of a device's outage: "AP lobby down: power loss".
func downTitle(e *event.Event, reason string) string {
	return joinNonEmpty(": ", deviceLabel(e)+" "+condition.Down, reason)
}

// downText is the sentence about its beginning, which says so where no reason is given.
func downText(e *event.Event, reason string) string {
	if reason == "" {
		return downTitle(e, "") + ", no reason given"
	}
	return downTitle(e, reason)
}

// connectionOf is the state of the device's connection to the cloud after the event. It
// follows the signal and not the type, so that the list of devices agrees with the
// alerts.
func connectionOf(e *event.Event) string {
	s := e.Signal
	if s == nil || s.Kind != kindDown || e.DeviceMAC == "" {
		return ""
	}
	switch {
	case s.Type == event.Raise, s.Type == event.Report && !s.Resolved:
		return event.DeviceDisconnected
	case s.Type == event.Resolve, s.Type == event.Report:
		return event.DeviceConnected
	}
	return ""
}

// deviceKey is the beginning of the keys of all conditions of a device. It is empty
// when the event names no device: its conditions could be any device's.
func deviceKey(el *element, e *event.Event) string {
	who := string(e.DeviceMAC)
	if who == "" {
		who = safetext.Clip(el.text("mxedge_id", "device_id"), maxID)
	}
	if who == "" {
		who = safetext.Clip(e.Device, maxName)
	}
	if who == "" {
		return ""
	}
	return "mist:device:" + orgOf(e) + ":" + who
}

// orgOf is the organization of an event, or its source where it names none.
func orgOf(e *event.Event) string {
	if e.OrgID == "" {
		return e.Source
	}
	return e.OrgID
}

// pairSignal sets a signal that raises or resolves a condition of the device.
func pairSignal(el *element, e *event.Event, condition, kind, title string, opens bool) {
	key := deviceKey(el, e)
	if key == "" {
		return
	}
	act := event.Resolve
	if opens {
		act = event.Raise
	}
	e.Signal = &event.Signal{Key: key + ":" + condition, Kind: kind, Type: act, Title: title, Severity: e.Severity, Began: e.Time, LastSeen: e.Time}
}

// restarted handles a restart, unless it was intended: an upgrade, a restart from the
// portal. Mist detects it by the uptime, so the device is back by then. It is part of
// the outage of the device's connection, if that was reported.
func restarted(el *element, e *event.Event) {
	if wanted(el.text("reason")) {
		e.Severity = event.Info
		return
	}
	e.Severity = event.Warn
	restartSignal(el, e, spaced(el.text("reason")))
}

// wanted reports whether a person asked for the restart.
func wanted(reason string) bool {
	reason = strings.ToLower(reason)
	return strings.Contains(reason, "user") || strings.Contains(reason, "upgrade")
}

func restartSignal(el *element, e *event.Event, reason string) {
	if strings.EqualFold(reason, "unknown") {
		reason = ""
	}
	if key := deviceKey(el, e); key != "" {
		e.Signal = &event.Signal{Key: key + connection, Kind: event.KindRestarted, Type: event.Restart,
			Title: joinNonEmpty(": ", deviceLabel(e)+" restarted", reason), Severity: e.Severity, Began: e.Time, LastSeen: e.Time}
	}
}

// resourceUsage reads the one type that reports high, warning and normal for memory,
// CPU and disk, in a field with a dot in its name.
func resourceUsage(el *element, e *event.Event) {
	usage := el.object("sys_info.usage")
	resource, level := usage.text("resource"), usage.text("severity")
	e.Severity = map[string]event.Severity{"high": event.Critical, "warning": event.Warn}[level]
	if e.Severity == event.Debug {
		e.Severity = event.Info
	}
	e.Text = deviceLabel(e) + ": " + joinNonEmpty(" ", resource, "usage", level)
	if resource != "" && level != "" {
		k := condition.Named("resource_usage")
		pairSignal(el, e, k.Part, k.Name, deviceLabel(e)+": "+k.Sentence(resource), e.Severity > event.Info)
		if s := e.Signal; s != nil {
			s.SetObject(s.Key, strings.ToLower(safetext.Clip(resource, maxID)))
		}
	}
}

// junosID reports whether s looks like the id of a Junos event: OSPF_NBRDOWN.
func junosID(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return strings.Contains(s, "_")
}
