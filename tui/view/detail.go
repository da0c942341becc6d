package view

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/tui/draw"
	"foghorn/tui/jsonview"
	"foghorn/tui/list"
	"foghorn/tui/pane"
)

// The tabs of a detail view.
const (
	TabFields = iota
	tabEvents
	tabJSON
	Tabs
)

// Detail is the full-screen view of one record. What it leads to (an alert's
// event, that event's delivery) is stacked on top of it.
type Detail struct {
	Stack  []pane.RecordRef
	Tab    int
	Facts  DetailData
	loaded bool
	text   draw.TextWindow // of the fields
	Events list.Model[event.Event]
	Json   *jsonview.Model
	Search string // in json
}

func NewDetail(s pane.RecordRef) *Detail {
	return &Detail{Stack: []pane.RecordRef{s}, Events: list.New(eventID, false), Json: jsonview.New(jsonview.Styles{})}
}

func (d *Detail) Subject() pane.RecordRef { return d.Stack[len(d.Stack)-1] }

func (d *Detail) Nav() pane.Navigator { return &d.Events }

// Turn shows another record in the same view.
func (d *Detail) Turn() {
	*d = Detail{Stack: d.Stack, Tab: d.Tab, Events: list.New(eventID, false), Json: d.Json}
}

// Take puts in what was read; the JSON is only set when it changed, so that
// folds and search stay.
func (d *Detail) Take(f DetailData) {
	changed := !d.loaded || string(d.Facts.Body) != string(f.Body)
	d.Facts, d.loaded = f, true
	d.Events.Set(f.events)
	if changed {
		d.Json.SetJSON(f.Body)
		d.Search = ""
	}
}

// AlertID is the alert this is, or the alert of the event this is.
func (d *Detail) AlertID() int64 {
	if d.Tab == tabEvents {
		if ev, ok := d.Events.Selected(); ok && d.Subject().Kind == pane.DeliveryRecord {
			return ev.AlertID
		}
	}
	switch {
	case d.Subject().Kind == pane.AlertRecord:
		return d.Subject().Id
	case d.Facts.Event != nil:
		return d.Facts.Event.AlertID
	case len(d.Facts.alerts) > 0:
		return worstOf(d.Facts.alerts).ID
	default:
		return 0
	}
}

// Scroll moves the tab with the fields.
func (d *Detail) Scroll(lines, pages int) { d.text.Scroll(lines, pages) }

// Draw shows a title, the tabs and the one that is chosen.
func (d *Detail) Draw(e pane.Context, w, h int) []string {
	out := []string{d.head(e, w)}
	body := h - 1
	switch {
	case !d.loaded:
		return draw.Pad(append(out, "", "  Reading the journal."), w, h)
	case d.Facts.missing:
		return draw.Pad(append(out, "", "  This record is no longer in the journal.", "  esc goes back"), w, h)
	case d.Tab == tabEvents:
		return draw.Pad(append(out, d.drawEvents(e, w, body)...), w, h)
	case d.Tab == tabJSON:
		return draw.Pad(append(out, d.drawJSON(e, w, body)...), w, h)
	}
	return d.text.Draw(out[0], draw.Indent(DetailLines(e, &d.Facts, w-2)), w, h)
}

// head is the line with the record's name and the tabs.
func (d *Detail) head(e pane.Context, w int) string {
	s := d.Subject()
	names := [Tabs]string{"Fields", "Events " + strconv.Itoa(d.Events.Len()), "JSON"}
	if s.Kind == pane.DeliveryRecord {
		names[tabJSON] = "Body"
	}
	right := ""
	if d.Tab == tabJSON && d.loaded && !d.Facts.missing {
		right = " " + e.Theme.On(draw.Accent, e.Text(d.jsonTitle())) + " "
	}
	for i, n := range names {
		if i == d.Tab {
			right += " " + e.Theme.On(draw.Title, "["+n+"]")
		} else {
			right += " " + e.Theme.On(draw.Dim, " "+n+" ")
		}
	}
	name := e.Theme.Glyph.Rule + " " + d.name(e)
	name = e.Theme.Fit(name, max(0, min(draw.TextWidth(name), w-draw.TextWidth(right)-3)), false)
	left := e.Theme.On(draw.Title, name) + " "
	fill := max(0, w-draw.TextWidth(left)-draw.TextWidth(right)-2)
	return left + e.Theme.On(draw.Dim, strings.Repeat(e.Theme.Glyph.Rule, fill)) + right + " " + e.Theme.On(draw.Dim, e.Theme.Glyph.Rule)
}

// name is what the record is called, at the top of its view.
func (d *Detail) name(e pane.Context) string {
	s := d.Subject()
	name := [...]string{pane.AlertRecord: "Alert", pane.EventRecord: "Event", pane.DeliveryRecord: "Delivery", pane.DeviceRecord: "Device", pane.ClientRecord: "Client"}[s.Kind]
	switch f := d.Facts; {
	case f.Device != nil:
		return draw.Capital(e.Cell(cmp.Or(deviceKinds[f.Device.Type], name))) + " " + e.Device(f.Device.Name, f.Device.MAC)
	case f.Client != nil:
		return name + " " + e.Device(ClientName(*f.Client), f.Client.MAC)
	case s.Kind == pane.DeviceRecord, s.Kind == pane.ClientRecord:
		return name + " " + pane.MacOf(s.Id).String()
	}
	return name + " " + strconv.FormatInt(s.Id, 10)
}

func (d *Detail) drawEvents(e pane.Context, w, h int) []string {
	if d.Events.Len() == 0 {
		return []string{"", "  No events stand behind this."}
	}
	cols := logColumns(e, w)
	widths := draw.Layout(cols, w)
	d.Events.SetHeight(h - 1)
	out := []string{e.Theme.Heading(cols, widths, w)}
	for i, ev := range d.Events.Visible() {
		out = append(out, e.Theme.Row(logCells(e, ev), cols, widths, w, d.Events.Top()+i == d.Events.Cursor(), false))
	}
	return out
}

// Copies of a detail view are of its record.
func (d *Detail) Copies(e pane.Context) pane.ClipboardForms {
	c := pane.ClipboardForms{N: 1, Ids: []string{strconv.FormatInt(d.Subject().Id, 10)}}
	body := string(d.Facts.Body)
	c.Json = func() (string, error) { return body, nil }
	switch f := d.Facts; {
	case f.Alert != nil:
		c.Lines = []string{pane.LineOf(alertCells(e, *f.Alert))}
	case f.Event != nil:
		c.Lines = []string{pane.LineOf(logCells(e, *f.Event))}
	case f.delivery != nil:
		c.Lines = []string{pane.LineOf(deliveryCells(e, *f.delivery))}
		row := *f.delivery
		c.Json = func() (string, error) {
			text, err := export.Object(&row)
			return string(text), err
		}
	case f.Device != nil:
		c.Lines, c.Ids = []string{pane.LineOf(deviceCells(e, withAlerts([]event.Device{*f.Device}, f.alerts)[0]))}, []string{f.Device.MAC.String()}
	case f.Client != nil:
		c.Lines, c.Ids = []string{pane.LineOf(liveCells(e, *f.Client))}, []string{f.Client.MAC.String()}
	default:
		c.N = 0
	}
	return c
}

func (d *Detail) drawJSON(e pane.Context, w, h int) []string {
	var out []string
	if d.Facts.bodyNote != "" {
		out = append(out, " "+e.Theme.On(draw.Dim, e.Theme.Fit(d.Facts.bodyNote, w-1, false)))
		h--
	}
	d.Json.SetStyles(e.Theme.JsonStyles())
	d.Json.SetSize(w, h)
	return append(out, strings.Split(d.Json.View(), "\n")...)
}

// jsonTitle tells where in the document the cursor is, and of the search.
func (d *Detail) jsonTitle() string {
	text := d.Json.Mode().String() + " " + d.Json.Position()
	if d.Search != "" {
		at, of := d.Json.Hits()
		text = fmt.Sprintf("/%s %d of %d  ", d.Search, at, of) + text
	}
	return text
}
