package decode

import (
	"slices"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal/condition"
	"foghorn/journal/event"
	"foghorn/mist"
)

// alarmMember is one of the devices or objects that an alarm reports together. Each
// has a condition of its own, so each becomes an event of its own.
type alarmMember struct {
	device alarmDevice
	object string // the object, as package condition names it
	reason string // the sender's text
	listed int    // how many devices the alarm lists
	// unlisted is how many devices the alarm counts and does not list, at most. A
	// member with it stands for all of them.
	unlisted int
	// direction is Transient where the reason reports a step in between.
	direction condition.Direction
}

// alarmDevice is a device that an alarm lists.
type alarmDevice struct {
	kind, name string
	mac        event.MAC
}

// listCap is how many devices an alarm lists at most, whatever it counts.
const listCap = 10

// readAlarmType looks up how an alarm of this type begins and ends.
func readAlarmType(el *element, alarmType string) condition.Alarm {
	group := el.text("group")
	def, _ := mist.AlarmDef(alarmType)
	if group == "" {
		group = def.Group
	}
	if group == "" && (el.value("suggestion") != nil || el.value("impacted_entities") != nil) {
		group = "marvis"
	}
	return condition.AlarmOf(alarmType, group)
}

// alarmMembers splits an alarm into its members: at least one.
func alarmMembers(el *element, what condition.Alarm) []alarmMember {
	devices := listedDevices(el)
	switch what.Lifecycle {
	case condition.Offline:
		return offlineMembers(el, what, devices)
	case condition.Paired:
		return pairMembers(el, what, devices)
	}
	return []alarmMember{{listed: len(devices), device: onlyDevice(devices, false)}}
}

// countAlarm is how many events an alarm becomes.
func countAlarm(el *element, t *topic) int {
	alarmType := el.text("type")
	if alarmType == "" {
		alarmType = t.defaultType
	}
	return len(alarmMembers(el, readAlarmType(el, alarmType)))
}

// listedDevices are the devices that an alarm lists, each once. Names are matched to
// devices by their position, if there are as many of both. An alarm that lists only
// names is about devices with these names.
func listedDevices(el *element) []alarmDevice {
	hosts := el.list("hostnames")
	if len(hosts) == 0 {
		hosts = el.list("hostname")
	}
	var all []alarmDevice
	for _, l := range deviceLists {
		for _, m := range el.list(l.field) {
			mac, ok := macOf(m)
			if !ok {
				m = "" // all zeros, or an id without a MAC
			}
			all = append(all, alarmDevice{kind: l.kind, mac: mac})
		}
	}
	if len(all) == 0 {
		for _, h := range hosts {
			all = append(all, alarmDevice{name: safetext.Clip(h, maxName)})
		}
	} else if len(all) == len(hosts) {
		for i := range all {
			all[i].name = safetext.Clip(hosts[i], maxName)
		}
	}
	var out []alarmDevice
	for _, d := range all {
		same := func(o alarmDevice) bool { return o.mac == d.mac && (d.mac != "" || o.name == d.name) }
		if (d.mac != "" || d.name != "") && !slices.ContainsFunc(out, same) {
			out = append(out, d)
		}
	}
	return out
}

// onlyDevice is the device of an alarm that lists one. A device without a MAC counts
// only when the condition is the device's own.
func onlyDevice(devices []alarmDevice, own bool) alarmDevice {
	if len(devices) == 1 && (own || devices[0].mac != "") {
		return devices[0]
	}
	return alarmDevice{}
}

func offlineMembers(el *element, what condition.Alarm, devices []alarmDevice) []alarmMember {
	out := make([]alarmMember, 0, len(devices)+1)
	for _, d := range devices {
		out = append(out, alarmMember{device: d, listed: len(devices), direction: what.Direction})
	}
	// A list at its cap leaves out the rest, whose ends look like those of others.
	if n, ok := el.number("count"); ok && len(devices) == listCap && n > listCap && n < 1e6 && what.Direction == condition.Begins {
		out = append(out, alarmMember{listed: listCap, unlisted: int(n) - listCap, direction: what.Direction})
	}
	if len(out) == 0 {
		out = append(out, alarmMember{direction: what.Direction})
	}
	return out
}

// pairMembers splits an alarm of a pair. The reasons of one device are about its
// objects. With several devices, nothing says which reason belongs to which.
func pairMembers(el *element, what condition.Alarm, devices []alarmDevice) []alarmMember {
	k := condition.Of(what.Stem)
	var out []alarmMember
	if what.Site || len(devices) <= 1 {
		for _, u := range alarmUnits(el, k, what) {
			u.device, u.listed = onlyDevice(devices, !what.Site), len(devices)
			out = append(out, u)
		}
		return out
	}
	reasons := el.list("reasons")
	for _, d := range devices {
		m := alarmMember{device: d, listed: len(devices)}
		if len(reasons) == 1 {
			m.reason = reasons[0]
			m.object = alarmObject(el, k, m.reason, nil)
		}
		m.direction = alarmDirection(k, what, strings.Join(reasons, "; "))
		out = append(out, m)
	}
	return out
}

// alarmUnits are the objects that an alarm of one device, or of a site, is about.
func alarmUnits(el *element, k *condition.Kind, what condition.Alarm) []alarmMember {
	reasons := el.list("reasons")
	if len(reasons) == 0 {
		if r := el.text("reason", "text", "detail", "message"); r != "" {
			reasons = []string{r}
		}
	}
	ports, vlans, servers := el.list("port_ids"), el.list("vlans"), el.list("servers")
	var out []alarmMember
	add := func(reason string, only map[string]string) {
		m := alarmMember{reason: reason, object: alarmObject(el, k, reason, only), direction: alarmDirection(k, what, reason)}
		if !slices.ContainsFunc(out, func(o alarmMember) bool { return o.object == m.object && o.direction == m.direction }) {
			out = append(out, m)
		}
	}
	switch {
	case k.HasNoObjects():
		out = append(out, alarmMember{reason: strings.Join(reasons, "; "), direction: alarmDirection(k, what, strings.Join(reasons, "; "))})
	case len(ports) > 1:
		for _, p := range ports {
			add(reasonOf(reasons, p), map[string]string{"port_ids": p})
		}
	case len(vlans) > 1: // nothing says which server belongs to which VLAN
		for _, v := range vlans {
			add(reasonOf(reasons, v), map[string]string{"vlans": v})
		}
	case len(servers) > 1:
		for _, s := range servers {
			add(reasonOf(reasons, s), map[string]string{"servers": s})
		}
	case len(reasons) > 1:
		for _, r := range reasons {
			add(r, nil)
		}
	default:
		add(strings.Join(reasons, "; "), nil)
	}
	return out
}

// reasonOf is the first reason that contains a name; empty when none does.
func reasonOf(reasons []string, name string) string {
	for _, r := range reasons {
		if strings.Contains(r, name) {
			return r
		}
	}
	return ""
}

// alarmObject is the object of a device or site that an alarm is about. only overrides
// fields that list several.
func alarmObject(el *element, k *condition.Kind, reason string, only map[string]string) string {
	get := func(names ...string) string {
		for _, n := range names {
			if v := only[n]; v != "" {
				return v
			}
		}
		return el.single(names...)
	}
	return clipObject(k.Object(get, reason))
}

// alarmDirection is the direction of an alarm. The states that its reason names count
// for more than its type, because steps in between come with the same type.
func alarmDirection(k *condition.Kind, what condition.Alarm, reason string) condition.Direction {
	stated := k.DirectionOf(reason)
	switch {
	case what.Direction == condition.NoDirection:
		return stated
	case what.Direction == condition.Ends && stated != condition.Ends && stated != condition.NoDirection:
		return condition.Transient
	}
	return what.Direction
}
