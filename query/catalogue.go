package query

import "foghorn/event"

// on gives the columns of the three tables, in their order.
func on(events, alerts, deliveries []column) [tables][]column {
	return [tables][]column{Events: events, Alerts: alerts, Deliveries: deliveries}
}

// text describes a text field.
func text(name, help string, on [tables][]column, aliases ...string) *field {
	return &field{Field: Field{Name: name, Aliases: aliases, Type: Text, Help: help}, on: on}
}

// typed describes a field of another type.
func typed(t Type, name, help string, on [tables][]column, aliases ...string) *field {
	return &field{Field: Field{Name: name, Aliases: aliases, Type: t, Help: help}, on: on}
}

// words describes a text field with a fixed list of values.
func words(name, help string, values []string, on [tables][]column) *field {
	return &field{Field: Field{Name: name, Type: Word, Help: help, Values: values}, on: on}
}

// catalogue is every field there is, in the order help lists them.
var catalogue = []*field{
	typed(Time, "time", "when it happened, opened or was received",
		on(eTime, aOpened, dReceived)),
	typed(Age, "age", "how long ago that was",
		on(eTime, aOpened, dReceived)),
	{Field: Field{Name: "severity", Aliases: []string{"sev", "level"}, Type: Level, Help: "critical, warn, info, debug", Values: severityNames()},
		on: on(eNum("severity", func(e *event.Event) int64 { return int64(e.Severity) }),
			aNum("severity", func(a *event.Alert) int64 { return int64(a.Severity) }), nil)},
	{Field: Field{Name: "state", Type: Standing, Help: "open, acked, snoozed, resolved", Values: stateNames()},
		on: on(nil, aOpened, nil)},
	text("type", "type of the event, kind of the alert", on(eType, aKind, nil)),
	text("kind", "kind of the alert", on(nil, aKind, nil)),
	text("topic", "webhook topic", on(eTopic, nil, dTopic)),
	text("text", "what the event or alert says", on(eWords, aTitle, nil), "msg"),
	text("title", "the alert's sentence", on(nil, aTitle, nil)),
	text("site", "name of the site", on(eSite, aSite, nil)),
	text("device", "name of the AP, switch or gateway", on(eDevice, aDevice, nil), "dev", "ap"),
	text("device_type", "ap, switch, gateway, mxedge, junos",
		on(eText("device_type", func(e *event.Event) string { return e.DeviceType }), nil, nil), "devtype"),
	text("client", "name of the client", on(eClient, nil, nil), "host"),
	text("ssid", "wireless network", on(eSSID, nil, nil), "wlan"),
	typed(MAC, "mac", "MAC of the device or the client",
		on(cat(eDeviceMAC, eClientMAC), aDeviceMAC, nil)),
	typed(MAC, "device_mac", "MAC of the device", on(eDeviceMAC, aDeviceMAC, nil), "ap_mac"),
	typed(MAC, "client_mac", "MAC of the client", on(eClientMAC, nil, nil)),
	text("source", "configured sender", on(eSource, aSource, dSource), "src"),
	words("via", "how it came in", []string{"webhook", "stream", "poll", "junos", "local"},
		on(eText("via", func(e *event.Event) string { return string(e.Via) }), nil,
			dText("via", func(d *event.Delivery) string { return string(d.Via) }))),
	typed(Time, "received", "when it reached foghorn", on(eReceived, nil, dReceived)),
	text("org_id", "Mist's id of the organisation",
		on(eText("org_id", func(e *event.Event) string { return e.OrgID }),
			aText("org_id", func(a *event.Alert) string { return a.OrgID }), nil), "org"),
	text("site_id", "Mist's id of the site",
		on(eText("site_id", func(e *event.Event) string { return e.SiteID }),
			aText("site_id", func(a *event.Alert) string { return a.SiteID }), nil)),
	typed(Number, "id", "number of the row",
		on(eNum("id", func(e *event.Event) int64 { return e.ID }),
			aNum("id", func(a *event.Alert) int64 { return a.ID }),
			dNum("id", func(d *event.Delivery) int64 { return d.ID }))),
	typed(Number, "delivery_id", "delivery the event came in",
		on(eNum("delivery_id", func(e *event.Event) int64 { return e.DeliveryID }), nil, nil), "delivery"),
	typed(Number, "alert_id", "alert the event belongs to",
		on(eNum("alert_id", func(e *event.Event) int64 { return e.AlertID }), nil, nil), "alert"),
	typed(Number, "copies", "how often the event was told",
		on(eNum("copies", func(e *event.Event) int64 { return int64(e.Copies) }), nil, nil)),

	typed(Time, "opened", "when the alert began", on(nil, aOpened, nil)),
	typed(Time, "last_seen", "when it was last told of",
		on(nil, aNum("last_seen", func(a *event.Alert) int64 { return millis(a.LastSeen) }), nil), "seen"),
	typed(Time, "resolved", "when it ended", on(nil, aResolved, nil)),
	typed(Time, "acked_at", "when it was acknowledged", on(nil, aAcked, nil)),
	typed(Time, "snoozed_until", "when its snooze ends", on(nil, aSnoozed, nil)),
	text("owner", "who acknowledged it", on(nil, aOwner, nil)),
	text("note", "the operator's note", on(nil, aNote, nil)),
	text("key", "what names the condition", on(nil, aKey, nil)),
	typed(Number, "count", "how often it happened",
		on(nil, aNum("count", func(a *event.Alert) int64 { return int64(a.Count) }), nil)),
	typed(Number, "flaps", "how often it came back",
		on(nil, aNum("flaps", func(a *event.Alert) int64 { return int64(a.Flaps) }), nil)),
	typed(Number, "events", "events behind it, or in it",
		on(nil, aNum("events", func(a *event.Alert) int64 { return int64(a.Events) }),
			dNum("events", func(d *event.Delivery) int64 { return int64(d.Events) }))),
	text("mist_alarm_id", "Mist's id of the alarm",
		on(nil, aText("mist_alarm_id", func(a *event.Alert) string { return a.MistAlarmID }), nil), "alarm"),
	typed(Number, "parent_id", "alert it is part of",
		on(nil, aNum("parent_id", func(a *event.Alert) int64 { return a.ParentID }), nil), "parent"),

	words("verdict", "what the listener decided",
		[]string{"verified", "verified-v1", "unsigned", "failed", "malformed", "refused"}, on(nil, nil, dVerdict)),
	text("cause", "why it was turned away", on(nil, nil, dCause)),
	text("warning", "what is off with it", on(nil, nil, dWarning)),
	typed(Number, "status", "HTTP status answered",
		on(nil, nil, dNum("status", func(d *event.Delivery) int64 { return int64(d.Status) }))),
	typed(Bytes, "size", "bytes of the body",
		on(nil, nil, dNum("size", func(d *event.Delivery) int64 { return d.Size }))),
	typed(Millis, "duration_ms", "milliseconds until answered",
		on(nil, nil, []column{{name: "duration_ms", real: func(s subject) float64 { return s.delivery.DurationMS }}}), "duration", "took"),
	text("remote", "address of the sender", on(nil, nil, dRemote), "ip"),
	text("method", "HTTP method", on(nil, nil, dText("method", func(d *event.Delivery) string { return d.Method }))),
	text("path", "HTTP path", on(nil, nil, dPath)),
	typed(Number, "duplicates", "events of it known already",
		on(nil, nil, dNum("duplicates", func(d *event.Delivery) int64 { return int64(d.Duplicates) })), "dups"),
	typed(Number, "replay_of", "delivery it repeats",
		on(nil, nil, dNum("replay_of", func(d *event.Delivery) int64 { return d.ReplayOf }))),
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
	for _, s := range event.AllStates() {
		names = append(names, string(s))
	}
	return names
}
