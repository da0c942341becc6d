package query

import "foghorn/journal/event"

// text describes a text field.
func text(name, help string, on [tables][]column, aliases ...string) *field {
	return &field{Field: Field{Name: name, Aliases: aliases, Type: Text, Help: help}, on: on}
}

// typed describes a field of another type.
func typed(t Type, name, help string, on [tables][]column, aliases ...string) *field {
	return &field{Field: Field{Name: name, Aliases: aliases, Type: t, Help: help}, on: on}
}

// ahead describes a time that mostly lies ahead: a clock time is the next one.
func ahead(name, help string, on [tables][]column) *field {
	f := typed(Time, name, help, on)
	f.ahead = true
	return f
}

// words describes a text field with a fixed list of values.
func words(name, help string, values []string, on [tables][]column) *field {
	return &field{Field: Field{Name: name, Type: Word, Help: help, Values: values}, on: on}
}

// catalogue is every field there is, in the order help lists them.
var catalogue = []*field{
	typed(Time, "time", "when it happened, opened, was received or became so",
		on(eTime, aOpened, dReceived, vSince, cSince)),
	typed(Age, "age", "how long ago that was",
		on(eTime, aOpened, dReceived, vSince, cSince)),
	{Field: Field{Name: "severity", Aliases: []string{"sev", "level"}, Type: Level, Help: "critical, warn, info, debug", Values: severityNames()},
		on: on(eNum("severity", func(e *event.Event) int64 { return int64(e.Severity) }),
			aNum("severity", func(a *event.Alert) int64 { return int64(a.Severity) }))},
	{Field: Field{Name: "state", Type: AlertState, Help: "open, acked, snoozed, resolved", Values: stateNames()},
		on: on(aOpened)},
	text("type", "type of the event or device, kind of the alert", on(eType, aKind, vType)),
	text("kind", "kind of the alert", on(aKind)),
	text("topic", "webhook topic", on(eTopic, dTopic)),
	text("text", "what the event or alert says", on(eWords, aTitle), "msg"),
	text("title", "the alert's sentence", on(aTitle)),
	text("site", "name of the site", on(eSite, aSite, vSite, cSite)),
	text("device", "name of the AP, switch or gateway", on(eDevice, aDevice, vName, cAPName), "dev", "ap"),
	text("device_type", "ap, switch, gateway, mxedge, junos",
		on(eText("device_type", func(e *event.Event) string { return e.DeviceType }), vType), "devtype"),
	text("client", "name of the client", on(eClient, cHostname), "host", "hostname"),
	text("ssid", "wireless network", on(eSSID, cSSID), "wlan"),
	typed(MAC, "mac", "MAC of the device or the client",
		on(eDeviceMAC, eClientMAC, aDeviceMAC, vMAC, cMAC, cAP)),
	typed(MAC, "device_mac", "MAC of the device", on(eDeviceMAC, aDeviceMAC, vMAC, cAP), "ap_mac"),
	typed(MAC, "client_mac", "MAC of the client", on(eClientMAC, cMAC)),
	text("source", "configured sender", on(eSource, aSource, dSource, vSource, cSource), "src"),
	words("via", "how it came in", []string{"webhook", "stream", "poll", "junos", "local"},
		on(eText("via", func(e *event.Event) string { return string(e.Via) }),
			dText("via", func(d *event.Delivery) string { return string(d.Via) }))),
	typed(Time, "received", "when it reached foghorn", on(eReceived, dReceived)),
	typed(Number, "test", "1 where the sender only tried whether events arrive",
		on(eNum("test", func(e *event.Event) int64 { return oneIf(e.Test) }),
			aNum("test", func(a *event.Alert) int64 { return oneIf(a.Test) }))),
	text("org_id", "Mist's id of the organization",
		on(eText("org_id", func(e *event.Event) string { return e.OrgID }),
			aText("org_id", func(a *event.Alert) string { return a.OrgID }),
			vText("org_id", func(v *event.Device) string { return v.OrgID }),
			cText("org_id", func(c *event.LiveClient) string { return c.OrgID })), "org"),
	text("site_id", "Mist's id of the site",
		on(eText("site_id", func(e *event.Event) string { return e.SiteID }),
			aText("site_id", func(a *event.Alert) string { return a.SiteID }),
			vText("site_id", func(v *event.Device) string { return v.SiteID }),
			cText("site_id", func(c *event.LiveClient) string { return c.SiteID }))),
	typed(Number, "id", "number of the row; of an event or alert also its short id, such as a345",
		on(eNum("id", func(e *event.Event) int64 { return e.ID }),
			aNum("id", func(a *event.Alert) int64 { return a.ID }),
			dNum("id", func(d *event.Delivery) int64 { return d.ID }))),
	typed(Number, "delivery_id", "delivery the event came in",
		on(eNum("delivery_id", func(e *event.Event) int64 { return e.DeliveryID })), "delivery"),
	typed(Number, "alert_id", "alert the event belongs to",
		on(eNum("alert_id", func(e *event.Event) int64 { return e.AlertID })), "alert"),

	typed(Time, "opened", "when the alert began", on(aOpened)),
	typed(Time, "last_seen", "when it was last reported or seen",
		on(aNum("last_seen", func(a *event.Alert) int64 { return millis(a.LastSeen) }),
			vNum("last_seen", func(v *event.Device) int64 { return millis(v.LastSeen) }),
			cNum("last_seen", func(c *event.LiveClient) int64 { return millis(c.LastSeen) })), "seen"),
	typed(Time, "resolved", "when it ended", on(aResolved)),
	typed(Time, "acked_at", "when it was acknowledged", on(aAcked)),
	ahead("snoozed_until", "when its snooze ends", on(aSnoozed)),
	ahead("leaves", "when it ends by itself, because nothing reports its end",
		on(aNum("expires", func(a *event.Alert) int64 { return millisOf(a.Expires) }))),
	text("owner", "who acknowledged it", on(aOwner)),
	text("note", "the operator's note", on(aNote)),
	text("closed_by", "who closed it by hand",
		on(aText("closed_by", func(a *event.Alert) string { return a.ClosedBy }))),
	typed(Time, "closed_at", "when that was",
		on(aNum("closed_at", func(a *event.Alert) int64 { return millisOf(a.ClosedAt) }))),
	text("close_reason", "why it was closed by hand",
		on(aText("close_reason", func(a *event.Alert) string { return a.CloseReason }))),
	text("key", "key of the condition", on(aKey)),
	typed(Number, "count", "how often it happened",
		on(aNum("count", func(a *event.Alert) int64 { return int64(a.Count) }))),
	typed(Number, "flaps", "how often it came back",
		on(aNum("flaps", func(a *event.Alert) int64 { return int64(a.Flaps) }))),
	typed(Number, "events", "events behind it, or in it",
		on(aNum("events", func(a *event.Alert) int64 { return int64(a.Events) }),
			dNum("events", func(d *event.Delivery) int64 { return int64(d.Events) }))),
	text("mist_alarm_id", "Mist's id of the alarm",
		on(aText("mist_alarm_id", func(a *event.Alert) string { return a.MistAlarmID })), "alarm"),
	text("object", "the part of the device it is about: a neighbor, a port, a slot",
		on(aText("object", func(a *event.Alert) string { return a.Object }))),
	typed(Number, "parent_id", "alert it is part of",
		on(aNum("parent_id", func(a *event.Alert) int64 { return a.ParentID })), "parent"),

	words("verdict", "what the listener decided",
		[]string{"verified", "verified-v1", "unsigned", "failed", "malformed", "refused"}, on(dVerdict)),
	text("cause", "why foghorn refused it", on(dCause)),
	text("warning", "what is unusual about it", on(dWarning)),
	typed(Status, "status", "HTTP status answered, or what a device is: connected, disconnected ...",
		on(dNum("status", func(d *event.Delivery) int64 { return int64(d.Status) }), vStatus)),
	typed(Bytes, "size", "bytes of the body",
		on(dNum("size", func(d *event.Delivery) int64 { return d.Size }))),
	typed(Millis, "duration_ms", "milliseconds until answered",
		on(realOf(Deliveries, "duration_ms", func(d *event.Delivery) float64 { return d.DurationMS })), "duration", "took"),
	text("remote", "address of the sender", on(dRemote)),
	text("method", "HTTP method", on(dText("method", func(d *event.Delivery) string { return d.Method }))),
	text("path", "HTTP path", on(dPath)),
	typed(Number, "duplicates", "reports of the event, the first included; or events of a delivery that were known already",
		on(eNum("duplicates", func(e *event.Event) int64 { return int64(e.Duplicates) }),
			dNum("duplicates", func(d *event.Delivery) int64 { return int64(d.Duplicates) })), "dups", "copies"),
	typed(Number, "ignored", "events of it that are ignored by [priority] (level 4)",
		on(dNum("ignored", func(d *event.Delivery) int64 { return int64(d.Ignored) }))),
	text("ignored_by", "the rules that ignored them",
		on(dText("ignored_by", func(d *event.Delivery) string { return d.IgnoredBy }))),
	typed(Number, "replay_of", "delivery it repeats",
		on(dNum("replay_of", func(d *event.Delivery) int64 { return d.ReplayOf }))),

	text("name", "name of the device or the client", on(vName, cHostname)),
	text("ip", "address of the sender, the device or the client", on(dRemote, vIP, cIP)),
	text("model", "model of the device", on(vModel)),
	text("version", "software of the device", on(vVersion)),
	text("serial", "serial number of the device", on(vSerial)),
	text("uplink", "what the device is connected to", on(vUplink)),
	typed(Number, "clients", "clients at the device",
		on(vNum("clients", func(v *event.Device) int64 { return int64(v.Clients) }))),
	typed(Number, "uptime_s", "seconds since the device started",
		on(vNum("uptime_s", func(v *event.Device) int64 { return v.UptimeS })), "uptime"),
	typed(Percent, "cpu", "load of the device's processor",
		on(realOf(Devices, "cpu", func(v *event.Device) float64 { return v.CPU }))),
	typed(Percent, "memory", "memory in use",
		on(realOf(Devices, "memory", func(v *event.Device) float64 { return v.Memory })), "mem"),
	typed(Time, "since", "since when it is connected, or not", on(vSince, cSince)),
	typed(Time, "updated", "when Mist last reported it",
		on(vNum("updated", func(v *event.Device) int64 { return millis(v.Updated) }),
			cNum("updated", func(c *event.LiveClient) int64 { return millis(c.Updated) }))),
	text("username", "the client's user name", on(cUsername), "user"),
	text("band", "radio band: 2.4, 5 or 6", on(cText("band", func(c *event.LiveClient) string { return c.Band }))),
	typed(Number, "channel", "radio channel",
		on(cNum("channel", func(c *event.LiveClient) int64 { return int64(c.Channel) }))),
	typed(Number, "rssi", "the client's signal strength in dBm",
		on(cNum("rssi", func(c *event.LiveClient) int64 { return int64(c.RSSI) }))),
	typed(Number, "snr", "signal-to-noise ratio in dB",
		on(cNum("snr", func(c *event.LiveClient) int64 { return int64(c.SNR) }))),
	typed(Number, "roams", "how often the client changed its AP",
		on(cNum("roams", func(c *event.LiveClient) int64 { return int64(c.Roams) }))),
}

// byName finds fields by name and alias.
var byName = func() map[string]*field {
	m := map[string]*field{}
	for _, f := range catalogue {
		m[f.Name] = f
		for _, a := range f.Aliases {
			m[a] = f
		}
	}
	return m
}()

// Fields lists the fields that mean something for rows of t, in reading order.
func Fields(t Table) []Field {
	var list []Field
	for _, f := range catalogue {
		if int(t) < tables && len(f.on[t]) > 0 {
			list = append(list, f.Field)
		}
	}
	return list
}

// fieldNames are all names and aliases, in a fixed order.
func fieldNames() []string {
	var names []string
	for _, f := range catalogue {
		names = append(names, namesOf([]Field{f.Field})...)
	}
	return names
}

// namesOf are the names and aliases of some fields.
func namesOf(fields []Field) []string {
	var names []string
	for _, f := range fields {
		names = append(names, f.Name)
		names = append(names, f.Aliases...)
	}
	return names
}

func severityNames() []string {
	var names []string
	for _, s := range event.Severities() {
		names = append(names, s.String())
	}
	return names
}

func stateNames() []string {
	var names []string
	for _, s := range event.AlertStates() {
		names = append(names, string(s))
	}
	return names
}
