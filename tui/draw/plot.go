package draw

import (
	"math"
	"strings"
)

// Plot says how values over time are drawn: in braille, eight dots to a cell,
// or in ASCII, a star to a cell.
type Plot struct {
	Low, High float64 // the ends of the axis
	Ticks     []float64
	Label     func(v float64) string
	Lines     []float64 // thresholds, drawn across
	Role      func(v float64) Role
	Marks     map[int]bool // cells with a line from top to bottom
}

// AxisWidth is the columns of the labels and the axis.
const AxisWidth = 6

// grid is a canvas of cells, each with its dots and the value that colors it.
type grid struct {
	across, down int // dots in a cell
	cells        [][]dotCell
}

type dotCell struct {
	bits  uint8
	value float64
}

func newGrid(e Context, width, height int) *grid {
	g := &grid{across: 2, down: 4, cells: make([][]dotCell, height)}
	if e.ASCII {
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

// Draw returns height lines of width cells. There are e.dots(width) values,
// the newest last; what is not a number is not known, and left blank.
func (p Plot) Draw(e Context, values []float64, width, height int) []string {
	cells := max(1, width-AxisWidth)
	height = max(1, height)
	g := newGrid(e, cells, height)
	rows := height * g.down
	at := func(v float64) int {
		part := (v - p.Low) / (p.High - p.Low)
		if math.IsNaN(part) { // an axis without a length
			part = 0
		}
		return int(math.Round((1 - max(0, min(1, part))) * float64(rows-1)))
	}
	g.line(values, at)
	labels, across := map[int]string{}, map[int]bool{}
	for _, v := range p.Ticks {
		if row := at(v) / g.down; labels[row] == "" {
			labels[row] = p.Label(v)
		}
	}
	for _, v := range p.Lines {
		row := at(v) / g.down
		labels[row], across[row] = p.Label(v), true
	}
	out := make([]string, height)
	for row := range out {
		axis := e.Theme.Glyph.Bar
		if labels[row] != "" {
			axis = "┤"
		}
		out[row] = e.Theme.On(Dim, e.Theme.Fit(labels[row], AxisWidth-1, true)+axis) + p.row(e, g.cells[row], across[row])
	}
	return out
}

// row draws the cells of a line, those of one color in one go.
func (p Plot) row(e Context, cells []dotCell, across bool) string {
	var out, run strings.Builder
	last := Plain
	for i, c := range cells {
		text, r := " ", Dim
		switch {
		case c.bits != 0 && e.ASCII:
			text, r = "*", p.Role(c.value)
		case c.bits != 0:
			text, r = string(rune(0x2800+int(c.bits))), p.Role(c.value)
		case p.Marks[i]:
			text = e.Theme.Glyph.Bar
		case across && i%2 == 0:
			text = "┄"
		}
		if r != last {
			out.WriteString(e.Theme.On(last, run.String()))
			run.Reset()
			last = r
		}
		run.WriteString(text)
	}
	out.WriteString(e.Theme.On(last, run.String()))
	return out.String()
}

// The steps of a sparkline, from nothing to full.
const (
	sparks      = "▁▂▃▄▅▆▇█"
	sparksASCII = "_.-:=+*#"
	SparkGap    = "·"
)

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
