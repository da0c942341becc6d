package jsonview

import (
	"strings"
	"unicode/utf8"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
)

// gutter is what stands before a row: the pointer of the cursor and the mark of
// what folds, one cell each.
const gutter = 2

// View draws the view: exactly as many lines as its height, none wider than its
// width.
func (m *Model) View() string {
	if m.height <= 0 || m.width <= 0 {
		return strings.Repeat("\n", max(0, m.height-1))
	}
	var b strings.Builder
	lines := 0
	if m.reason != "" && m.height > 1 {
		b.WriteString(paint(m.styles.Note, safetext.Fit(m.reason, m.width)))
		lines++
	}
	p := m.place()
	for i := p.top; lines < m.height; i++ {
		if lines > 0 {
			b.WriteByte('\n')
		}
		if i < m.count() {
			b.WriteString(m.draw(i, i == p.cursor))
		}
		lines++
	}
	return b.String()
}

// draw returns one row of whatever mode is shown.
func (m *Model) draw(i int, cursor bool) string {
	c := canvas{room: m.width, styles: &m.styles, query: m.query, plain: cursor}
	pointer := " "
	if cursor {
		pointer = "›"
	}
	c.put(nil, pointer)
	switch m.mode {
	case Pretty:
		m.drawNode(&c, m.rows[i])
	case Raw:
		c.put(nil, " ")
		c.put(nil, m.text[i].text)
	default:
		c.put(nil, " ")
		c.put(nil, m.hexRow(i))
	}
	if !cursor {
		return c.b.String()
	}
	return paint(m.styles.Cursor, c.b.String()+strings.Repeat(" ", c.room))
}

func (m *Model) drawNode(c *canvas, r row) {
	n := &m.nodes[r.node]
	mark := " "
	switch {
	case r.part != own:
	case n.container() && n.count > 0 && n.folded:
		mark = "▸"
	case n.container() && n.count > 0, n.unrolled:
		mark = "▾"
	case !n.container() && m.long(r.node):
		mark = "▸"
	}
	c.put(nil, strings.Repeat(" ", m.indent(r.node)))
	if mark == " " {
		c.put(nil, mark)
	} else {
		c.put(m.styles.Punctuation, mark)
	}
	switch {
	case r.part == closing:
		c.put(m.styles.Punctuation, string(n.kind+2)+m.comma(r.node)) // } and ] follow { and [ by two
		return
	case r.part > own:
		c.put(nil, strings.Repeat(" ", gutter))
		if lines := m.unroll(r.node); int(r.part) <= len(lines) {
			c.put(m.styles.String, lines[r.part-1].text)
		}
		return
	}
	if n.nameEnd > n.name {
		text, _ := fit(m.src[n.name:n.nameEnd], c.room)
		c.put(m.styles.Key, text)
		c.put(m.styles.Punctuation, ": ")
	}
	m.drawValue(c, r.node, n)
}

// drawValue draws what stands after the name.
func (m *Model) drawValue(c *canvas, node int32, n *node) {
	comma := m.comma(node)
	switch {
	case n.container() && n.count == 0:
		c.put(m.styles.Punctuation, string(n.kind)+string(n.kind+2)+comma)
	case n.container() && n.folded:
		c.put(m.styles.Punctuation, string(n.kind)+" ")
		c.put(m.styles.Note, inside(n))
		c.put(m.styles.Punctuation, " "+string(n.kind+2)+comma)
	case n.container():
		c.put(m.styles.Punctuation, string(n.kind))
	case n.unrolled:
		c.put(m.styles.Note, human.Bytes(int64(n.end-n.start)))
	default:
		text, _ := fit(m.src[n.start:n.end], c.room-len(comma))
		c.put(m.value(m.src[n.start]), text)
		c.put(m.styles.Punctuation, comma)
	}
}

// inside says how much a folded container holds.
func inside(n *node) string {
	word := "values"
	switch {
	case n.kind == '{' && n.count == 1:
		word = "key"
	case n.kind == '{':
		word = "keys"
	case n.count == 1:
		word = "value"
	}
	return human.Count(int64(n.count)) + " " + word
}

// comma follows every value but the last of its container.
func (m *Model) comma(node int32) string {
	n := &m.nodes[node]
	if n.parent < 0 || m.nodes[n.parent].next == n.next {
		return ""
	}
	return ","
}

// value returns how a value that begins with first is drawn.
func (m *Model) value(first byte) Paint {
	switch first {
	case '"':
		return m.styles.String
	case 't', 'f', 'n':
		return m.styles.Word
	}
	return m.styles.Number
}

// cellBytes is how many bytes one cell can show at most: four code points, of
// four bytes each.
const cellBytes = 16

// fit cleans and cuts raw to cells cells, and says how wide it became. It reads
// only as much of raw as can be shown, so that a text of megabytes costs no
// more than a short one.
func fit(raw []byte, cells int) (string, int) {
	if cells <= 0 {
		return "", 0
	}
	if most := cellBytes * (cells + 1); len(raw) > most {
		for most > 0 && !utf8.RuneStart(raw[most]) {
			most--
		}
		text := safetext.Fit(string(raw[:most])+safetext.Ellipsis, cells)
		return text, safetext.Cells(text)
	}
	text := safetext.Fit(string(raw), cells)
	return text, safetext.Cells(text)
}

// canvas is one row being drawn. Everything put on it is safe already, and is
// cut where the room ends.
type canvas struct {
	b      strings.Builder
	room   int // cells that are left
	styles *Styles
	query  string
	plain  bool // the row of the cursor, which is styled as a whole
}

func (c *canvas) put(p Paint, text string) {
	if c.room <= 0 || text == "" {
		return
	}
	text = safetext.Fit(text, c.room)
	c.room -= safetext.Cells(text)
	if c.plain {
		c.b.WriteString(text)
		return
	}
	for c.query != "" {
		at := indexFold(text, c.query)
		if at < 0 {
			break
		}
		c.b.WriteString(paint(p, text[:at]))
		c.b.WriteString(paint(c.styles.Match, text[at:at+len(c.query)]))
		text = text[at+len(c.query):]
	}
	c.b.WriteString(paint(p, text))
}

func paint(p Paint, text string) string {
	if p == nil || text == "" {
		return text
	}
	return p(text)
}
