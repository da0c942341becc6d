package view

import (
	"cmp"
	"context"
	"strings"
	"time"
	"unicode"

	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

func readEvents(ctx context.Context, j port.Journal, p query.Page) ([]event.Event, error) {
	return j.Events(ctx, p)
}

func eventID(ev event.Event) int64 { return ev.ID }

func eventRecord(ev event.Event) (pane.RecordRef, bool) {
	return pane.RecordRef{Kind: pane.EventRecord, ID: ev.ID}, true
}

func eventAlert(ev event.Event) int64 { return ev.AlertID }

func exportEvents(rows []event.Event) pane.ExportSet { return pane.NewExportSet("events", rows) }

func eventNeedsAttention(ev event.Event) bool { return ev.Severity >= event.Warn }

func eventSpec() pane.Spec[event.Event] {
	return pane.Spec[event.Event]{
		Table: query.Events, HasSeverity: true, Tail: true,
		RowID: eventID, Arrived: func(ev event.Event) time.Time { return ev.Received }, Read: readEvents, Record: eventRecord, Alert: eventAlert,
		NeedsAttention: eventNeedsAttention, Export: exportEvents, JSON: export.Object[event.Event],
		Device: func(ev event.Event) (event.Device, bool) {
			return DeviceNamed(ev.Source, ev.Site, ev.SiteID, ev.Device, ev.DeviceMAC)
		},
		Portal: eventPage,
		Scopes: func(ev event.Event) []pane.Scope { return pane.ScopesIn(ev.Source, ev.OrgID, ev.SiteID, ev.Site) },
	}
}

// DeviceNamed is the device that a row names; false when it names none.
func DeviceNamed(source, site, siteID, name string, mac event.MAC) (event.Device, bool) {
	return event.Device{Source: source, Site: site, SiteID: siteID, Name: name, MAC: mac}, mac != ""
}

const (
	UpDownID pane.ID = 2
	LogID    pane.ID = 9
)

// logPane shows every event.
func logPane() *pane.List[event.Event] {
	k := eventSpec()
	k.About = pane.About{ID: LogID, Digit: "9", Name: "Log", Command: "log", Help: "every event", Sheets: []pane.Place{framesPlace, framePlace}}
	k.Keys = framesKeys()
	k.Columns, k.Cells = logColumns, logCells
	k.Empty = func(e pane.Context) []string { return append([]string{"No events yet."}, pane.Listening(e)...) }
	return pane.NewList(pane.WithOrg(k, 3, eventSource))
}

func eventSource(ev event.Event) string { return ev.Source }

func logColumns(e pane.Context, _ int) []draw.Column {
	return []draw.Column{
		eventTimeColumn(e),
		{Width: 1},
		{Title: "TOPIC", Width: 15, Max: 20, Drop: 4, Same: true},
		{Title: "SITE", Width: 12, Max: 20, Drop: 3, Same: true},
		{Title: "DEVICE", Max: maxName, Whole: true, Drop: 2},
		{Title: "WHAT", Width: 36, Grow: 8},
		{Width: 5, Right: true, Extra: 1},
		{Title: "ID", Whole: true, Max: maxID, Extra: 1},
		{Title: "CLIENT", Whole: true, Max: maxName, Extra: 2},
		{Title: "TYPE", Width: 10, Max: 32, Extra: 3, Same: true, Unnamed: true},
	}
}

func logCells(e pane.Context, ev event.Event) []draw.Cell {
	text := draw.Plain
	if ev.Severity == event.Debug {
		text = draw.Dim
	}
	return []draw.Cell{
		{Text: eventTime(e, ev), Role: draw.Dim},
		{Text: draw.SeverityLetter(ev.Severity), Role: draw.SeverityRole(ev.Severity)},
		{Text: e.Cell(ev.Topic), Role: draw.Dim},
		{Text: e.Cell(ev.Site), Role: text},
		{Text: e.Device(ev.Device, ev.DeviceMAC), Role: text},
		{Text: e.Cell(eventTextShort(ev) + arrivedLate(ev)), Role: text},
		{Text: e.Duplicates(ev.Duplicates), Role: draw.Dim},
		{Text: event.ShortID(ev.ID), Role: draw.Dim},
		{Text: e.Device(ev.Client, ev.ClientMAC), Role: draw.Dim},
		{Text: e.Cell(ev.Type), Role: draw.Dim},
	}
}

// eventTextShort is the sentence without the device, which has its column.
func eventTextShort(ev event.Event) string {
	return withoutDevice(eventText(ev), ev.Device, ev.DeviceMAC)
}

// eventText is the event's sentence, or its type when it has none.
func eventText(ev event.Event) string {
	return event.Marked(cmp.Or(ev.Text, ev.Type), ev.Test)
}

// upDownPane shows devices coming and going.
func upDownPane() *pane.List[event.Event] {
	k := eventSpec()
	k.About = pane.About{ID: UpDownID, Digit: "2", Name: "Up/Down", Command: "updown", Help: "devices and links that went up or down"}
	k.Base = journal.UpDown
	k.Columns, k.Cells = upDownColumns, upDownCells
	k.NeedsAttention = func(ev event.Event) bool { return journal.DirectionOf(ev) == journal.Down }
	k.Empty = func(e pane.Context) []string {
		return append([]string{"No up/down events of devices."}, pane.Listening(e)...)
	}
	return pane.NewList(pane.WithOrg(k, 3, eventSource))
}

func upDownColumns(e pane.Context, _ int) []draw.Column {
	return []draw.Column{
		eventTimeColumn(e),
		{Title: "NOW", Width: 6},
		{Title: "KIND", Width: 7, Extra: 2, Same: true},
		{Title: "SITE", Width: 12, Max: 20, Drop: 2, Same: true},
		{Title: "DEVICE", Max: maxName, Whole: true},
		{Title: "WHAT", Width: 10, Grow: 8, Drop: 3},
		{Width: 5, Right: true, Extra: 1},
		{Title: "ID", Whole: true, Max: maxID, Extra: 3},
		{Title: "MAC", Whole: true, Max: maxMAC, Extra: 4},
	}
}

func upDownCells(e pane.Context, ev event.Event) []draw.Cell {
	word, r := "event", draw.Plain
	switch journal.DirectionOf(ev) {
	case journal.Down:
		word, r = e.Theme.Glyph.Down+" down", draw.SeverityRole(max(ev.Severity, event.Warn))
	case journal.Up:
		word, r = e.Theme.Glyph.Up+" up", draw.OK
	case journal.Restart:
		word, r = "  boot", draw.Info
	}
	cells := []draw.Cell{{Text: eventTime(e, ev), Role: draw.Dim}, {Text: word, Role: r}}
	device := draw.Cell{Text: e.Device(ev.Device, ev.DeviceMAC), Role: draw.Plain}
	site := draw.Cell{Text: e.Cell(ev.Site), Role: draw.Plain}
	return append(cells, draw.Cell{Text: e.Cell(ev.DeviceType), Role: draw.Dim}, site, device,
		draw.Cell{Text: e.Cell(eventTextShort(ev) + arrivedLate(ev)), Role: draw.Dim}, draw.Cell{Text: e.Duplicates(ev.Duplicates), Role: draw.Dim},
		draw.Cell{Text: event.ShortID(ev.ID), Role: draw.Dim}, draw.Cell{Text: e.Cell(ev.DeviceMAC.String()), Role: draw.Dim})
}

// lateAfter is how much later than it happened an event may arrive without
// being marked: Mist sends most of them within seconds, and batches each minute.
const lateAfter = 2 * time.Minute

// late is how much later than it happened an event came; 0 when that is as usual.
func late(ev event.Event) time.Duration {
	if d := ev.Received.Sub(ev.Time); !ev.Time.IsZero() && d >= lateAfter {
		return d
	}
	return 0
}

const lateWord = " late"

// eventTimeColumn has room for the word beside the time.
func eventTimeColumn(e pane.Context) draw.Column {
	c := e.TimeColumn()
	c.Max, c.Whole = c.Width+len(lateWord), true
	return c
}

// eventTime shows the time of an event. Lists are in the order of arrival: a
// word marks an event that is older than its position suggests.
func eventTime(e pane.Context, ev event.Event) string {
	if late(ev) > 0 {
		return e.When(ev.Time) + lateWord
	}
	return e.When(ev.Time)
}

// arrivedLate explains the word, behind the event's sentence.
func arrivedLate(ev event.Event) string {
	if d := late(ev); d > 0 {
		return " (arrived " + human.Duration(d) + " late)"
	}
	return ""
}

// withoutDevice is a sentence without the device that has its column: not at its start,
// nor behind the name of an alarm ("Bad cable: Switch sw-1 ge-0/0/9"), nor as the one
// that saw something.
func withoutDevice(text, name string, mac event.MAC) string {
	if name == "" {
		name = mac.String()
	}
	if name == "" {
		return text
	}
	told := []string{"Switch " + name, "Gateway " + name, "Mist Edge " + name, "AP " + name, name}
	text = withoutColumns(text, told...)
	for _, t := range told {
		for _, before := range []string{" seen by ", ": "} {
			head, tail, found := strings.Cut(text, before+t)
			if !found || head == "" || tail != "" && strings.IndexByte(" ,:;", tail[0]) < 0 {
				continue
			}
			if before == ": " && strings.HasPrefix(tail, " ") && !strings.HasPrefix(tail, " (") {
				head += ":" // what follows is of the device
			}
			return head + tail
		}
	}
	return text
}

// withoutColumns takes from the start of a sentence what the row's columns tell
// already: "ap-7 is down" beside a column with ap-7 is just "is down".
func withoutColumns(text string, told ...string) string {
	rest := text
	for again := true; again; {
		again = false
		for _, t := range told {
			cut, ok := strings.CutPrefix(rest, t)
			if ok && t != "" && strings.HasPrefix(strings.TrimLeft(cut, ":"), " ") {
				rest, again = strings.TrimLeft(cut, ": "), true
			}
		}
	}
	if rest == "" {
		return text
	}
	return rest
}

// initials shortens an owner's name: "jane.doe" is JD, "root" is RO.
func initials(name string) string {
	name, _, _ = strings.Cut(name, "@")
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	out := ""
	for _, w := range words[:min(2, len(words))] {
		r := []rune(w)
		if len(words) == 1 {
			return strings.ToUpper(string(r[:min(2, len(r))]))
		}
		out += strings.ToUpper(string(r[:1]))
	}
	return out
}
