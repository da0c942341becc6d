// Package columns shares the width of a line among the columns of a table, for the
// screen and for the command line alike.
//
// Callers may rely on this:
//   - A column that is left out has the width 0; every other has at least 1.
//   - A Whole column is as wide as it wants, or left out. It is narrower only on a
//     line where even the Whole columns that have no Drop do not fit.
//   - Columns with the highest Drop are left out first, of several the first one. A
//     column without Drop is left out only to keep Whole columns whole.
//   - Columns that grow are narrowed before the others are.
//   - An Extra column is shown only while all others have the width they want.
//   - The widths and the gaps between them fit every line that has room for one cell.
package columns

// Column is what the layout needs to know of one column. Widths are in terminal
// cells.
type Column struct {
	Width int  // wanted; 0 is 1
	Least int  // narrowed below this only when nothing else is left to give; 0 is 1
	Whole bool // not narrowed at all
	Grow  int  // its share of what is left over; 0 does not grow
	Max   int  // with Grow: no wider than this; 0 is no limit
	Drop  int  // the rank at which it is left out; 0 stays
	Extra int  // the rank at which it is added where there is room, the lowest first; 0 is no extra
}

// layout is a layout under way. A column that is left out has the width and the
// least 0.
type layout struct {
	cols          []Column
	widths, least []int
	free, gap     int
}

// Layout returns the width of each column on a line of free cells with gap cells
// between columns. It leaves columns out until the others have room at their
// least, narrows those, and shares what is left over.
func Layout(cols []Column, free, gap int) []int {
	l := layout{cols: cols, widths: make([]int, len(cols)), least: make([]int, len(cols)), free: free, gap: gap}
	for i, c := range cols {
		if c.Extra == 0 {
			l.widths[i] = max(1, c.Width)
			l.least[i] = l.leastOf(i)
		}
	}
	for need(l.least, gap) > free && l.drop() {
	}
	if need(l.widths, gap) <= free {
		l.addExtras()
	}
	l.narrow(true) // the end of a sentence says less than the end of a word
	l.narrow(false)
	if need(l.widths, gap) > free {
		l.squeeze()
	}
	for rest := free - need(l.widths, gap); rest > 0; {
		given := grow(cols, l.widths, rest)
		if given == 0 {
			break
		}
		rest -= given
	}
	return l.widths
}

func (l *layout) leastOf(i int) int {
	c := l.cols[i]
	if c.Whole {
		return max(1, c.Width)
	}
	return min(max(1, c.Width), max(1, c.Least))
}

// drop leaves out the column that is next, and reports whether there was one.
func (l *layout) drop() bool {
	first := -1
	for i, c := range l.cols {
		if l.widths[i] > 0 && c.Drop > 0 && (first < 0 || c.Drop > l.cols[first].Drop) {
			first = i
		}
	}
	if first < 0 {
		return false
	}
	l.leave(first)
	return true
}

func (l *layout) leave(i int) { l.widths[i], l.least[i] = 0, 0 }

// addExtras adds the extra columns that fit beside the others, unless a column that
// matters more had to leave.
func (l *layout) addExtras() {
	for i, c := range l.cols {
		if c.Extra == 0 && l.widths[i] == 0 {
			return
		}
	}
	for {
		next := -1
		for i, c := range l.cols {
			if c.Extra > 0 && l.widths[i] == 0 && (next < 0 || c.Extra < l.cols[next].Extra) {
				next = i
			}
		}
		if next < 0 {
			return
		}
		l.widths[next], l.least[next] = max(1, l.cols[next].Width), l.leastOf(next)
		if need(l.widths, l.gap) > l.free {
			l.leave(next)
			return
		}
	}
}

// squeeze makes columns fit that do not at their least: those that may be cut go
// down to one cell each, then leave, the last one first. Only then Whole columns are
// narrowed.
func (l *layout) squeeze() {
	whole := false
	for i, c := range l.cols {
		whole = whole || c.Whole && l.widths[i] > 0
		if !c.Whole {
			l.least[i] = min(1, l.widths[i])
		}
	}
	l.narrow(false)
	for i := len(l.cols) - 1; i >= 0 && whole && need(l.widths, l.gap) > l.free; i-- {
		if !l.cols[i].Whole {
			l.leave(i)
		}
	}
	for i := range l.cols {
		l.least[i] = min(1, l.widths[i])
	}
	l.narrow(false)
	for i := len(l.cols) - 1; i > 0 && need(l.widths, l.gap) > l.free; i-- {
		l.leave(i)
	}
}

// narrow takes what is too much, cell by cell, from the column that has most to
// give above its least, of those that grow or of all.
func (l *layout) narrow(growing bool) {
	for over := need(l.widths, l.gap) - l.free; over > 0; over-- {
		most, spare := -1, 0
		for i := range l.widths {
			if n := l.widths[i] - l.least[i]; n > spare && (l.cols[i].Grow > 0 || !growing) {
				most, spare = i, n
			}
		}
		if most < 0 {
			return
		}
		l.widths[most]--
	}
}

// need is the width of the columns that are left and the gaps between them.
func need(widths []int, gap int) int {
	n := 0
	for _, w := range widths {
		if w > 0 {
			n += w + gap
		}
	}
	return max(0, n-gap)
}

// grow gives each growing column its share of rest and returns what was given.
func grow(cols []Column, widths []int, rest int) int {
	canGrow := func(i int) bool {
		c := cols[i]
		return widths[i] > 0 && c.Grow > 0 && (c.Max == 0 || widths[i] < c.Max)
	}
	weight := 0
	for i, c := range cols {
		if canGrow(i) {
			weight += c.Grow
		}
	}
	given := 0
	for i, c := range cols {
		if !canGrow(i) {
			continue
		}
		part := min(max(1, rest*c.Grow/weight), rest-given)
		if c.Max > 0 {
			part = min(part, c.Max-widths[i])
		}
		widths[i] += part
		given += part
	}
	return given
}
