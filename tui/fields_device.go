package tui

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
)

// macOf is the MAC whose number an id is.
func macOf(id int64) event.MAC { return event.MAC(fmt.Sprintf("%012x", id)) }

// How many alerts and events of a device or client are read for its view.
const (
	alertsOf = 50
	eventsOf = 100
)

// ofMAC matches the rows of a table whose field is the MAC.
func ofMAC(field string, mac event.MAC) *query.Query {
	q, err := query.Parse(field + ":" + string(mac))
	if err != nil {
		return nothing
	}
	return q
}

// nothing matches no row that has a MAC of its own.
var nothing = ownQuery("mac:000000000000")

func (f *facts) readDevice(ctx context.Context, j Journal, page query.Page) error {
	mac := macOf(f.subject.id)
	rows, err := j.Devices(ctx, query.Page{Where: ofMAC("mac", mac), Now: page.Now, Limit: 1})
	if err != nil {
		return err
	}
	if f.alerts, err = j.Alerts(ctx, query.Page{Where: ofMAC("!state:resolved device_mac", mac), Now: page.Now, Limit: alertsOf}); err != nil {
		return err
	}
	if f.events, err = j.Events(ctx, query.Page{Where: ofMAC("device_mac", mac), Now: page.Now, Limit: eventsOf}); err != nil {
		return err
	}
	f.device = &event.Device{MAC: mac}
	if len(rows) > 0 {
		f.device = &rows[0]
	} else { // what is known of it otherwise is worth showing
		f.bodyNote = "The inventory does not have it, or was not read yet."
		f.named(f.events, f.alerts)
	}
	f.body, err = export.Object(f.device)
	return err
}

// named takes what others say of a device that the inventory does not have.
func (f *facts) named(events []event.Event, alerts []event.Alert) {
	d := f.device
	for _, ev := range events {
		if d.Name == "" && ev.Device != "" {
			d.Name, d.Site, d.Type, d.Source = ev.Device, ev.Site, ev.DeviceType, ev.Source
		}
	}
	for _, a := range alerts {
		if d.Name == "" && a.Device != "" {
			d.Name, d.Site, d.Source = a.Device, a.Site, a.Source
		}
	}
}

// deviceOf is the device that a record is about; empty when it is about none.
func (f *facts) deviceOf() event.MAC {
	switch {
	case f.alert != nil:
		return f.alert.DeviceMAC
	case f.event != nil:
		return f.event.DeviceMAC
	case f.client != nil:
		return f.client.AP
	}
	return ""
}

func (m *Model) noDevice() string {
	if m.detail == nil || m.detail.facts.deviceOf().Int64() == 0 {
		return "No device stands behind this."
	}
	return ""
}

func (m *Model) openDevice(string) tea.Cmd {
	return m.push(subject{subjectDevice, m.detail.facts.deviceOf().Int64()})
}

// worstOf is the alert to act on first: an open one, else the worst.
func worstOf(alerts []event.Alert) event.Alert {
	for _, a := range alerts {
		if a.State == event.Open {
			return a
		}
	}
	return alerts[0]
}

// deviceKinds words the types of devices.
var deviceKinds = map[string]string{"ap": "AP", "switch": "switch", "gateway": "gateway", "mxedge": "Mist Edge"}

func deviceFacts(e env, f *facts, w int) (own, others []string) {
	d := *f.device
	word, r := deviceWord(e, d)
	out := append([]string{""}, headline(e.drawContext, word, r, deviceSentence(e, d), w)...)
	if f.bodyNote != "" {
		out = append(out, e.th.on(roleWarn, e.th.fit(f.bodyNote, w, false)))
	}
	updated, stale := e.ago(d.Updated), roleDim
	if e.stale(d.Updated, staleOf(d)) {
		updated, stale = updated+": stale", roleWarn
	}
	clients := ""
	if !d.Updated.IsZero() {
		clients = strconv.Itoa(d.Clients)
	} else {
		updated = ""
	}
	out = append(out, fieldLines(e.drawContext, w, []field{
		{"name", named(e, d.Name, d.MAC.String()), roleStrong},
		worstField(e, f.alerts),
		{"site", listed(e.ext(d.Site), e.ext(d.Source)), rolePlain},
		{"type", listed(e.ext(d.Type+" "+d.Model), e.ext(d.Version)), rolePlain},
		{"address", listed(e.ext(d.IP), prefixed("serial ", e.ext(d.Serial))), rolePlain},
		{"uplink", e.ext(d.Uplink), rolePlain},
		{"clients", clients, rolePlain},
		{"uptime", listed(uptimeText(d.UptimeS), percentOf("CPU", d.CPU), percentOf("memory", d.Memory)), rolePlain},
		{"last seen", e.exactAgo(d.LastSeen), rolePlain},
		{"told", updated, stale},
		{"id", e.ext(d.ID), roleDim},
	})...)
	out = append(out, radioLines(e, d.Radios, w)...)
	others = alertLines(e, f.alerts, w)
	return out, append(others, eventLines(e, "Its latest events", f.events, w)...)
}

// worstField is the alert to act on, so that nobody has to scroll for it.
func worstField(e env, alerts []event.Alert) field {
	if len(alerts) == 0 {
		return field{}
	}
	a := worstOf(alerts)
	text := severityLetter(a.Severity) + " " + e.ext(alertTitle(a)) + keyHint(a.ID, "o")
	if n := len(alerts) - 1; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return field{"alert", text, severityRole(a.Severity)}
}

// listed joins what is not empty.
func listed(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" }), ", ")
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// percentOf is a load; 0 was not told.
func percentOf(name string, v float64) string {
	if !(v > 0) {
		return ""
	}
	return fmt.Sprintf("%s %.0f%%", name, min(v, 100))
}

// deviceSentence says in words how the device is, and since when.
func deviceSentence(e env, d event.Device) string {
	since := ""
	if !d.Since.IsZero() {
		since = " for " + human.Age(max(e.since(d.Since), ageStep))
	}
	switch d.Status {
	case event.DeviceConnected:
		return "connected" + since
	case event.DeviceDisconnected:
		return "not connected" + since
	case "":
		return "not known whether it is connected"
	default:
		return e.ext(d.Status) + since
	}
}

// exactAgo is a time in full with its age.
func (e drawContext) exactAgo(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return e.exact(t) + "  (" + e.ago(t) + ")"
}

func radioLines(e env, radios []event.Radio, w int) []string {
	if len(radios) == 0 {
		return nil
	}
	cols := []column{{title: "BAND", width: 7}, {title: "CHANNEL", width: 7, right: true}, {title: "WIDTH", width: 6, right: true, drop: 2},
		{title: "POWER", width: 7, right: true, drop: 1}, {title: "AIR USED", width: 8, right: true}, {title: "CLIENTS", width: 7, right: true}}
	widths := layout(cols, w)
	out := []string{"", e.th.on(roleTitle, "Radios"), e.th.heading(cols, widths, w)}
	for _, r := range radios[:min(len(radios), 8)] {
		if r.Channel == 0 {
			out = append(out, e.th.row([]cell{{e.cell(r.Band) + " GHz", rolePlain}, {"off", roleDim}}, cols, widths, w, false, false))
			continue
		}
		out = append(out, e.th.row([]cell{{e.cell(r.Band) + " GHz", rolePlain}, {strconv.Itoa(r.Channel), rolePlain},
			{unit(r.Bandwidth, "MHz"), roleDim}, {unit(r.Power, "dBm"), roleDim}, {strconv.Itoa(r.Utilization) + "%", busyRole(r)},
			{strconv.Itoa(r.Clients), rolePlain}}, cols, widths, w, false, false))
	}
	return out
}

// unit is a number with its unit; 0 was not told.
func unit(n int, of string) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + of
}

// alertLines are the alerts of a device, in a line each.
func alertLines(e env, alerts []event.Alert, w int) []string {
	out := []string{"", e.th.on(roleTitle, "Its alerts")}
	if len(alerts) == 0 {
		return append(out, e.th.on(roleDim, "none that is not over"))
	}
	for _, a := range alerts[:min(len(alerts), maxEventLines)] {
		a.Derive(e.now)
		head := e.th.glyph.states[a.State] + " " + severityLetter(a.Severity) + " "
		text := e.th.fit(alertDuration(e, a), 5, true) + " " + e.ext(alertTitle(a))
		if a.Owner != "" {
			text += "  " + alertOwner(e, a)
		}
		out = append(out, e.th.on(severityRole(a.Severity), head)+e.th.fit(text, max(1, w-textWidth(head)), false))
	}
	return append(out, e.th.on(roleDim, "o opens the first one that nobody has, a takes it"))
}
