package tui

import (
	"context"

	"foghorn/journal"
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
		device: func(ev event.Event) (event.Device, bool) {
			return deviceNamed(ev.Source, ev.Site, ev.SiteID, ev.Device, ev.DeviceMAC)
		},
		scoped: func(ev event.Event) []Scope { return ScopesIn(ev.Source, ev.OrgID, ev.SiteID, ev.Site) },
	}
}

// deviceNamed is the device that a row names; false when it names none.
func deviceNamed(source, site, siteID, name string, mac event.MAC) (event.Device, bool) {
	return event.Device{Source: source, Site: site, SiteID: siteID, Name: name, MAC: mac}, mac != ""
}

const (
	paneUpDown paneID = 2
	paneLog    paneID = 9
)

// logPane shows every event.
func logPane() *listPane[event.Event] {
	k := eventKind()
	k.about = About{ID: paneLog, Digit: "9", Name: "Log", Command: "log", Help: "every event", Sheets: []Place{framesPlace, framePlace}}
	k.keys = framesKeys()
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
	k.about = About{ID: paneUpDown, Digit: "2", Name: "Up/Down", Command: "updown", Help: "devices and links that went up or down"}
	k.base = journal.UpDown
	k.columns, k.cells = upDownColumns, upDownCells
	k.hot = func(ev event.Event) bool { return journal.DirectionOf(ev) == journal.Down }
	k.empty = func(e env) []string {
		return append([]string{"No up/down events of devices."}, listening(e)...)
	}
	return newListPane(withOrg(k, 3, eventSource))
}

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
	switch journal.DirectionOf(ev) {
	case journal.Down:
		word, r = e.Theme.Glyph.Down+" down", draw.SeverityRole(max(ev.Severity, event.Warn))
	case journal.Up:
		word, r = e.Theme.Glyph.Up+" up", draw.OK
	case journal.Restart:
		word, r = "  boot", draw.Info
	}
	cells := []draw.Cell{{Text: happened(e, ev), Role: draw.Dim}, {Text: word, Role: r}}
	device := draw.Cell{Text: e.Device(ev.Device, ev.DeviceMAC), Role: draw.Plain}
	site := draw.Cell{Text: e.Cell(ev.Site), Role: draw.Plain}
	return append(cells, draw.Cell{Text: e.Cell(ev.DeviceType), Role: draw.Dim}, site, device,
		draw.Cell{Text: e.Cell(eventWhat(ev) + arrived(ev)), Role: draw.Dim}, draw.Cell{Text: e.Times(ev.Duplicates), Role: draw.Dim})
}
