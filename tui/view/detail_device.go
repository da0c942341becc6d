package view

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// eventsOf is how many events of a client are read for its view.
const eventsOf = 100

func (f *DetailData) readDevice(ctx context.Context, j port.Journal, page query.Page) error {
	d, err := j.DeviceDetail(ctx, pane.MACOf(f.Subject.ID), page.Now)
	if err != nil {
		return err
	}
	f.Device, f.alerts, f.events, f.clients, f.behind, f.activities = &d.Device, d.Alerts, d.Events, d.Clients, d.Behind, d.Activities
	if !d.Listed { // what is known of it otherwise is worth showing
		f.bodyNote = "The inventory does not have it, or was not read yet."
	}
	f.Body, err = export.Object(f.Device)
	return err
}

// DeviceOf is the device that a record is about; empty when it is about none.
func (f *DetailData) DeviceOf() event.MAC {
	switch {
	case f.Alert != nil:
		return f.Alert.DeviceMAC
	case f.Event != nil:
		return f.Event.DeviceMAC
	case f.Client != nil:
		return f.Client.AP
	}
	return ""
}

// SiteOf is the site that a record names.
func (f *DetailData) SiteOf() event.Site {
	switch {
	case f.Alert != nil:
		return event.Site{Source: f.Alert.Source, ID: f.Alert.SiteID, Name: f.Alert.Site}
	case f.Event != nil:
		return event.Site{Source: f.Event.Source, ID: f.Event.SiteID, Name: f.Event.Site}
	case f.Device != nil:
		return event.Site{Source: f.Device.Source, ID: f.Device.SiteID, Name: f.Device.Site}
	case f.Client != nil:
		return event.Site{Source: f.Client.Source, ID: f.Client.SiteID, Name: f.Client.Site}
	}
	return event.Site{}
}

// worstAlert is the alert to act on first: an open one, else the worst.
func worstAlert(alerts []event.Alert) event.Alert {
	for _, a := range alerts {
		if a.State == event.Open {
			return a
		}
	}
	return alerts[0]
}

// deviceKinds words the types of devices.
var deviceKinds = map[string]string{"ap": "AP", "switch": "switch", "gateway": "gateway", "mxedge": "Mist Edge"}

func deviceDetail(e pane.Context, f *DetailData, w int) (own, others []string) {
	d := *f.Device
	word, r := deviceWord(e, d)
	out := append([]string{""}, draw.Headline(e.Context, word, r, deviceSentence(e, d), w)...)
	if f.bodyNote != "" {
		out = append(out, e.Theme.On(draw.Warn, e.Theme.Fit(f.bodyNote, w, false)))
	}
	updated, stale := e.Ago(d.Updated), draw.Dim
	if e.Stale(d.Updated, staleOf(d)) {
		updated, stale = updated+": stale", draw.Warn
	}
	clients := ""
	if !d.Updated.IsZero() {
		clients = strconv.Itoa(d.Clients) + keyWord(len(f.clients), "C lists them")
	} else {
		updated = ""
	}
	out = append(out, draw.Fields(e.Context, w, []draw.Field{
		{Name: "name", Value: WithID(e, d.Name, d.MAC.String()), Role: draw.Strong},
		worstField(e, f.alerts),
		{Name: "site", Value: listed(e.Text(d.Site), e.Text(d.Source)), Role: draw.Plain},
		{Name: "type", Value: listed(e.Text(d.Type+" "+d.Model), e.Text(d.Version)), Role: draw.Plain},
		{Name: "address", Value: listed(e.Text(d.IP), prefixed("serial ", e.Text(d.Serial))), Role: draw.Plain},
		{Name: "uplink", Value: e.Text(d.Uplink), Role: draw.Plain},
		{Name: "clients", Value: clients, Role: draw.Plain},
		{Name: "uptime", Value: listed(uptimeText(d.UptimeS), percentOf("CPU", d.CPU), percentOf("memory", d.Memory)), Role: draw.Plain},
		{Name: "last seen", Value: e.ExactAgo(d.LastSeen), Role: draw.Plain},
		{Name: "updated", Value: updated, Role: stale},
		{Name: "id", Value: e.Text(d.ID), Role: draw.Dim},
	})...)
	out = append(out, radioLines(e, d.Radios, w)...)
	others = append(alertLines(e, f.alerts, w), activityLines(e, f.activities, w)...)
	others = append(others, behindLines(e, f.behind, w)...)
	return out, append(others, eventLines(e, "Its latest events", f.events, w)...)
}

// keyWord is what a key does with a number of things, unless there are none.
func keyWord(n int, text string) string {
	if n == 0 {
		return ""
	}
	return "  (" + text + ")"
}

// behindLines are the devices that have this one as their uplink, those that are not
// connected first.
func behindLines(e pane.Context, devices []event.Device, w int) []string {
	if len(devices) == 0 {
		return nil
	}
	devices = slices.Clone(devices)
	up := func(d event.Device) int {
		if d.Status == event.DeviceConnected {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(devices, func(a, b event.Device) int { return up(a) - up(b) })
	out := []string{"", e.Theme.On(draw.Title, fmt.Sprintf("Connected to it by LLDP: %d", len(devices)))}
	for _, d := range devices[:min(len(devices), maxEventLines)] {
		word, role := deviceWord(e, d)
		head := e.Theme.Fit(word, 7, false) + " "
		_, port, _ := strings.Cut(d.Uplink, " ")
		text := listed(e.Device(d.Name, d.MAC), prefixed("at ", e.Text(port)))
		out = append(out, e.Theme.On(role, head)+e.Theme.Fit(text, max(1, w-draw.TextWidth(head)), false))
	}
	if more := len(devices) - maxEventLines; more > 0 {
		out = append(out, e.Theme.On(draw.Dim, fmt.Sprintf("and %d more", more)))
	}
	return out
}

// worstField is the alert to act on, so that nobody has to scroll for it.
func worstField(e pane.Context, alerts []event.Alert) draw.Field {
	if len(alerts) == 0 {
		return draw.Field{}
	}
	a := worstAlert(alerts)
	text := draw.SeverityLetter(a.Severity) + " " + e.Text(AlertTitle(a)) + keyHint(a.ID, "L")
	if n := len(alerts) - 1; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return draw.Field{Name: "alert", Value: text, Role: draw.SeverityRole(a.Severity)}
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

// percentOf is a load; 0 means unknown.
func percentOf(name string, v float64) string {
	if !(v > 0) {
		return ""
	}
	return fmt.Sprintf("%s %.0f%%", name, min(v, 100))
}

// deviceSentence says in words how the device is, and since when.
func deviceSentence(e pane.Context, d event.Device) string {
	since := ""
	if !d.Since.IsZero() {
		since = " for " + e.Lasted(d.Since)
	}
	switch d.Status {
	case event.DeviceConnected:
		return "connected" + since
	case event.DeviceDisconnected:
		return "not connected" + since
	case "":
		return "not known whether it is connected"
	default:
		return e.Text(d.Status) + since
	}
}

func radioLines(e pane.Context, radios []event.Radio, w int) []string {
	if len(radios) == 0 {
		return nil
	}
	cols := []draw.Column{{Title: "BAND", Width: 7}, {Title: "CHANNEL", Width: 7, Right: true}, {Title: "WIDTH", Width: 6, Right: true, Drop: 2},
		{Title: "POWER", Width: 7, Right: true, Drop: 1}, {Title: "AIR USED", Width: 8, Right: true}, {Title: "CLIENTS", Width: 7, Right: true}}
	widths := draw.Layout(cols, w)
	out := []string{"", e.Theme.On(draw.Title, "Radios"), e.Theme.Heading(cols, widths, w)}
	for _, r := range radios[:min(len(radios), 8)] {
		if r.Channel == 0 {
			out = append(out, e.Theme.Row([]draw.Cell{{Text: e.Cell(r.Band) + " GHz", Role: draw.Plain}, {Text: "off", Role: draw.Dim}}, cols, widths, w, false, false))
			continue
		}
		out = append(out, e.Theme.Row([]draw.Cell{{Text: e.Cell(r.Band) + " GHz", Role: draw.Plain}, {Text: strconv.Itoa(r.Channel), Role: draw.Plain},
			{Text: draw.Unit(r.Bandwidth, "MHz"), Role: draw.Dim}, {Text: draw.Unit(r.Power, "dBm"), Role: draw.Dim}, {Text: strconv.Itoa(r.Utilization) + "%", Role: busyRole(r)},
			{Text: strconv.Itoa(r.Clients), Role: draw.Plain}}, cols, widths, w, false, false))
	}
	return out
}

// alertLines are the alerts of a device, in a line each.
func alertLines(e pane.Context, alerts []event.Alert, w int) []string {
	out := []string{"", e.Theme.On(draw.Title, "Its alerts")}
	if len(alerts) == 0 {
		return append(out, e.Theme.On(draw.Dim, "no open alerts"))
	}
	for _, a := range alerts[:min(len(alerts), maxEventLines)] {
		a.Derive(e.Now)
		head := e.Theme.Glyph.States[a.State] + " " + draw.SeverityLetter(a.Severity) + " "
		text := e.Theme.Fit(alertDuration(e, a), 5, true) + " " + e.Text(AlertTitle(a))
		if a.Owner != "" {
			text += "  " + alertOwner(e, a, a.Owner)
		}
		out = append(out, e.Theme.On(draw.SeverityRole(a.Severity), head)+e.Theme.Fit(text, max(1, w-draw.TextWidth(head)), false))
	}
	if len(alerts) == 1 {
		return append(out, e.Theme.On(draw.Dim, "L opens it, a takes it"))
	}
	return append(out, e.Theme.On(draw.Dim, "L goes to them, a takes the first one that nobody has"))
}
