package pane

import (
	"strings"

	"foghorn/tui/draw"
	"foghorn/tui/list"
)

// DrawRows draws a list within a sheet: its title, the heads of the columns
// where there is room, and its rows; none is shown when there are no rows.
func DrawRows[T any](e Context, title, none string, l *list.Model[T], cols []draw.Column, cells func(e Context, row T) []draw.Cell,
	focused bool, w, h int,
) []string {
	r := draw.Dim
	if focused {
		r = draw.Title
	}
	rule := e.Theme.Glyph.Rule
	title = rule + " " + title + " "
	out := []string{e.Theme.On(r, e.Theme.Fit(title+strings.Repeat(rule, max(0, w-draw.TextWidth(title))), w, false))}
	widths := draw.Layout(cols, w)
	heads := h >= 5 && l.Len() > 0
	if heads {
		out = append(out, e.Theme.Heading(cols, widths, w))
	}
	l.SetHeight(h - len(out))
	if l.Len() == 0 {
		out = append(out, e.Theme.On(draw.Dim, none))
	}
	for i, row := range l.Visible() {
		at := l.Top() + i
		out = append(out, e.Theme.Row(cells(e, row), cols, widths, w, focused && at == l.Cursor(), false))
	}
	return draw.Pad(out, w, h)
}
