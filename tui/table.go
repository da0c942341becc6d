package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// cell is one piece of a row: text that is safe to draw already, and what it means.
type cell struct {
	text string
	role role
}

// column says how wide a cell may be. A column with grow shares what is left
// over; columns with a higher drop leave first when the window is too narrow.
type column struct {
	title string
	width int // cells, least width when grow is set
	grow  int
	max   int // with grow: never wider; 0 is no limit
	drop  int // 0 never leaves
	right bool
}

// gutter is the pointer and the mark in front of every row.
const gutter = 2

// layout shares width among the columns; 0 means the column is left out.
func layout(cols []column, width int) []int {
	out := make([]int, len(cols))
	for i, c := range cols {
		out[i] = max(1, c.width)
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

func dropOne(cols []column, out []int) bool {
	worst := -1
	for i, c := range cols {
		if out[i] > 0 && c.drop > 0 && (worst < 0 || c.drop > cols[worst].drop) {
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
func share(cols []column, out []int, rest int) int {
	weight := 0
	for i, c := range cols {
		if growable(c, out[i]) {
			weight += c.grow
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
		part := min(max(1, rest*c.grow/weight), rest-given)
		if c.max > 0 {
			part = min(part, c.max-out[i])
		}
		out[i] += part
		given += part
	}
	return given
}

func growable(c column, w int) bool {
	return w > 0 && c.grow > 0 && (c.max == 0 || w < c.max)
}

// shrinkLast takes what is still too much from the widest column.
func shrinkLast(_ []column, out []int, free int) {
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

// row draws one row: pointer, mark, cells, exactly width cells in all.
func (t *theme) row(cells []cell, cols []column, widths []int, width int, selected, marked bool) string {
	paints := &t.normal
	pointer, mark := " ", " "
	if selected {
		paints, pointer = &t.selected, t.glyph.pointer
	}
	if marked {
		mark = t.glyph.mark
	}
	var b strings.Builder
	b.WriteString(paints[roleStrong].on(pointer + mark))
	used := gutter
	for i, c := range cells {
		if i >= len(widths) || widths[i] == 0 {
			continue
		}
		if used > gutter {
			b.WriteString(paints[rolePlain].on(" "))
			used++
		}
		b.WriteString(paints[c.role].on(t.fit(c.text, widths[i], cols[i].right)))
		used += widths[i]
	}
	if used < width {
		b.WriteString(paints[rolePlain].on(strings.Repeat(" ", width-used)))
	}
	return b.String()
}

// heading draws the titles of the columns.
func (t *theme) heading(cols []column, widths []int, width int) string {
	cells := make([]cell, len(cols))
	for i, c := range cols {
		cells[i] = cell{c.title, roleDim}
	}
	return t.row(cells, cols, widths, width, false, false)
}

// fit makes s exactly w cells wide: cut with an ellipsis, or padded.
func (t *theme) fit(s string, w int, right bool) string {
	n := textWidth(s)
	if n > w {
		s = ansi.Truncate(s, w, t.glyph.more)
		n = textWidth(s)
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

// textWidth is the number of terminal cells of s, quick for plain ASCII.
func textWidth(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return ansi.StringWidth(s)
		}
	}
	return len(s)
}
