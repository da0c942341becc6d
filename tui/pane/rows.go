package pane

import (
	"slices"
	"strings"

	"foghorn/tui/draw"
	"foghorn/tui/list"
)

// Rows are the rows of a list within a page or a sheet.
type Rows[T any] struct {
	List    *list.Model[T]
	Columns []draw.Column
	Cells   func(e Context, row T) []draw.Cell
	Without []string // columns that would repeat what the page says already
	Focused bool
}

// Draw returns at most h lines of w cells: the heads of the columns where they are
// wanted, and the rows of the window.
func (r Rows[T]) Draw(e Context, w, h int, heads bool) []string {
	e.Width = w
	table := draw.NewTable(r.Columns)
	table.Without(r.Without...)
	for _, row := range r.List.Rows() {
		table.Add(r.Cells(e, row))
	}
	widths := table.Widths(w)
	var out []string
	if heads {
		out = append(out, e.Theme.Heading(r.Columns, widths, w))
	}
	r.List.SetHeight(h - len(out))
	for i, row := range r.List.Visible() {
		at := r.List.Top() + i
		out = append(out, e.Theme.Row(r.Cells(e, row), r.Columns, widths, w, r.Focused && at == r.List.Cursor(), false))
	}
	return out
}

// DrawTitled draws rows under a title, or none where there are no rows, in h lines.
func (r Rows[T]) DrawTitled(e Context, title, none string, w, h int) []string {
	role := draw.Dim
	if r.Focused {
		role = draw.Title
	}
	rule := e.Theme.Glyph.Rule
	title = rule + " " + title + " "
	out := []string{e.Theme.On(role, e.Theme.Fit(title+strings.Repeat(rule, max(0, w-draw.TextWidth(title))), w, false))}
	if r.List.Len() == 0 {
		return draw.Pad(append(out, e.Theme.On(draw.Dim, none)), w, h)
	}
	return draw.Pad(slices.Concat(out, r.Draw(e, w, h-1, h >= 5)), w, h)
}
