package draw

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
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
	out := make([]int, len(cols))
	for i, c := range cols {
		out[i] = max(1, c.Width)
	}
	free := width - gutter
	for need(out) > free && dropOne(cols, out) {
	}
	rest := free - need(out)
	for rest > 0 {
		given := share(cols, out, rest)
		if given == 0 {
			break
		}
		rest -= given
	}
	shrinkLast(cols, out, free)
	return out
}

// need is the width of all columns that are left and the blanks between them.
func need(widths []int) int {
	n := 0
	for _, w := range widths {
		if w > 0 {
			n += w + 1
		}
	}
	return max(0, n-1)
}

func dropOne(cols []Column, out []int) bool {
	worst := -1
	for i, c := range cols {
		if out[i] > 0 && c.Drop > 0 && (worst < 0 || c.Drop > cols[worst].Drop) {
			worst = i
		}
	}
	if worst < 0 {
		return false
	}
	out[worst] = 0
	return true
}

// share gives each growing column its part of rest and returns what was given.
func share(cols []Column, out []int, rest int) int {
	weight := 0
	for i, c := range cols {
		if growable(c, out[i]) {
			weight += c.Grow
		}
	}
	if weight == 0 {
		return 0
	}
	given := 0
	for i, c := range cols {
		if !growable(c, out[i]) {
			continue
		}
		part := min(max(1, rest*c.Grow/weight), rest-given)
		if c.Max > 0 {
			part = min(part, c.Max-out[i])
		}
		out[i] += part
		given += part
	}
	return given
}

func growable(c Column, w int) bool {
	return w > 0 && c.Grow > 0 && (c.Max == 0 || w < c.Max)
}

// shrinkLast takes what is still too much from the widest column.
func shrinkLast(_ []Column, out []int, free int) {
	for over := need(out) - free; over > 0; over = need(out) - free {
		widest := 0
		for i, w := range out {
			if w > out[widest] {
				widest = i
			}
		}
		if out[widest] <= 1 {
			return
		}
		out[widest] = max(1, out[widest]-over)
	}
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
	b.WriteString(paints[Strong].On(pointer + mark))
	used := gutter
	for i, c := range cells {
		if i >= len(widths) || widths[i] == 0 {
			continue
		}
		if used > gutter {
			b.WriteString(paints[Plain].On(" "))
			used++
		}
		b.WriteString(paints[c.Role].On(t.Fit(c.Text, widths[i], cols[i].Right)))
		used += widths[i]
	}
	if used < width {
		b.WriteString(paints[Plain].On(strings.Repeat(" ", width-used)))
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
