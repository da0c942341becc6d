package draw

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"foghorn/internal/columns"
)

// Cell is one piece of a row: text that is safe to draw already, and what it means.
type Cell struct {
	Text string
	Role Role
}

// Column says how wide a cell may be. A column with grow shares what is left
// over; columns with a higher drop leave first when the window is too narrow.
type Column struct {
	Title string
	Width int // cells, least width when grow is set
	Grow  int
	Max   int // with grow: never wider; 0 is no limit
	Drop  int // 0 never leaves
	Right bool
}

// gutter is the pointer and the mark in front of every row.
const gutter = 2

// Layout shares width among the columns; 0 means the column is left out.
func Layout(cols []Column, width int) []int {
	out := make([]columns.Column, len(cols))
	for i, c := range cols {
		out[i] = columns.Column{Width: c.Width, Least: c.Width, Grow: c.Grow, Max: c.Max, Drop: c.Drop}
	}
	widths := columns.Layout(out, width-gutter, 1)
	columns.Shrink(widths, width-gutter, 1)
	return widths
}

// Row draws one row: pointer, mark, cells, exactly width cells in all.
func (t *Theme) Row(cells []Cell, cols []Column, widths []int, width int, selected, marked bool) string {
	paints := &t.normal
	pointer, mark := " ", " "
	if selected {
		paints, pointer = &t.selected, t.Glyph.Pointer
	}
	if marked {
		mark = t.Glyph.Mark
	}
	var b strings.Builder
	b.WriteString(paints[Strong].on(pointer + mark))
	used := gutter
	for i, c := range cells {
		if i >= len(widths) || widths[i] == 0 {
			continue
		}
		if used > gutter {
			b.WriteString(paints[Plain].on(" "))
			used++
		}
		b.WriteString(paints[c.Role].on(t.Fit(c.Text, widths[i], cols[i].Right)))
		used += widths[i]
	}
	if used < width {
		b.WriteString(paints[Plain].on(strings.Repeat(" ", width-used)))
	}
	return b.String()
}

// Heading draws the titles of the columns.
func (t *Theme) Heading(cols []Column, widths []int, width int) string {
	cells := make([]Cell, len(cols))
	for i, c := range cols {
		cells[i] = Cell{c.Title, Dim}
	}
	return t.Row(cells, cols, widths, width, false, false)
}

// Fit makes s exactly w cells wide: cut with an ellipsis, or padded.
func (t *Theme) Fit(s string, w int, right bool) string {
	n := TextWidth(s)
	if n > w {
		s = ansi.Truncate(s, w, t.Glyph.More)
		n = TextWidth(s)
	}
	if n == w {
		return s
	}
	pad := strings.Repeat(" ", w-n)
	if right {
		return pad + s
	}
	return s + pad
}

// TextWidth is the number of terminal cells of s, quick for plain ASCII.
func TextWidth(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return ansi.StringWidth(s)
		}
	}
	return len(s)
}
