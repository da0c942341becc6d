package draw

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"foghorn/internal/columns"
)

// Cell is one piece of a row: text that is safe to draw already, and what it means.
type Cell struct {
	Text string
	Role Role
	// Else is shown in place of an empty Text while the column before is left out.
	Else string
	// Fit words the cell for a width where cutting Text, which is all it says, would not
	// be the best way.
	Fit func(width int) string
}

// Column says how wide a cell may be.
//
// In a Table it is as wide as its title and its values, up to Max, and is narrowed to
// Width when the line is too short: those with Grow before others. One with Grow and
// without Max takes what is left over. Without rows, in Layout, Width is what it wants.
type Column struct {
	Title string
	Width int // the least it is of use at; without Grow and Max also the most
	Grow  int
	Max   int  // never wider; 0 is no limit where Grow or Whole is set
	Drop  int  // those with a higher one leave first when the line is too short; 0 stays
	Extra int  // shown only where everything else has its full width; the lowest first
	Whole bool // an id, a MAC, a name: never cut, others give way
	Same  bool // left out while all rows say the same, which the pane's title then names
	// Unnamed is set if the title need not name the value that all rows have.
	Unnamed bool
	Right   bool
}

// most is how wide a column gets at most; 0 is no limit.
func (c *Column) most() int {
	if c.Max == 0 && c.Grow == 0 && !c.Whole {
		return c.Width
	}
	return c.Max
}

// gutter is the pointer and the mark in front of every row.
const gutter = 2

// enoughText is how much of its longest sentence a column of text has to show before
// there are extra columns.
const enoughText = 64

// Layout shares width among columns whose rows are not known; 0 means the column is
// left out.
func Layout(cols []Column, width int) []int {
	out := make([]columns.Column, len(cols))
	for i, c := range cols {
		out[i] = columns.Column{Width: c.Width, Least: c.Width, Grow: c.Grow, Max: c.Max, Drop: c.Drop, Extra: c.Extra}
	}
	return columns.Layout(out, width-gutter, 1)
}

// Table lays columns out by what their rows say.
type Table struct {
	Columns []Column
	Rows    int // how many there are; Add counts them, a caller that adds one twice sets it
	content []columns.Content
	without []string
}

func NewTable(cols []Column) *Table {
	return &Table{Columns: cols, content: make([]columns.Content, len(cols))}
}

// Add measures a row.
func (t *Table) Add(cells []Cell) {
	t.Rows++
	for i := range min(len(cells), len(t.content)) {
		c := &cells[i]
		wide := TextWidth(c.Text)
		if most := t.Columns[i].most(); c.Fit != nil && most > 0 && wide > most {
			wide = TextWidth(c.Fit(most)) // what it will say there may be less wide
		}
		t.content[i].Add(c.Text, max(wide, TextWidth(c.Else)))
	}
}

// Widths shares width among the columns; 0 means the column is left out.
func (t *Table) Widths(width int) []int {
	out := make([]int, len(t.Columns))
	cols, at := make([]columns.Column, 0, len(t.Columns)), make([]int, 0, len(t.Columns))
	for i := range t.Columns {
		if !t.hidden(i) {
			cols, at = append(cols, t.column(i)), append(at, i)
		}
	}
	rest, text := width-gutter+1, -1
	for i, w := range columns.Layout(cols, width-gutter, 1) {
		out[at[i]] = w
		if c := &t.Columns[at[i]]; w > 0 {
			rest -= w + 1
			if c.Grow > 0 && c.Max == 0 && (text < 0 || c.Grow > t.Columns[text].Grow) {
				text = at[i]
			}
		}
	}
	if text >= 0 && rest > 0 { // so that what is right of the text does not move with it
		out[text] += rest
	}
	return out
}

// column is what a column wants with its values.
func (t *Table) column(i int) columns.Column {
	c := &t.Columns[i]
	out := columns.Column{Width: max(t.content[i].Width, TextWidth(c.Title)), Least: c.Width, Whole: c.Whole, Drop: c.Drop, Extra: c.Extra}
	switch {
	case c.Max > 0:
		out.Width = min(out.Width, c.Max)
		out.Grow, out.Max = c.Grow, out.Width
	case c.Grow > 0:
		out.Width, out.Grow, out.Max = min(out.Width, enoughText), c.Grow, out.Width
	case !c.Whole:
		out.Width = min(out.Width, c.Width)
	}
	return out
}

// Without leaves columns out by their titles.
func (t *Table) Without(titles ...string) { t.without = titles }

// hidden reports whether a column has nothing to tell rows apart by.
func (t *Table) hidden(i int) bool {
	if t.content[i].Empty() || slices.Contains(t.without, t.Columns[i].Title) {
		return true
	}
	rows := t.Rows
	if t.Columns[i].Unnamed {
		rows++ // what nobody misses need not have two rows to be left out
	}
	_, same := t.content[i].Same(rows)
	return same && t.Columns[i].Same
}

// Same names what all rows have in common and no column shows: "site berlin".
func (t *Table) Same() []string {
	var out []string
	for i, c := range t.Columns {
		if value, same := t.content[i].Same(t.Rows); same && c.Same && !c.Unnamed {
			out = append(out, strings.ToLower(c.Title)+" "+value)
		}
	}
	return out
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
		b.WriteString(paints[c.Role].on(t.cell(&cells[i], &cols[i], widths[i], i > 0 && widths[i-1] == 0)))
		used += widths[i]
	}
	if used < width {
		b.WriteString(paints[Plain].on(strings.Repeat(" ", width-used)))
	}
	return b.String()
}

// cell is the text of a cell, exactly w cells wide. alone is set while the column
// before is left out.
func (t *Theme) cell(c *Cell, col *Column, w int, alone bool) string {
	text := c.Text
	if text == "" && alone {
		text = c.Else
	}
	if c.Fit != nil {
		text = c.Fit(w)
	}
	if col.Whole && TextWidth(text) > w {
		text = t.cutMiddle(text, w)
	}
	return t.Fit(text, w, col.Right)
}

// cutMiddle cuts a name that has no room at all in its middle: names that begin alike
// are told apart by their ends.
func (t *Theme) cutMiddle(s string, w int) string {
	end := (w - TextWidth(t.Glyph.More)) / 2
	if end < 1 {
		return s // cut like any other
	}
	tail := ansi.TruncateLeft(s, TextWidth(s)-end, "")
	return ansi.Truncate(s, w-TextWidth(tail), t.Glyph.More) + tail
}

// Heading draws the titles of the columns.
func (t *Theme) Heading(cols []Column, widths []int, width int) string {
	cells := make([]Cell, len(cols))
	for i, c := range cols {
		cells[i] = Cell{Text: c.Title, Role: Dim}
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
