package query

import (
	"foghorn/journal/event"
)

// Type is what kind of value a field takes.
type Type string

// The types of fields.
const (
	Text       Type = "text"
	Word       Type = "word" // a text out of a fixed list
	MAC        Type = "mac"
	Level      Type = "severity"
	Time       Type = "time"
	Age        Type = "duration"
	Number     Type = "number"
	Bytes      Type = "size"
	Millis     Type = "milliseconds"
	Percent    Type = "percent"
	Status     Type = "status" // a number of HTTP, or what a device is in
	AlertState Type = "state"  // of an alert, derived from its times
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
	on    [tables][]column
	ahead bool // its times mostly lie ahead, so a clock time is the next one
}

// column is one column of one table, read from memory or by its name. One of
// the getters is set.
type column struct {
	table    Table
	name     string
	valuesOf string // what its values are listed under for completion, when not by name
	text     func(subject) string
	num      func(subject) int64 // times in epoch milliseconds
	real     func(subject) float64
}

// on sorts columns by their tables.
func on(lists ...[]column) (t [tables][]column) {
	for _, l := range lists {
		for _, c := range l {
			t[c.table] = append(t[c.table], c)
		}
	}
	return t
}

func textOf[R any](t Table, name string, get func(*R) string) []column {
	return []column{{table: t, name: name, text: func(s subject) string { return get(s.row.(*R)) }}}
}

func numOf[R any](t Table, name string, get func(*R) int64) []column {
	return []column{{table: t, name: name, num: func(s subject) int64 { return get(s.row.(*R)) }}}
}

func realOf[R any](t Table, name string, get func(*R) float64) []column {
	return []column{{table: t, name: name, real: func(s subject) float64 { return get(s.row.(*R)) }}}
}

// withValuesOf makes completion offer, for columns of state, the values of the field
// with which events name the same thing.
func withValuesOf(field string, c []column) []column {
	for i := range c {
		c[i].valuesOf = field
	}
	return c
}

// oneIf is how the tables keep what is true.
func oneIf(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func eText(name string, get func(*event.Event) string) []column { return textOf(Events, name, get) }
func aText(name string, get func(*event.Alert) string) []column { return textOf(Alerts, name, get) }
func dText(name string, get func(*event.Delivery) string) []column {
	return textOf(Deliveries, name, get)
}
func vText(name string, get func(*event.Device) string) []column { return textOf(Devices, name, get) }
func cText(name string, get func(*event.LiveClient) string) []column {
	return textOf(Clients, name, get)
}
func eNum(name string, get func(*event.Event) int64) []column    { return numOf(Events, name, get) }
func aNum(name string, get func(*event.Alert) int64) []column    { return numOf(Alerts, name, get) }
func dNum(name string, get func(*event.Delivery) int64) []column { return numOf(Deliveries, name, get) }
func vNum(name string, get func(*event.Device) int64) []column   { return numOf(Devices, name, get) }
func cNum(name string, get func(*event.LiveClient) int64) []column {
	return numOf(Clients, name, get)
}

// The columns that several fields, or fields and bare words, use.
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

	vSource  = vText("source", func(v *event.Device) string { return v.Source })
	vName    = withValuesOf("device", vText("name", func(v *event.Device) string { return v.Name }))
	vSite    = vText("site", func(v *event.Device) string { return v.Site })
	vType    = withValuesOf("device_type", vText("type", func(v *event.Device) string { return v.Type }))
	vModel   = vText("model", func(v *event.Device) string { return v.Model })
	vSerial  = vText("serial", func(v *event.Device) string { return v.Serial })
	vVersion = vText("version", func(v *event.Device) string { return v.Version })
	vIP      = vText("ip", func(v *event.Device) string { return v.IP })
	vStatus  = vText("status", func(v *event.Device) string { return v.Status })
	vUplink  = vText("uplink", func(v *event.Device) string { return v.Uplink })
	vMAC     = withValuesOf("device_mac", vText("mac", func(v *event.Device) string { return string(v.MAC) }))
	vSince   = vNum("since", func(v *event.Device) int64 { return millis(v.Since) })

	cSource   = cText("source", func(c *event.LiveClient) string { return c.Source })
	cHostname = withValuesOf("client", cText("hostname", func(c *event.LiveClient) string { return c.Hostname }))
	cUsername = cText("username", func(c *event.LiveClient) string { return c.Username })
	cSite     = cText("site", func(c *event.LiveClient) string { return c.Site })
	cIP       = cText("ip", func(c *event.LiveClient) string { return c.IP })
	cSSID     = cText("ssid", func(c *event.LiveClient) string { return c.SSID })
	cAPName   = withValuesOf("device", cText("ap_name", func(c *event.LiveClient) string { return c.APName }))
	cAP       = withValuesOf("device_mac", cText("ap", func(c *event.LiveClient) string { return string(c.AP) }))
	cMAC      = withValuesOf("client_mac", cText("mac", func(c *event.LiveClient) string { return string(c.MAC) }))
	cSince    = cNum("since", func(c *event.LiveClient) int64 { return millis(c.Since) })
)

// searched are the columns a bare word looks into. Those of events are the
// searchable text that SQL.Need speaks of.
var searched = [tables][]column{
	Events:     cat(eType, eTopic, eSite, eDevice, eClient, eSSID, eWords, eDeviceMAC, eClientMAC, eSource),
	Alerts:     cat(aTitle, aKind, aSite, aDevice, aDeviceMAC, aOwner, aNote, aSource, aKey),
	Deliveries: cat(dSource, dRemote, dPath, dTopic, dCause, dWarning, dVerdict),
	Devices:    cat(vName, vSite, vType, vModel, vSerial, vVersion, vIP, vMAC, vStatus, vUplink, vSource),
	Clients:    cat(cHostname, cUsername, cSSID, cAPName, cSite, cIP, cMAC, cAP, cSource),
}

// sentences are the columns with sentences, in which MACs have colons.
var sentences = [tables][]column{Events: eWords, Alerts: cat(aTitle, aNote), Deliveries: cat(dCause, dWarning)}

// macs are the columns with MACs, where a bare word in any notation is found.
var macs = [tables][]column{
	Events:  cat(eDeviceMAC, eClientMAC),
	Alerts:  aDeviceMAC,
	Devices: vMAC,
	Clients: cat(cMAC, cAP),
}

func cat(lists ...[]column) []column {
	var all []column
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}
