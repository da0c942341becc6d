package decode

import (
	"fmt"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal/condition"
	"foghorn/journal/event"
	"foghorn/mist"
)

// readAlarm reads Mist's own alarms (see docs/mist-api.md):
//
//	Rogue AP: 4 SSIDs seen by 1 AP, 16 times (security)
//	Bad cable: Switch host-16 ge-0/0/1, Marvis suggests test replace cable, open (marvis)
//
// An alarm is reported again and again under one id, so its signal is a report of its
// state. Its time is the one that the sender gives that state, which webhook and
// search agree on (see alarmTimes). The signal is made in alarm_signal.go.
func readAlarm(el *element, e *event.Event) {
	state := alarmState(el)
	at := readAlarmTimes(el, e, state)
	e.Time = at.stateTime
	def, _ := mist.AlarmDef(e.Type)
	e.Severity = alarmSeverity(el.text("severity"), def.Severity)
	what := readAlarmType(el, e.Type)
	members := alarmMembers(el, what)
	m := members[min(el.part, len(members)-1)]
	if e.SSID == "" {
		if ssids := el.list("ssids"); len(ssids) == 1 {
			e.SSID = ssids[0]
		}
	}
	if macs := el.list("client_macs"); len(macs) == 1 {
		e.ClientMAC, _ = macOf(macs[0])
	}
	group := el.text("group")
	if group == "" {
		group = def.Group
	}
	title := joinNonEmpty(": ", alarmName(e.Type, def), alarmAbout(el, e, alarmDevices(el, e, m), m))
	alarmSignal(el, e, what, m, title, state, at)
	e.Text = joinNonEmpty(", ", alarmText(e, what, m, title), times(el, m), stateText(state)) + parens(groupText(group))
	if isOver(state) {
		e.Severity = event.Info // an end is good news
	}
}

func alarmSeverity(own, defined string) event.Severity {
	for _, s := range []string{own, defined} {
		if sev, err := event.ParseSeverity(s); err == nil {
			return sev
		}
	}
	return event.Warn // an unknown alarm may matter
}

// alarmHeads are the names that the first words of alarm types stand for.
var alarmHeads = map[string]string{"sw": "Switch", "gw": "WAN Edge", "me": "Mist Edge", "ap": "AP", "vc": "Virtual chassis", "vpn": "VPN", "bgp": "BGP", "wan": "WAN"}

func alarmName(alarmType string, def mist.Definition) string {
	switch {
	case def.Display != "":
		return strings.TrimSuffix(strings.TrimSuffix(def.Display, " (beta)"), " detected")
	case alarmType != "":
		head, rest, _ := strings.Cut(mist.AlarmKey(alarmType), "_")
		if word, ok := alarmHeads[head]; ok && rest != "" {
			return word + " " + spaced(rest)
		}
		return humanize(mist.AlarmKey(alarmType))
	}
	return "Alarm"
}

// deviceLists are the arrays of devices, by type. Each lists at most ten (see
// docs/mist-api.md).
var deviceLists = []struct{ field, kind string }{{"aps", "ap"}, {"switches", "switch"}, {"gateways", "gateway"}, {"mxedges", "mxedge"}}

// alarmDevices says which devices an alarm, or this member of it, is about: "AP
// host-01", "AP host-01, one of 3", "3 APs". When it is one device, it sets the
// event's device.
func alarmDevices(el *element, e *event.Event, m alarmMember) string {
	all := listedDevices(el)
	kind := ""
	for _, d := range all {
		kind = d.kind
	}
	e.DeviceType = kind
	switch {
	case m.unlisted > 0:
		return unlistedText(m.unlisted, kind)
	case m.device != (alarmDevice{}):
		e.DeviceType, e.DeviceMAC, e.Device = m.device.kind, m.device.mac, m.device.name
		if len(all) > 1 {
			return fmt.Sprintf("%s, one of %s", deviceLabel(e), manyOf(len(all)))
		}
		if e.DeviceMAC == "" {
			return e.Device
		}
		return deviceLabel(e)
	case len(all) == 0:
		return ""
	}
	hosts := make([]string, 0, len(all))
	for _, d := range all {
		if d.name != "" {
			hosts = append(hosts, d.name)
		}
	}
	if len(hosts) == len(all) {
		return names(hosts)
	}
	return countOf(len(all), deviceWords[kind])
}

// manyOf formats the length of a list that Mist truncates.
func manyOf(n int) string {
	if n == listCap {
		return fmt.Sprintf("%d or more", n)
	}
	return fmt.Sprint(n)
}

// alarmAbout says what an alarm is about, besides its name.
func alarmAbout(el *element, e *event.Event, devices string, m alarmMember) string {
	if entities := el.objects("impacted_entities"); len(entities) > 0 {
		return joinNonEmpty(", ", alarmEntities(entities, e), prefixed("Marvis suggests ", suggestionText(el.text("suggestion"))))
	}
	reasons := el.list("reasons")
	if m.reason != "" {
		reasons = []string{m.reason}
	}
	why := strings.Join(reasons[:min(len(reasons), 2)], "; ")
	if len(reasons) == 1 && !strings.Contains(why, " ") {
		why = spaced(why)
	}
	what := ""
	if ssids := el.list("ssids"); len(ssids) == 1 && ssids[0] != "" {
		what = "SSID " + quote(safetext.Clip(ssids[0], maxName))
	} else if len(ssids) > 0 {
		what = countOf(len(ssids), "SSID")
	}
	if what == "" {
		if clients := el.list("client_macs"); len(clients) > 0 {
			what = countOf(len(clients), "client")
		}
	}
	if what != "" {
		devices = prefixed("seen by ", devices)
	}
	net := joinNonEmpty(", ", prefixed("VLAN ", firstNames(el, "vlans")), prefixed("server ", firstNames(el, "servers")))
	return joinNonEmpty(": ", joinNonEmpty(", ", joinNonEmpty(" ", what, devices, ports(el, "port_ids")), net), why)
}

// firstNames lists the first values of a field.
func firstNames(el *element, field string) string {
	return safetext.Clip(names(el.list(field)), maxName)
}

// alarmEntities says what Marvis found to be affected: switch host-16 ge-0/0/1.
func alarmEntities(entities []element, e *event.Event) string {
	first := &entities[0]
	kind, mac := first.text("entity_type"), first.mac("entity_mac")
	name := first.text("entity_name")
	if len(entities) == 1 || sameDevice(entities, mac) {
		switch kind {
		case "ap", "switch", "gateway", "mxedge":
			e.DeviceType, e.DeviceMAC, e.Device = kind, mac, name
		}
	}
	who := name
	if who == "" {
		who = joinNonEmpty(" ", first.text("entity_ip"), mac.String())
	}
	more := ""
	if n := len(entities) - 1; n > 0 {
		more = fmt.Sprintf("and %d more", n)
	}
	if word, known := deviceWords[kind]; known && kind != "" {
		kind = word
	} else if kind != "" {
		kind = entityWord(kind)
	}
	return joinNonEmpty(" ", safetext.Clip(kind, maxID), safetext.Clip(who, maxName), safetext.Clip(first.text("port_id"), maxID), more)
}

func sameDevice(entities []element, mac event.MAC) bool {
	for i := range entities {
		if mac == "" || entities[i].mac("entity_mac") != mac {
			return false
		}
	}
	return true
}

// times formats how often it happened: "16 times".
func times(el *element, m alarmMember) string {
	n, ok := el.number("incident_count")
	if !ok {
		n, ok = el.number("count")
	}
	if ok && n > 1 && (m.listed <= 1 || m.device == (alarmDevice{})) && m.unlisted == 0 {
		return number(n) + " times"
	}
	return ""
}

// countOf formats the length of a list that Mist truncates to ten.
func countOf(n int, word string) string {
	if n == listCap {
		return fmt.Sprintf("%d or more %ss", n, word)
	}
	return plural(n, word)
}

// alarmText says what an alarm reports: by its own name, or by the object and its state
// where the type begins or ends a condition that has both.
func alarmText(e *event.Event, what condition.Alarm, m alarmMember, title string) string {
	k := condition.Of(what.Stem)
	if what.Lifecycle != condition.Paired || what.Site || e.Signal == nil || k.State == "" || k.UsesOwnText || m.object == "" {
		return title
	}
	said := k.Sentence(m.object)
	if m.direction == condition.Ends {
		said = k.Over(m.object)
	}
	if addsTo(said, m.reason) {
		said += "; " + m.reason
	}
	return deviceLabel(e) + ": " + said
}

// suggestions are what Marvis suggests most often, in words.
var suggestions = map[string]string{
	"test_replace_cable": "testing or replacing the cable", "check_dhcp_failure": "checking DHCP", "check_disconnected_ap": "checking the AP's connection",
}

func suggestionText(s string) string {
	if said, ok := suggestions[strings.ToLower(s)]; ok {
		return said
	}
	if s == "" {
		return ""
	}
	return quote(strings.ToLower(spaced(s)))
}

// entityWord is what Marvis calls a thing, with its acronyms in capitals: DHCP server.
func entityWord(kind string) string {
	words := strings.Fields(strings.ToLower(spaced(kind)))
	for i, w := range words {
		if short, is := acronyms[w]; is {
			words[i] = short
		}
	}
	return strings.Join(words, " ")
}

// stateText is the state of an alarm in a sentence.
func stateText(state string) string {
	if strings.HasPrefix(state, "reoccur") {
		return "back again" // Mist writes reoccured
	}
	return state
}

func groupText(group string) string {
	if group == "marvis" {
		return "Marvis"
	}
	return group
}

// names lists the first names of several.
func names(ns []string) string {
	const shown = 3
	if len(ns) <= shown {
		return strings.Join(ns, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(ns[:shown], ", "), len(ns)-shown)
}
