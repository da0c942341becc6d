package tui

import (
	"context"
	"strings"

	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/port"
)

func readEvents(ctx context.Context, j port.Journal, p query.Page) ([]event.Event, error) {
	return j.Events(ctx, p)
}

func eventID(ev event.Event) int64 { return ev.ID }

func eventSubject(ev event.Event) (subject, bool) { return subject{subjectEvent, ev.ID}, true }

func eventAlert(ev event.Event) int64 { return ev.AlertID }

func eventsPick(rows []event.Event) pick { return pickOf("events", rows) }

func eventHot(ev event.Event) bool { return ev.Severity >= event.Warn }

func eventKind() kind[event.Event] {
	return kind[event.Event]{
		table: query.Events, tail: true,
		rowID: eventID, read: readEvents, subject: eventSubject, alert: eventAlert,
		hot: eventHot, values: eventsPick, object: export.Object[event.Event],
	}
}

// logPane shows every event.
func logPane() *listPane[event.Event] {
	k := eventKind()
	k.id, k.name = paneLog, "Log"
	k.columns, k.cells = logColumns, logCells
	k.empty = func(e env) []string { return append([]string{"No events yet."}, listening(e)...) }
	return newListPane(withOrg(k, 3, eventSource))
}

func eventSource(ev event.Event) string { return ev.Source }

func logColumns(e env, _ int) []draw.Column {
	return []draw.Column{
		e.TimeColumn(),
		{Width: 1},
		{Title: "TOPIC", Width: 10, Grow: 1, Max: 18, Drop: 4},
		{Title: "SITE", Width: 8, Grow: 1, Max: 16, Drop: 3},
		{Title: "DEVICE", Width: 10, Grow: 2, Max: 22, Drop: 2},
		{Title: "WHAT", Width: 30, Grow: 8},
		{Width: 3, Right: true, Drop: 5},
	}
}

func logCells(e env, ev event.Event) []draw.Cell {
	text := draw.Plain
	if ev.Severity == event.Debug {
		text = draw.Dim
	}
	return []draw.Cell{
		{Text: happened(e, ev), Role: draw.Dim},
		{Text: draw.SeverityLetter(ev.Severity), Role: draw.SeverityRole(ev.Severity)},
		{Text: e.Cell(ev.Topic), Role: draw.Dim},
		{Text: e.Cell(ev.Site), Role: text},
		{Text: e.Device(ev.Device, ev.DeviceMAC), Role: text},
		{Text: e.Cell(eventWhat(ev) + arrived(ev)), Role: text},
		{Text: e.Times(ev.Duplicates), Role: draw.Dim},
	}
}

// eventWhat is the sentence without the device, which has its column.
func eventWhat(ev event.Event) string {
	return without(eventText(ev), "Switch "+ev.Device, "Gateway "+ev.Device, "Mist Edge "+ev.Device, "AP "+ev.Device, ev.Device)
}

// eventText is the event's sentence, or its type when it has none.
func eventText(ev event.Event) string {
	if ev.Text != "" {
		return ev.Text
	}
	return ev.Type
}

// upDownPane shows devices coming and going.
func upDownPane() *listPane[event.Event] {
	k := eventKind()
	k.id, k.name = paneUpDown, "Up/Down"
	k.base = ownQuery(upDownQuery)
	k.columns, k.cells = upDownColumns, upDownCells
	k.hot = func(ev event.Event) bool { return direction(ev) < 0 }
	k.empty = func(e env) []string {
		return append([]string{"No up/down events of devices."}, listening(e)...)
	}
	return newListPane(withOrg(k, 3, eventSource))
}

// upDownQuery names the events that say a device or a link came or went: the
// topic made for it, the same under device-events, where it is one event with
// the other and has the topic it came by first, what a poll found, and what
// Junos and Mist Edge report in their own ways.
const upDownQuery = "topic:device-updowns,device-status or type:AP_CONNECTED,AP_DISCONNECTED,AP_RESTARTED,SW_CONNECTED,SW_DISCONNECTED,SW_RESTARTED," +
	"GW_CONNECTED,GW_DISCONNECTED,GW_RESTARTED,ME_CONNECTED,ME_DISCONNECTED,ME_RESTARTED,SNMP_TRAP_LINK_DOWN,SNMP_TRAP_LINK_UP"

func upDownColumns(e env, _ int) []draw.Column {
	return []draw.Column{
		e.TimeColumn(),
		{Title: "NOW", Width: 6},
		{Title: "KIND", Width: 7, Drop: 4},
		{Title: "SITE", Width: 8, Grow: 2, Max: 20, Drop: 2},
		{Title: "DEVICE", Width: 12, Grow: 4, Max: 28},
		{Title: "WHAT", Width: 18, Grow: 8, Drop: 3},
		{Width: 3, Right: true, Drop: 5},
	}
}

func upDownCells(e env, ev event.Event) []draw.Cell {
	word, r := "event", draw.Plain
	switch direction(ev) {
	case -1:
		word, r = e.Theme.Glyph.Down+" down", draw.SeverityRole(max(ev.Severity, event.Warn))
	case 1:
		word, r = e.Theme.Glyph.Up+" up", draw.OK
	case 0:
		word, r = "  boot", draw.Info
	}
	cells := []draw.Cell{{Text: happened(e, ev), Role: draw.Dim}, {Text: word, Role: r}}
	device := draw.Cell{Text: e.Device(ev.Device, ev.DeviceMAC), Role: draw.Plain}
	site := draw.Cell{Text: e.Cell(ev.Site), Role: draw.Plain}
	return append(cells, draw.Cell{Text: e.Cell(ev.DeviceType), Role: draw.Dim}, site, device,
		draw.Cell{Text: e.Cell(eventWhat(ev) + arrived(ev)), Role: draw.Dim}, draw.Cell{Text: e.Times(ev.Duplicates), Role: draw.Dim})
}

// direction says where an event leads: -1 down, 1 up, 0 a restart.
func direction(ev event.Event) int {
	t := strings.ToUpper(ev.Type)
	switch {
	case strings.Contains(t, "DISCONNECT"), strings.Contains(t, "DOWN"), strings.Contains(t, "OFFLINE"):
		return -1
	case strings.Contains(t, "CONNECT"), strings.Contains(t, "_UP"), strings.Contains(t, "ONLINE"):
		return 1
	default:
		return 0
	}
}
