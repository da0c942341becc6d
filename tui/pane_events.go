package tui

import (
	"context"
	"strings"

	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
)

func readEvents(ctx context.Context, j Journal, p query.Page) ([]event.Event, error) {
	return j.Events(ctx, p)
}

func eventID(ev event.Event) int64 { return ev.ID }

func eventSubject(ev event.Event) (subject, bool) { return subject{subjectEvent, ev.ID}, true }

func eventAlert(ev event.Event) int64 { return ev.AlertID }

func eventsPick(rows []event.Event) pick { return pickOf("events", rows) }

func eventHot(ev event.Event) bool { return ev.Severity >= event.Warn }

func eventKind() kind[event.Event] {
	return kind[event.Event]{
		table: query.Events, span: event.MaxEventsPerRecord, tail: true,
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

func logColumns(e env, _ int) []column {
	return []column{
		e.timeColumn(),
		{width: 1},
		{title: "TOPIC", width: 10, grow: 1, max: 18, drop: 4},
		{title: "SITE", width: 8, grow: 1, max: 16, drop: 3},
		{title: "DEVICE", width: 10, grow: 2, max: 22, drop: 2},
		{title: "WHAT", width: 30, grow: 8},
		{width: 3, right: true, drop: 5},
	}
}

func logCells(e env, ev event.Event) []cell {
	text := rolePlain
	if ev.Severity == event.Debug {
		text = roleDim
	}
	return []cell{
		{happened(e, ev), roleDim},
		{severityLetter(ev.Severity), severityRole(ev.Severity)},
		{e.cell(ev.Topic), roleDim},
		{e.cell(ev.Site), text},
		{e.device(ev.Device, ev.DeviceMAC), text},
		{e.cell(eventWhat(ev) + arrived(ev)), text},
		{e.copies(ev.Duplicates), roleDim},
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

func upDownColumns(e env, _ int) []column {
	return []column{
		e.timeColumn(),
		{title: "NOW", width: 6},
		{title: "KIND", width: 7, drop: 4},
		{title: "SITE", width: 8, grow: 2, max: 20, drop: 2},
		{title: "DEVICE", width: 12, grow: 4, max: 28},
		{title: "WHAT", width: 18, grow: 8, drop: 3},
		{width: 3, right: true, drop: 5},
	}
}

func upDownCells(e env, ev event.Event) []cell {
	word, r := "event", rolePlain
	switch direction(ev) {
	case -1:
		word, r = e.th.glyph.down+" down", severityRole(max(ev.Severity, event.Warn))
	case 1:
		word, r = e.th.glyph.up+" up", roleOK
	case 0:
		word, r = "  boot", roleInfo
	}
	cells := []cell{{happened(e, ev), roleDim}, {word, r}}
	device := cell{e.device(ev.Device, ev.DeviceMAC), rolePlain}
	site := cell{e.cell(ev.Site), rolePlain}
	return append(cells, cell{e.cell(ev.DeviceType), roleDim}, site, device,
		cell{e.cell(eventWhat(ev) + arrived(ev)), roleDim}, cell{e.copies(ev.Duplicates), roleDim})
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
