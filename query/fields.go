package query

import (
	"foghorn/event"
)

// Type is what kind of value a field takes.
type Type string

// The types of fields.
const (
	Text     Type = "text"
	Word     Type = "word" // a text out of a fixed list
	MAC      Type = "mac"
	Level    Type = "severity"
	Time     Type = "time"
	Age      Type = "duration"
	Number   Type = "number"
	Bytes    Type = "size"
	Millis   Type = "milliseconds"
	Standing Type = "state" // of an alert, derived from its times
)

// Field describes one field for help and completion.
type Field struct {
	Name    string
	Aliases []string
	Type    Type
	Help    string
	Values  []string // the only values it takes, for Word, Level and Standing
}

// field is a field with the columns behind it. A table without columns for it
// has rows that never match it.
type field struct {
	Field
	on [tables][]column
}

// column is one column of one table, read from memory or by its name. One of
// the getters is set.
type column struct {
	name string
	text func(subject) string
	num  func(subject) int64 // times in epoch milliseconds
	real func(subject) float64
}

func eText(name string, get func(*event.Event) string) []column {
	return []column{{name: name, text: func(s subject) string { return get(s.event) }}}
}

func aText(name string, get func(*event.Alert) string) []column {
	return []column{{name: name, text: func(s subject) string { return get(s.alert) }}}
}

func dText(name string, get func(*event.Delivery) string) []column {
	return []column{{name: name, text: func(s subject) string { return get(s.delivery) }}}
}

func eNum(name string, get func(*event.Event) int64) []column {
	return []column{{name: name, num: func(s subject) int64 { return get(s.event) }}}
}

func aNum(name string, get func(*event.Alert) int64) []column {
	return []column{{name: name, num: func(s subject) int64 { return get(s.alert) }}}
}

func dNum(name string, get func(*event.Delivery) int64) []column {
	return []column{{name: name, num: func(s subject) int64 { return get(s.delivery) }}}
}

// The columns that more than one field, or bare words too, stand on.
var (
	eTime      = eNum("time", func(e *event.Event) int64 { return millis(e.Time) })
	eReceived  = eNum("received", func(e *event.Event) int64 { return millis(e.Received) })
	eSource    = eText("source", func(e *event.Event) string { return e.Source })
	eTopic     = eText("topic", func(e *event.Event) string { return e.Topic })
	eType      = eText("type", func(e *event.Event) string { return e.Type })
	eSite      = eText("site", func(e *event.Event) string { return e.Site })
	eDevice    = eText("device", func(e *event.Event) string { return e.Device })
	eDeviceMAC = eText("device_mac", func(e *event.Event) string { return string(e.DeviceMAC) })
	eClient    = eText("client", func(e *event.Event) string { return e.Client })
	eClientMAC = eText("client_mac", func(e *event.Event) string { return string(e.ClientMAC) })
	eSSID      = eText("ssid", func(e *event.Event) string { return e.SSID })
	eWords     = eText("text", func(e *event.Event) string { return e.Text })

	aOpened    = aNum("opened", func(a *event.Alert) int64 { return millis(a.Opened) })
	aSource    = aText("source", func(a *event.Alert) string { return a.Source })
	aKey       = aText("key", func(a *event.Alert) string { return a.Key })
	aKind      = aText("kind", func(a *event.Alert) string { return a.Kind })
	aTitle     = aText("title", func(a *event.Alert) string { return a.Title })
	aSite      = aText("site", func(a *event.Alert) string { return a.Site })
	aDevice    = aText("device", func(a *event.Alert) string { return a.Device })
	aDeviceMAC = aText("device_mac", func(a *event.Alert) string { return string(a.DeviceMAC) })
	aOwner     = aText("owner", func(a *event.Alert) string { return a.Owner })
	aNote      = aText("note", func(a *event.Alert) string { return a.Note })
	aResolved  = aNum("resolved", func(a *event.Alert) int64 { return millisOf(a.Resolved) })
	aAcked     = aNum("acked_at", func(a *event.Alert) int64 { return millisOf(a.AckedAt) })
	aSnoozed   = aNum("snoozed_until", func(a *event.Alert) int64 { return millisOf(a.SnoozedUntil) })

	dReceived = dNum("received", func(d *event.Delivery) int64 { return millis(d.Received) })
	dSource   = dText("source", func(d *event.Delivery) string { return d.Source })
	dRemote   = dText("remote", func(d *event.Delivery) string { return d.Remote })
	dPath     = dText("path", func(d *event.Delivery) string { return d.Path })
	dTopic    = dText("topic", func(d *event.Delivery) string { return d.Topic })
	dCause    = dText("cause", func(d *event.Delivery) string { return d.Cause })
	dWarning  = dText("warning", func(d *event.Delivery) string { return d.Warning })
	dVerdict  = dText("verdict", func(d *event.Delivery) string { return string(d.Verdict) })
)

// searched are the columns a bare word looks into. Those of events are the
// searchable text that SQL.Need speaks of.
var searched = [tables][]column{
	Events:     cat(eType, eTopic, eSite, eDevice, eClient, eSSID, eWords, eDeviceMAC, eClientMAC, eSource),
	Alerts:     cat(aTitle, aKind, aSite, aDevice, aDeviceMAC, aOwner, aNote, aSource, aKey),
	Deliveries: cat(dSource, dRemote, dPath, dTopic, dCause, dWarning, dVerdict),
}

// macs are the columns with MACs, where a bare word in any notation is found.
var macs = [tables][]column{
	Events: cat(eDeviceMAC, eClientMAC),
	Alerts: aDeviceMAC,
}

func cat(lists ...[]column) []column {
	var all []column
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}
