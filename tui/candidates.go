package tui

import (
	"strconv"
	"strings"

	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// candidate is one way to go on in a prompt.
type candidate struct {
	query.Completion
	keys      string // of a command
	elsewhere bool   // a command that does not work here
}

// unfinished reports whether something has to follow: a command that needs a value.
func (c candidate) unfinished() bool { return strings.HasSuffix(c.Insert, " ") }

// candidates are the ways to go on above a prompt. One of them may be marked: enter
// takes it, or it stands in the line already.
type candidates struct {
	list   []candidate
	base   string // the text they are for
	marked int    // -1: none
	put    bool   // the marked one stands in the line
}

// set replaces the list; first says that enter takes the first one.
func (c *candidates) set(base string, list []candidate, first bool) {
	*c = candidates{list: list, base: base, marked: -1}
	if first && len(list) > 0 {
		c.marked = 0
	}
}

// current is the one that enter takes; false when the text is taken as it is.
func (c *candidates) current() (candidate, bool) {
	if c.marked < 0 || c.marked >= len(c.list) {
		return candidate{}, false
	}
	return c.list[c.marked], true
}

// step marks the next one, around the ends.
func (c *candidates) step(dir int) {
	n := len(c.list)
	switch {
	case n == 0:
	case c.marked < 0 && dir < 0:
		c.marked = n - 1
	case c.marked < 0:
		c.marked = 0
	default:
		c.marked = (c.marked + dir + n) % n
	}
}

// filled is the text with the marked one in its place: before and behind the cursor.
func (c *candidates) filled() (before, after string, ok bool) {
	m, ok := c.current()
	if !ok {
		return "", "", false
	}
	return c.base[:m.Start] + m.Insert, c.base[m.End:], true
}

// Columns of the candidates: the label, a command's keys; the rest says what it means.
const (
	labelWidth = 24
	keysWidth  = 9
)

// Draw lists the candidates in at most rows lines of w cells, the marked one with a
// bar, and says how many more there are.
func (c *candidates) Draw(e pane.Context, w, rows int) []string {
	shown := len(c.list)
	if shown > rows {
		shown = max(1, rows-1) // the last line counts the others
	}
	first := max(0, min(c.marked-shown/2, len(c.list)-shown))
	cols := c.columns(w)
	widths := draw.Layout(cols, w)
	var out []string
	for i, k := range c.list[first : first+shown] {
		label := draw.Plain
		if k.elsewhere {
			label = draw.Dim
		}
		cells := []draw.Cell{{Text: e.Text(k.Label), Role: label}, {Text: k.keys, Role: draw.Key}, {Text: e.Text(k.Hint), Role: draw.Dim}}
		out = append(out, e.Theme.Row(cells, cols, widths, w, first+i == c.marked, false))
	}
	if n := len(c.list) - shown; n > 0 {
		out = append(out, e.Theme.On(draw.Dim, e.Theme.Fit("  +"+strconv.Itoa(n)+" more", w, false)))
	}
	return out
}

// columns are as wide as the candidates need them.
func (c *candidates) columns(w int) []draw.Column {
	label, keys, hint := labelWidth, 0, 0
	for _, k := range c.list {
		if k.keys != "" {
			keys = keysWidth
		}
		if k.Hint != "" {
			hint = 1
		}
	}
	if hint == 0 {
		return []draw.Column{{Grow: 1}, {Width: keys, Drop: 1}, {Drop: 1}}
	}
	return []draw.Column{{Width: min(label, w/2)}, {Width: keys, Drop: 1}, {Grow: 1}}
}
