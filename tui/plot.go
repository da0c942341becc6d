package tui

import (
	"math"
	"strings"
)

// plot says how values over time are drawn: in braille, eight dots to a cell,
// or in ASCII, a star to a cell.
type plot struct {
	low, high float64 // the ends of the axis
	ticks     []float64
	label     func(v float64) string
	lines     []float64 // thresholds, drawn across
	role      func(v float64) role
	marks     map[int]bool // cells with a line from top to bottom
}

// axisWidth is the columns of the labels and the axis.
const axisWidth = 6

// dots is how many values a plot of this width draws side by side.
func (e drawContext) dots(width int) int {
	cells := max(1, width-axisWidth)
	if e.ascii {
		return cells
	}
	return 2 * cells
}

// grid is a canvas of cells, each with its dots and the value that colours it.
type grid struct {
	across, down int // dots in a cell
	cells        [][]dotCell
}

type dotCell struct {
	bits  uint8
	value float64
}

func newGrid(e drawContext, width, height int) *grid {
	g := &grid{across: 2, down: 4, cells: make([][]dotCell, height)}
	if e.ascii {
		g.across, g.down = 1, 1
	}
	for i := range g.cells {
		g.cells[i] = make([]dotCell, width)
	}
	return g
}

// braille is the bit of each dot of a braille cell, by row and column.
var braille = [4][2]uint8{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}

func (g *grid) set(x, y int, v float64) {
	row, col := y/g.down, x/g.across
	if row < 0 || row >= len(g.cells) || col < 0 || col >= len(g.cells[row]) {
		return
	}
	c := &g.cells[row][col]
	c.bits |= braille[y%g.down][x%g.across]
	c.value = v
}

// line draws the values, each joined to the one before it.
func (g *grid) line(values []float64, at func(v float64) int) {
	last := -1
	for x, v := range values {
		if math.IsNaN(v) {
			last = -1
			continue
		}
		y := at(v)
		from, to := y, y
		if last >= 0 && last < y {
			from = last + 1
		} else if last > y {
			to = last - 1
		}
		for i := from; i <= to; i++ {
			g.set(x, i, v)
		}
		last = y
	}
}

// draw returns height lines of width cells. There are e.dots(width) values,
// the newest last; what is not a number is not known, and left blank.
func (p plot) draw(e drawContext, values []float64, width, height int) []string {
	cells := max(1, width-axisWidth)
	height = max(1, height)
	g := newGrid(e, cells, height)
	rows := height * g.down
	at := func(v float64) int {
		part := (v - p.low) / (p.high - p.low)
		if math.IsNaN(part) { // an axis without a length
			part = 0
		}
		return int(math.Round((1 - max(0, min(1, part))) * float64(rows-1)))
	}
	g.line(values, at)
	labels, across := map[int]string{}, map[int]bool{}
	for _, v := range p.ticks {
		if row := at(v) / g.down; labels[row] == "" {
			labels[row] = p.label(v)
		}
	}
	for _, v := range p.lines {
		row := at(v) / g.down
		labels[row], across[row] = p.label(v), true
	}
	out := make([]string, height)
	for row := range out {
		axis := e.th.glyph.bar
		if labels[row] != "" {
			axis = "┤"
		}
		out[row] = e.th.on(roleDim, e.th.fit(labels[row], axisWidth-1, true)+axis) + p.row(e, g.cells[row], across[row])
	}
	return out
}

// row draws the cells of a line, those of one colour in one go.
func (p plot) row(e drawContext, cells []dotCell, across bool) string {
	var out, run strings.Builder
	last := rolePlain
	for i, c := range cells {
		text, r := " ", roleDim
		switch {
		case c.bits != 0 && e.ascii:
			text, r = "*", p.role(c.value)
		case c.bits != 0:
			text, r = string(rune(0x2800+int(c.bits))), p.role(c.value)
		case p.marks[i]:
			text = e.th.glyph.bar
		case across && i%2 == 0:
			text = "┄"
		}
		if r != last {
			out.WriteString(e.th.on(last, run.String()))
			run.Reset()
			last = r
		}
		run.WriteString(text)
	}
	out.WriteString(e.th.on(last, run.String()))
	return out.String()
}

// axis is the line below a plot with the times of its ends.
func (e drawContext) axis(left, right string, width int) string {
	cells := max(1, width-axisWidth)
	fill := max(0, cells-textWidth(left)-textWidth(right)-2)
	text := left + " " + strings.Repeat(e.th.glyph.rule, fill) + " " + right
	return e.th.on(roleDim, strings.Repeat(" ", axisWidth-1)+"└"+e.th.fit(text, cells, false))
}

// The steps of a sparkline, from nothing to full.
const (
	sparks      = "▁▂▃▄▅▆▇█"
	sparksASCII = "_.-:=+*#"
	sparkGap    = "·"
)

// sparkline draws values in width cells on a scale from low to high, the
// newest at the right. Where there are more values than cells each cell shows
// its lowest one: a dip must not vanish. Values that are not known are dots.
func (e drawContext) sparkline(values []float64, width int, low, high float64) string {
	steps := []rune(sparks)
	if e.ascii {
		steps = []rune(sparksASCII)
	}
	var b strings.Builder
	for _, v := range squeeze(values, width) {
		if math.IsNaN(v) {
			b.WriteString(sparkGap)
			continue
		}
		part := max(0, min(1, (v-low)/(high-low)))
		b.WriteRune(steps[int(math.Round(part*float64(len(steps)-1)))])
	}
	return b.String()
}

// squeeze makes at most n values of many: the lowest of each group.
func squeeze(values []float64, n int) []float64 {
	if n < 1 {
		return nil
	}
	if len(values) <= n {
		return values
	}
	out := make([]float64, n)
	for i := range out {
		from, to := i*len(values)/n, (i+1)*len(values)/n
		least := math.NaN()
		for _, v := range values[from:to] {
			if math.IsNaN(least) || v < least {
				least = v
			}
		}
		out[i] = least
	}
	return out
}
