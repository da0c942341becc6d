// Package columns shares the width of a line among the columns of a table.
//
// Callers may rely on this:
//   - A column that is left out has the width 0; every other has at least 1.
//   - Columns with the highest Drop are left out first, of several the first one,
//     and a column without Drop never.
//   - The widths and the gaps between them fit the line, unless the columns that
//     never leave are wider at their least; Shrink narrows those.
package columns

// Column is what the layout needs to know of one column. Widths are in terminal
// cells.
type Column struct {
	Width int // wanted
	Least int // not narrowed below this by Layout; 0 is 1, more than Width is Width
	Grow  int // its share of what is left over; 0 does not grow
	Max   int // with Grow: no wider than this; 0 is no limit
	Drop  int // the rank at which it is left out; 0 never
}

// Layout returns the width of each column on a line of free cells with gap
// cells between columns. It drops columns until the others have room at their
// least, then grows or narrows those.
func Layout(cols []Column, free, gap int) []int {
	widths, least := make([]int, len(cols)), make([]int, len(cols))
	for i, c := range cols {
		widths[i] = max(1, c.Width)
		least[i] = min(widths[i], max(1, c.Least))
	}
	for need(least, gap) > free {
		i := firstToDrop(cols, least)
		if i < 0 {
			break
		}
		widths[i], least[i] = 0, 0
	}
	for rest := free - need(widths, gap); rest > 0; {
		given := grow(cols, widths, rest)
		if given == 0 {
			break
		}
		rest -= given
	}
	narrow(widths, least, free, gap)
	return widths
}

// Shrink narrows the columns of a layout that is still too wide, the widest
// first, down to one cell each.
func Shrink(widths []int, free, gap int) {
	least := make([]int, len(widths))
	for i, w := range widths {
		least[i] = min(w, 1)
	}
	narrow(widths, least, free, gap)
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

// firstToDrop is the index of the column that leaves next; -1 when none may.
func firstToDrop(cols []Column, widths []int) int {
	first := -1
	for i, c := range cols {
		if widths[i] > 0 && c.Drop > 0 && (first < 0 || c.Drop > cols[first].Drop) {
			first = i
		}
	}
	return first
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

// narrow takes what is too much, cell by cell, from the column that has most to
// give above its least.
func narrow(widths, least []int, free, gap int) {
	for over := need(widths, gap) - free; over > 0; over-- {
		most := 0
		for i := range widths {
			if widths[i]-least[i] > widths[most]-least[most] {
				most = i
			}
		}
		if len(widths) == 0 || widths[most] <= least[most] {
			return
		}
		widths[most]--
	}
}
