package tui

import (
	"cmp"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/tui/draw"
	"foghorn/tui/jsonview"
	"foghorn/tui/list"
)

// The tabs of a detail view.
const (
	tabFields = iota
	tabEvents
	tabJSON
	tabs
)

// detail is the full-screen view of one record. What it leads to (an alert's
// event, that event's delivery) is stacked on top of it.
type detail struct {
	stack  []subject
	tab    int
	facts  facts
	loaded bool
	scroll int
	height int // of the fields' window at the last draw
	length int // of the fields at the last draw
	events list.Model[event.Event]
	json   *jsonview.Model
	search string // in json
}

func newDetail(s subject) *detail {
	return &detail{stack: []subject{s}, events: list.New(eventID, false), json: jsonview.New(jsonview.Styles{})}
}

func (d *detail) subject() subject { return d.stack[len(d.stack)-1] }

func (d *detail) nav() navigator { return &d.events }

// turn shows another record in the same view.
func (d *detail) turn() {
	*d = detail{stack: d.stack, tab: d.tab, events: list.New(eventID, false), json: d.json}
}

// take puts in what was read; the JSON is only set when it changed, so that
// folds and search stay.
func (d *detail) take(f facts) {
	changed := !d.loaded || string(d.facts.body) != string(f.body)
	d.facts, d.loaded = f, true
	d.events.Set(f.events)
	if changed {
		d.json.SetJSON(f.body)
		d.search = ""
	}
}

// alertID is the alert this is, or the alert of the event this is.
func (d *detail) alertID() int64 {
	if d.tab == tabEvents {
		if ev, ok := d.events.Selected(); ok && d.subject().kind == subjectDelivery {
			return ev.AlertID
		}
	}
	switch {
	case d.subject().kind == subjectAlert:
		return d.subject().id
	case d.facts.event != nil:
		return d.facts.event.AlertID
	case len(d.facts.alerts) > 0:
		return worstOf(d.facts.alerts).ID
	default:
		return 0
	}
}

// open shows the selected row in full.
func (m *Model) open(string) tea.Cmd {
	if m.detail != nil {
		ev, ok := m.detail.events.Selected()
		if !ok {
			return nil
		}
		return m.push(subject{subjectEvent, ev.ID})
	}
	if o, ok := m.current().(Opener); ok {
		if r, own := o.open(m.screen()); own {
			return m.serve(r)
		}
	}
	s, ok := m.recordAtHand()
	if !ok {
		if m.current().nav().Len() > 0 {
			return m.show(m.current().About().ID)
		}
		return nil
	}
	m.detail = newDetail(s)
	if m.facts.subject == s {
		m.detail.take(m.facts)
	}
	return m.pullNow()
}

// push stacks a record on the one shown.
func (m *Model) push(s subject) tea.Cmd {
	if s == m.detail.subject() {
		return nil
	}
	m.detail.stack = append(m.detail.stack, s)
	m.detail.turn()
	m.detail.tab = tabFields
	return m.pullNow()
}

// closeDetail goes back one record, or to the list.
func (m *Model) closeDetail() tea.Cmd {
	if d := m.detail; len(d.stack) > 1 {
		d.stack = d.stack[:len(d.stack)-1]
		d.turn()
		return m.pullNow()
	}
	m.detail = nil
	m.Draw()
	return m.pullNow()
}

func (m *Model) tabNext(string) tea.Cmd     { return m.turnTab(1) }
func (m *Model) tabPrevious(string) tea.Cmd { return m.turnTab(tabs - 1) }

func (m *Model) turnTab(by int) tea.Cmd {
	m.detail.tab = (m.detail.tab + by) % tabs
	return nil
}

func (m *Model) rowNext(string) tea.Cmd     { return m.turnRow(1) }
func (m *Model) rowPrevious(string) tea.Cmd { return m.turnRow(-1) }

// turnRow shows the next record of the list behind the detail.
func (m *Model) turnRow(dir int) tea.Cmd {
	if m.sheet() != nil {
		m.say(draw.Dim, "No list stands behind this record.")
		return nil
	}
	m.current().nav().Move(dir)
	s, ok := m.recordAtHand()
	if !ok || s == m.detail.stack[0] {
		m.say(draw.Dim, "No more rows in this direction.")
		return nil
	}
	m.detail.stack = []subject{s}
	m.detail.turn()
	return m.pullNow()
}

func (m *Model) openAlert(string) tea.Cmd {
	return m.push(subject{subjectAlert, m.detail.alertID()})
}

func (m *Model) noDelivery() string {
	if d := m.detail; d == nil || d.facts.event == nil || d.facts.event.DeliveryID == 0 {
		return "No delivery stands behind this."
	}
	return ""
}

func (m *Model) openDelivery(string) tea.Cmd {
	return m.push(subject{subjectDelivery, m.detail.facts.event.DeliveryID})
}

// scrollText moves the text at hand by lines and windows.
func (m *Model) scrollText(lines, pages int) {
	if m.help != nil {
		m.help.scroll += lines + pages*max(1, m.help.height-1)
		m.help.scroll = max(0, min(m.help.scroll, m.help.length-m.help.height))
		return
	}
	if d := m.detail; d != nil {
		d.scroll += lines + pages*max(1, d.height-1)
		d.scroll = max(0, min(d.scroll, d.length-d.height))
		return
	}
	if s, ok := m.sheet().(Scroller); ok {
		s.Scroll(lines, pages)
	}
}

// Draw shows a title, the tabs and the one that is chosen.
func (d *detail) Draw(e env, w, h int) []string {
	out := []string{d.head(e, w)}
	body := h - 1
	switch {
	case !d.loaded:
		return draw.Pad(append(out, "", "  Reading the journal."), w, h)
	case d.facts.missing:
		return draw.Pad(append(out, "", "  This record is no longer in the journal.", "  esc goes back"), w, h)
	case d.tab == tabEvents:
		return draw.Pad(append(out, d.drawEvents(e, w, body)...), w, h)
	case d.tab == tabJSON:
		return draw.Pad(append(out, d.drawJSON(e, w, body)...), w, h)
	}
	lines := factLines(e, &d.facts, w-2)
	d.height, d.length = body, len(lines)
	d.scroll = max(0, min(d.scroll, d.length-d.height))
	for _, l := range lines[d.scroll:min(len(lines), d.scroll+body)] {
		out = append(out, " "+l)
	}
	return draw.Pad(out, w, h)
}

// head is the line with the record's name and the tabs.
func (d *detail) head(e env, w int) string {
	s := d.subject()
	names := [tabs]string{"Fields", "Events " + strconv.Itoa(d.events.Len()), "JSON"}
	if s.kind == subjectDelivery {
		names[tabJSON] = "Body"
	}
	right := ""
	if d.tab == tabJSON && d.loaded && !d.facts.missing {
		right = " " + e.Theme.On(draw.Accent, e.Text(d.jsonTitle())) + " "
	}
	for i, n := range names {
		if i == d.tab {
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
func (d *detail) name(e env) string {
	s := d.subject()
	name := [...]string{subjectAlert: "Alert", subjectEvent: "Event", subjectDelivery: "Delivery", subjectDevice: "Device", subjectClient: "Client"}[s.kind]
	switch f := d.facts; {
	case f.device != nil:
		return draw.Capital(e.Cell(cmp.Or(deviceKinds[f.device.Type], name))) + " " + e.Device(f.device.Name, f.device.MAC)
	case f.client != nil:
		return name + " " + e.Device(clientName(*f.client), f.client.MAC)
	case s.kind == subjectDevice, s.kind == subjectClient:
		return name + " " + macOf(s.id).String()
	}
	return name + " " + strconv.FormatInt(s.id, 10)
}

func (d *detail) drawEvents(e env, w, h int) []string {
	if d.events.Len() == 0 {
		return []string{"", "  No events stand behind this."}
	}
	cols := logColumns(e, w)
	widths := draw.Layout(cols, w)
	d.events.SetHeight(h - 1)
	out := []string{e.Theme.Heading(cols, widths, w)}
	for i, ev := range d.events.Visible() {
		out = append(out, e.Theme.Row(logCells(e, ev), cols, widths, w, d.events.Top()+i == d.events.Cursor(), false))
	}
	return out
}

// Copies of a detail view are of its record.
func (d *detail) Copies(e env) copies {
	c := copies{n: 1, ids: []string{strconv.FormatInt(d.subject().id, 10)}}
	body := string(d.facts.body)
	c.json = func() (string, error) { return body, nil }
	switch f := d.facts; {
	case f.alert != nil:
		c.lines = []string{lineOf(alertCells(e, *f.alert))}
	case f.event != nil:
		c.lines = []string{lineOf(logCells(e, *f.event))}
	case f.delivery != nil:
		c.lines = []string{lineOf(deliveryCells(e, *f.delivery))}
		row := *f.delivery
		c.json = func() (string, error) {
			text, err := export.Object(&row)
			return string(text), err
		}
	case f.device != nil:
		c.lines, c.ids = []string{lineOf(deviceCells(e, withAlerts([]event.Device{*f.device}, f.alerts)[0]))}, []string{f.device.MAC.String()}
	case f.client != nil:
		c.lines, c.ids = []string{lineOf(liveCells(e, *f.client))}, []string{f.client.MAC.String()}
	default:
		c.n = 0
	}
	return c
}
