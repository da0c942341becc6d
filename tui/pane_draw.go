package tui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/journal/event"
	"foghorn/tui/draw"
)

// Draw returns exactly height lines of width cells: title, column heads, rows.
func (p *listPane[T]) Draw(e env, width, height int, focused bool) []string {
	out := make([]string, 0, height)
	if height <= 0 {
		return out
	}
	e.Width = width
	out = append(out, p.title(e, width, focused))
	body := height - 1
	head := body >= 6
	cols := p.spec.columns(e, width)
	widths := draw.Layout(cols, width)
	rows := body
	if head {
		rows--
	}
	p.list.SetHeight(rows)
	if p.list.Len() == 0 {
		return draw.Pad(append(out, p.emptyLines(e, width, body)...), width, height)
	}
	if head {
		out = append(out, e.Theme.Heading(cols, widths, width))
	}
	for i, row := range p.list.Visible() {
		at := p.list.Top() + i
		out = append(out, e.Theme.Row(p.spec.cells(e, row), cols, widths, width,
			focused && at == p.list.Cursor(), p.list.Marked(p.spec.rowID(row))))
	}
	return draw.Pad(out, width, height)
}

// title is the pane's name, and at the right what holds for its rows.
func (p *listPane[T]) title(e env, width int, focused bool) string {
	name := p.spec.about.Digit + " " + p.spec.about.Name
	if p.spec.tabs != nil && width >= leastWidth {
		name += "  " + p.spec.tabs(e)
	}
	right := p.status(e)
	room := width - draw.TextWidth(name) - 6
	if draw.TextWidth(right) > room {
		right = e.Theme.Fit(right, max(0, room), false)
	}
	fill := max(0, width-draw.TextWidth(name)-draw.TextWidth(right)-6)
	r := draw.Dim
	if focused {
		r = draw.Title
	}
	rule := e.Theme.Glyph.Rule
	line := e.Theme.On(r, rule+" "+name+" ") + e.Theme.On(draw.Dim, strings.Repeat(rule, fill))
	if right == "" {
		return line + e.Theme.On(draw.Dim, strings.Repeat(rule, max(0, width-draw.TextWidth(name)-3-fill)))
	}
	return line + e.Theme.On(draw.Dim, " ") + e.Theme.On(draw.Accent, right) + e.Theme.On(draw.Dim, " "+rule)
}

// status says what of the rows is shown: marks, filter, what is below.
func (p *listPane[T]) status(e env) string {
	var parts []string
	if p.spec.note != nil {
		if note := p.spec.note(e, p.list.Rows()); note != "" {
			parts = append(parts, note)
		}
	}
	if n := p.list.Marks(); n > 0 {
		parts = append(parts, strconv.Itoa(n)+" marked")
	}
	if p.filter != "" {
		parts = append(parts, "/"+e.Text(p.filter))
	}
	if p.floor > 0 && p.hasSeverity() {
		parts = append(parts, p.floor.String()+"+")
	}
	if p.show.order != "" {
		by := "by " + p.show.order
		if p.more {
			by += ", of the first " + strconv.Itoa(maxSorted)
		}
		parts = append(parts, by)
	}
	if p.show.resolved {
		parts = append(parts, "with resolved")
	}
	if p.spec.tail && !p.list.Following() && p.list.Len() > 0 {
		parts = append(parts, p.below(e))
	}
	if !p.spec.tail && p.list.Len() > p.list.Height() && p.list.Height() > 0 {
		more := ""
		if p.more {
			more = "+"
		}
		parts = append(parts, strconv.Itoa(p.list.Cursor()+1)+"/"+strconv.Itoa(p.list.Len())+more)
	}
	return strings.Join(parts, " "+e.Theme.Glyph.Dot+" ")
}

// below tells somebody who reads further up what came in meanwhile.
func (p *listPane[T]) below(e env) string {
	n := p.unseen()
	switch {
	case !p.list.Attached():
		return strconv.Itoa(max(n, pinnedBatch)) + "+ new " + e.Theme.Glyph.Later
	case n > 0:
		return strconv.Itoa(n) + " new " + e.Theme.Glyph.Later
	default:
		return "not following"
	}
}

// emptyLines says why there is nothing to see, and what to do about it.
func (p *listPane[T]) emptyLines(e env, width, height int) []string {
	var lines []string
	switch {
	case !p.read1:
		lines = []string{"Reading the journal."}
	case p.filter != "":
		lines = []string{"Nothing matches /" + e.Text(p.filter), "esc clears the filter"}
	case p.floor > 0 && p.hasSeverity():
		lines = []string{"Nothing at " + p.floor.String() + " or above.", "S changes the severity floor"}
	default:
		lines = p.spec.empty(e)
	}
	out := []string{""}
	if height < 4 {
		out = nil
	}
	for i, l := range lines {
		r := draw.Dim
		if i == 0 {
			r = draw.Plain
		}
		out = append(out, "  "+e.Theme.On(r, e.Theme.Fit(l, max(1, width-2), false)))
	}
	return out[:min(len(out), height)]
}

// listening says where events would come from and when the last one did; as
// long as nothing ever came, how to point a webhook here.
func listening(e env) []string {
	var out []string
	for _, t := range e.trouble {
		out = append(out, draw.Wrap(t, max(10, e.Width-3))...)
	}
	if e.Width < leastWidth {
		return append(out, draw.Capital(e.lastEvent())+".")
	}
	if e.address != "" {
		out = append(out, "Listener on "+e.Text(e.address)+", "+e.lastEvent()+".")
	}
	if e.status != nil && e.status.Counts.Deliveries == 0 && e.status.Counts.Events == 0 {
		out = append(out, "")
		for _, h := range e.hints {
			out = append(out, draw.Wrap(e.Text(h), max(10, e.Width-3))...)
		}
	}
	return out
}

func (e env) lastEvent() string {
	if e.status == nil {
		return "reading the journal"
	}
	if !e.heard() {
		return e.silence()
	}
	var newest time.Time
	for _, f := range e.status.Feeds {
		if f.Last.After(newest) {
			newest = f.Last
		}
	}
	return "last event " + e.Ago(newest)
}

// silence says what came while nothing was heard.
func (e env) silence() string {
	if e.status.Counts.Refused > 0 || slices.ContainsFunc(e.status.Feeds, func(f event.Feed) bool { return f.State == event.FeedRefused }) {
		return "nothing was accepted yet"
	}
	return "nothing came in yet"
}

// heard reports whether anything of the network was ever told. Before that no
// alert means nothing.
func (e env) heard() bool {
	return e.status != nil && slices.ContainsFunc(e.status.Feeds, func(f event.Feed) bool { return !f.Last.IsZero() })
}
