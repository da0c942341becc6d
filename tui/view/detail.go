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
	"foghorn/tui/pane"
)

// Detail is the full-screen view of one record. What it leads to (an alert's
// event, that event's delivery) is stacked on top of it.
type Detail struct {
	Refs    []pane.RecordRef
	Tab     int
	Data    DetailData
	loaded  bool
	text    draw.TextWindow // of the fields
	related relatedLists
	JSON    *jsonview.Model
	Search  string // in json
}

func NewDetail(s pane.RecordRef) *Detail {
	return &Detail{Refs: []pane.RecordRef{s}, related: newRelatedLists(), JSON: jsonview.New(jsonview.Styles{})}
}

func (d *Detail) Ref() pane.RecordRef { return d.Refs[len(d.Refs)-1] }

// Reset shows another record in the same view.
func (d *Detail) Reset() {
	*d = Detail{Refs: d.Refs, Tab: d.Tab, related: newRelatedLists(), JSON: d.JSON}
}

// SetData puts in what was read; the JSON is only set when it changed, so that
// folds and search stay.
func (d *Detail) SetData(f DetailData) {
	changed := !d.loaded || string(d.Data.Body) != string(f.Body)
	d.Data, d.loaded = f, true
	d.related.set(&f)
	if changed {
		d.JSON.SetJSON(f.Body)
		d.Search = ""
	}
}

// AlertID is the alert this is, or the alert of the event this is.
func (d *Detail) AlertID() int64 {
	if d.Tab == tabEvents {
		if ev, ok := d.related.events.Selected(); ok && d.Ref().Kind == pane.DeliveryRecord {
			return ev.AlertID
		}
	}
	if a, ok := d.related.alerts.Selected(); ok && d.Tab == tabAlerts {
		return a.ID
	}
	switch {
	case d.Ref().Kind == pane.AlertRecord:
		return d.Ref().ID
	case d.Data.Event != nil:
		return d.Data.Event.AlertID
	case len(d.Data.alerts) > 0:
		return worstAlert(d.Data.alerts).ID
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
	case d.Data.missing:
		return draw.Pad(append(out, "", "  This record is no longer in the journal.", "  esc goes back"), w, h)
	case d.Tab == tabJSON:
		return draw.Pad(append(out, d.drawJSON(e, w, body)...), w, h)
	}
	if t, ok := d.rows(); ok {
		return draw.Pad(append(out, t.draw(e, w, body)...), w, h)
	}
	return d.text.Draw(out[0], draw.Indent(DetailLines(e, &d.Data, w-2)), w, h)
}

// head is the line with the record's name and the tabs.
func (d *Detail) head(e pane.Context, w int) string {
	names, at := d.tabNames()
	lead := ""
	if d.Tab == tabJSON && d.loaded && !d.Data.missing {
		lead = " " + e.Theme.On(draw.Accent, e.Text(d.jsonTitle())) + " "
	}
	right := lead
	for i, n := range names {
		if i == at {
			right += " " + e.Theme.On(draw.Title, "["+n+"]")
		} else {
			right += " " + e.Theme.On(draw.Dim, " "+n+" ")
		}
	}
	name := e.Theme.Glyph.Rule + " " + d.name(e)
	if draw.TextWidth(name)+draw.TextWidth(right)+3 > w { // the name is needed more than the other tabs
		right = lead + " " + e.Theme.On(draw.Title, "["+names[at]+"]") + e.Theme.On(draw.Dim, fmt.Sprintf(" %d/%d", at+1, len(names)))
	}
	name = e.Theme.Fit(name, max(0, min(draw.TextWidth(name), w-draw.TextWidth(right)-3)), false)
	left := e.Theme.On(draw.Title, name) + " "
	fill := max(0, w-draw.TextWidth(left)-draw.TextWidth(right)-2)
	return left + e.Theme.On(draw.Dim, strings.Repeat(e.Theme.Glyph.Rule, fill)) + right + " " + e.Theme.On(draw.Dim, e.Theme.Glyph.Rule)
}

// name is what the record is called, at the top of its view.
func (d *Detail) name(e pane.Context) string {
	s := d.Ref()
	name := [...]string{pane.AlertRecord: "Alert", pane.EventRecord: "Event", pane.DeliveryRecord: "Delivery", pane.DeviceRecord: "Device", pane.ClientRecord: "Client"}[s.Kind]
	switch f := d.Data; {
	case f.Device != nil:
		return draw.Capital(e.Cell(cmp.Or(deviceKinds[f.Device.Type], name))) + " " + e.Device(f.Device.Name, f.Device.MAC)
	case f.Client != nil:
		return name + " " + e.Device(ClientName(*f.Client), f.Client.MAC)
	case s.Kind == pane.DeviceRecord, s.Kind == pane.ClientRecord:
		return name + " " + pane.MACOf(s.ID).String()
	}
	if s.Kind == pane.DeliveryRecord {
		return name + " " + idText(s.ID)
	}
	return name + " " + shortID(s.ID)
}

// Clipboard of a detail view are of its record.
func (d *Detail) Clipboard(e pane.Context) pane.ClipboardForms {
	c := pane.ClipboardForms{N: 1, IDs: []string{strconv.FormatInt(d.Ref().ID, 10)}}
	body := string(d.Data.Body)
	c.JSON = func() (string, error) { return body, nil }
	switch f := d.Data; {
	case f.Alert != nil:
		c.Lines = []string{pane.LineOf(alertCells(e, *f.Alert))}
	case f.Event != nil:
		c.Lines = []string{pane.LineOf(logCells(e, *f.Event))}
	case f.delivery != nil:
		c.Lines = []string{pane.LineOf(deliveryCells(e, *f.delivery))}
		row := *f.delivery
		c.JSON = func() (string, error) {
			text, err := export.Object(&row)
			return string(text), err
		}
	case f.Device != nil:
		c.Lines, c.IDs = []string{pane.LineOf(deviceCells(e, withAlerts([]event.Device{*f.Device}, f.alerts)[0]))}, []string{f.Device.MAC.String()}
	case f.Client != nil:
		c.Lines, c.IDs = []string{pane.LineOf(liveCells(e, *f.Client))}, []string{f.Client.MAC.String()}
	default:
		c.N = 0
	}
	return c
}

func (d *Detail) drawJSON(e pane.Context, w, h int) []string {
	var out []string
	if d.Data.bodyNote != "" {
		out = append(out, " "+e.Theme.On(draw.Dim, e.Theme.Fit(d.Data.bodyNote, w-1, false)))
		h--
	}
	d.JSON.SetStyles(e.JSONStyles())
	d.JSON.SetSize(w, h)
	return append(out, strings.Split(d.JSON.View(), "\n")...)
}

// jsonTitle shows where in the document the cursor is, and the search.
func (d *Detail) jsonTitle() string {
	text := d.JSON.Mode().String() + " " + d.JSON.Position()
	if d.Search != "" {
		at, of := d.JSON.Hits()
		text = fmt.Sprintf("/%s %d of %d  ", d.Search, at, of) + text
	}
	return text
}
