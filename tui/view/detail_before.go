package view

import (
	"fmt"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// maxChangeLines bounds the changes on the page of an alert; the tab has them all.
const maxChangeLines = 6

// changesFor is how long the changes before an alert are taken for known: they are
// about the past, and only a late report adds to them.
const changesFor = 10 * time.Second

// beforeLines are what was changed in the hour before an alert began.
func beforeLines(e pane.Context, f *DetailData, w int) []string {
	c := f.changes
	out := []string{"", e.Theme.On(draw.Title, "Changed here in the hour before it began")}
	if c == nil {
		return append(out, e.Theme.On(draw.Dim, "reading the journal"))
	}
	switch {
	case len(c.Rows) == 0 && len(c.Unknown) == 0:
		return append(out, e.Theme.On(draw.Plain, "nothing changed here in the hour before"))
	case len(c.Rows) == 0:
		out = append(out, e.Theme.On(draw.Plain, "no change is known, but some may be missing:"))
	}
	for _, r := range c.Rows[:min(len(c.Rows), maxChangeLines)] {
		head, role := e.Theme.Fit(beforeText(c.To.Sub(r.Time)), 5, true)+" before  ", draw.Plain
		if r.Nearest {
			head, role = e.Theme.Glyph.Mark+head[1:], draw.Strong
		}
		for _, l := range wrapped(e, changeText(e, r), w-draw.TextWidth(head), maxLinesOfChange) {
			out = append(out, e.Theme.On(draw.Dim, head)+e.Theme.On(role, l))
			head = strings.Repeat(" ", draw.TextWidth(head))
		}
	}
	if more := len(c.Rows) - maxChangeLines; more > 0 || c.More {
		text := "more in the tab Changes: ]"
		if more > 0 {
			text = fmt.Sprintf("and %d %s", more, text)
		}
		out = append(out, e.Theme.On(draw.Dim, text))
	}
	return append(out, gapLines(e, c, w)...)
}

// maxLinesOfChange bounds the lines of one change: the value that it set stands at
// the end of its text.
const maxLinesOfChange = 3

// wrapped breaks a text into at most n lines.
func wrapped(e pane.Context, text string, w, n int) []string {
	w = max(10, w)
	lines := draw.Wrap(text, w)
	if len(lines) > n {
		lines = append(lines[:n-1], e.Theme.Fit(strings.Join(lines[n-1:], " "), w, false))
	}
	return lines
}

// gapLines say why there may have been more changes than are listed.
func gapLines(e pane.Context, c *journal.Changes, w int) []string {
	var out []string
	for _, g := range c.Unknown {
		for i, l := range draw.Wrap(gapText(e, g), max(10, w-2)) {
			head := "  "
			if i == 0 {
				head = "? "
			}
			out = append(out, e.Theme.On(draw.Warn, head)+e.Theme.On(draw.Dim, l))
		}
	}
	return out
}

// gapText says when changes may be missing, and why.
func gapText(e pane.Context, g journal.Gap) string {
	why := e.Text(g.Why)
	switch {
	case g.From.IsZero() && g.To.IsZero():
		return why
	case g.From.IsZero():
		return "before " + e.Hour(g.To) + ": " + why
	case g.To.IsZero():
		return "since " + e.Hour(g.From) + ": " + why
	}
	return e.Hour(g.From) + " to " + e.Hour(g.To) + ": " + why
}

// beforeText is how long before something a change was.
func beforeText(d time.Duration) string {
	if d < draw.AgeStep {
		return "just"
	}
	return human.Age(d)
}

// changeText is a change in a line.
func changeText(e pane.Context, c journal.Change) string {
	text := e.Cell(c.Text)
	if c.Others > 0 {
		text += fmt.Sprintf(", and %d more of these", c.Others)
	}
	switch c.Scope {
	case journal.SameDevice:
		return "this device: " + text
	case journal.SameOrg:
		if c.Kind == event.ChangeAudit { // a device without a site names itself
			return "whole organization: " + text
		}
	case journal.SameSite:
	}
	return text
}

func (d *Detail) changeColumns(e pane.Context, _ int) []draw.Column {
	return []draw.Column{
		{Width: 1},
		{Title: "BEFORE", Width: 6, Right: true},
		{Title: e.TimeColumn().Title, Width: e.TimeColumn().Width, Right: true, Drop: 2},
		{Title: "WHAT", Width: 10, Drop: 1},
		{Title: "WHERE", Width: 12, Drop: 3},
		{Title: "CHANGE", Width: 24, Grow: 1},
	}
}

// scopeNames word how near a change was.
var scopeNames = map[journal.ChangeScope]string{journal.SameDevice: "this device", journal.SameSite: "this site", journal.SameOrg: "organization"}

func (d *Detail) changeCells(e pane.Context, c journal.Change) []draw.Cell {
	mark, role := "", draw.Plain
	if c.Nearest {
		mark, role = e.Theme.Glyph.Mark, draw.Strong
	}
	before := ""
	if d.Data.changes != nil {
		before = beforeText(d.Data.changes.To.Sub(c.Time))
	}
	text := e.Cell(c.Text)
	if c.Others > 0 {
		text += fmt.Sprintf(", and %d more of these", c.Others)
	}
	return []draw.Cell{
		{Text: mark, Role: draw.Accent},
		{Text: before, Role: role},
		{Text: e.When(c.Time), Role: draw.Dim},
		{Text: e.Cell(string(c.Kind)), Role: draw.Dim},
		{Text: scopeNames[c.Scope], Role: draw.Dim},
		{Text: text, Role: role},
	}
}
