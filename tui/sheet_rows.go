package tui

import (
	"strings"

	"foghorn/tui/list"
)

// drawRows draws a list within a sheet: its title, the heads of the columns
// where there is room, and its rows; none is what stands there without any.
func drawRows[T any](e env, title, none string, l *list.Model[T], cols []column, cells func(e env, row T) []cell,
	focused bool, w, h int,
) []string {
	r := roleDim
	if focused {
		r = roleTitle
	}
	rule := e.th.glyph.rule
	title = rule + " " + title + " "
	out := []string{e.th.on(r, e.th.fit(title+strings.Repeat(rule, max(0, w-textWidth(title))), w, false))}
	widths := layout(cols, w)
	heads := h >= 5 && l.Len() > 0
	if heads {
		out = append(out, e.th.heading(cols, widths, w))
	}
	l.SetHeight(h - len(out))
	if l.Len() == 0 {
		out = append(out, e.th.on(roleDim, none))
	}
	for i, row := range l.Visible() {
		at := l.Top() + i
		out = append(out, e.th.row(cells(e, row), cols, widths, w, focused && at == l.Cursor(), false))
	}
	return padLines(out, w, h)
}
