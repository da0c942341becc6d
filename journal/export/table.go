package export

import (
	"bytes"
	"strings"

	"foghorn/internal/columns"
	"foghorn/internal/safetext"
)

// gap separates two columns.
const gap = "  "

// tableEncoder writes aligned columns under a header.
type tableEncoder[T Row] struct {
	all     []column[T]
	columns []column[T] // those that are shown
	widths  []int
	same    []string // what all rows have in common and no column shows
	o       Options
}

// newTable returns a table with columns of their usual width.
func newTable[T Row](o Options) *tableEncoder[T] {
	t := &tableEncoder[T]{all: columnsOf[T](), o: o}
	t.usual()
	return t
}

// usual gives the columns their usual width.
func (t *tableEncoder[T]) usual() {
	t.columns, t.widths = t.all, nil
	for _, c := range t.columns {
		t.widths = append(t.widths, max(c.usual, len(c.name)))
	}
	t.fit()
}

// measure makes the columns as wide as rows need and leaves out those that are empty
// in all of them. If that does not fit the line, columns that are equal in all rows
// leave next, and the rest shares the line.
func (t *tableEncoder[T]) measure(rows []T) {
	all := t.all
	content := make([]columns.Content, len(all))
	for i := range rows {
		for n, c := range all {
			text := c.get(&rows[i], t.o)
			content[n].Add(text, safetext.Cells(text))
		}
	}
	total := 0
	for n, c := range all {
		if !c.hidden(&content[n]) {
			total += max(content[n].Width, len(c.name)) + len(gap)
		}
	}
	tight := t.o.Width > 0 && total-len(gap) > t.o.Width
	t.columns, t.widths = nil, nil
	for n, c := range all {
		if c.hidden(&content[n]) {
			continue
		}
		if value, same := content[n].Same(len(rows)); tight && same && c.same {
			t.same = append(t.same, strings.ToLower(c.name)+" "+value)
			continue
		}
		t.columns = append(t.columns, c)
		t.widths = append(t.widths, max(content[n].Width, len(c.name)))
	}
	t.fit()
}

// hidden reports whether a column has nothing to say; what was asked for by name, or is
// what the table is about, stays.
func (c *column[T]) hidden(seen *columns.Content) bool {
	return seen.Empty() && (c.drop > 0 || c.text)
}

// fit makes the columns fit the line.
func (t *tableEncoder[T]) fit() {
	if t.o.Width <= 0 {
		return
	}
	cols := make([]columns.Column, len(t.columns))
	for i, c := range t.columns {
		cols[i] = columns.Column{Width: t.widths[i], Least: c.min, Whole: c.whole}
		if c.drop > 0 {
			cols[i].Drop = c.drop*len(cols) + i // of the same drop the last leaves first
		}
		if c.text {
			cols[i].Grow, cols[i].Max = 1, t.widths[i]
		}
	}
	shown, widths := t.columns, columns.Layout(cols, t.o.Width, len(gap))
	t.columns, t.widths = nil, nil
	for i, w := range widths {
		if w > 0 {
			t.columns, t.widths = append(t.columns, shown[i]), append(t.widths, w)
		}
	}
}

func (t *tableEncoder[T]) head(b *bytes.Buffer) {
	if len(t.same) > 0 {
		b.WriteString(safetext.Fit("All: "+strings.Join(t.same, ", "), t.o.Width))
		b.WriteByte('\n')
	}
	t.line(b, func(c column[T]) string { return c.name })
}

func (t *tableEncoder[T]) row(b *bytes.Buffer, _ int, row *T) error {
	t.line(b, func(c column[T]) string { return c.get(row, t.o) })
	return nil
}

func (t *tableEncoder[T]) tail(*bytes.Buffer, int) {}

func (t *tableEncoder[T]) line(b *bytes.Buffer, cell func(column[T]) string) {
	var line strings.Builder
	for i, c := range t.columns {
		if i > 0 {
			line.WriteString(gap)
		}
		switch text := cell(c); {
		case i == len(t.columns)-1 && t.o.Width <= 0:
			line.WriteString(safetext.Line(text)) // streamed rows may need more than is usual
		case c.whole && safetext.Cells(text) > t.widths[i] && t.o.Width <= 0:
			line.WriteString(safetext.Line(text)) // rather out of line than cut
		case c.right:
			line.WriteString(safetext.PadLeft(text, t.widths[i]))
		default:
			line.WriteString(safetext.Pad(text, t.widths[i]))
		}
	}
	text := strings.TrimRight(line.String(), " ")
	if t.o.Width > 0 {
		text = safetext.Fit(text, t.o.Width)
	}
	b.WriteString(text)
	b.WriteByte('\n')
}

// Line returns one row as a line of text: what is not empty of the columns of
// its table.
func Line[T Row](row *T, o Options) string {
	var parts []string
	for _, c := range columnsOf[T]() {
		if text := safetext.Line(c.get(row, o)); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, gap)
}
