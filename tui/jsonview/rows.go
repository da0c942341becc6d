package jsonview

import (
	"github.com/go-json-experiment/json/jsontext"

	"foghorn/internal/safetext"
)

// line is one wrapped line of a long text; next says that it goes on.
type line struct {
	text string
	next bool
}

// row is one line of the tree: a node's own, its closing bracket, or a part of
// its unrolled text.
type row struct {
	node int32
	part int32
}

// The parts; those above own count the lines of an unrolled text from 1.
const (
	closing int32 = -1
	own     int32 = 0
)

// rebuild lists the rows as they are folded now and keeps the cursor on node,
// or on what it is folded into.
func (m *Model) rebuild(node int32) {
	if m.nodes == nil {
		return
	}
	cursor := 0
	m.rows = m.rows[:0]
	var closings []int32
	for i := int32(0); i < int32(len(m.nodes)); {
		for len(closings) > 0 && m.nodes[closings[len(closings)-1]].next <= i {
			m.rows = append(m.rows, row{closings[len(closings)-1], closing})
			closings = closings[:len(closings)-1]
		}
		if i <= node {
			cursor = len(m.rows)
		}
		m.rows = append(m.rows, row{i, own})
		n := &m.nodes[i]
		switch {
		case !n.container() || n.count == 0:
			if n.unrolled {
				for k := range m.unroll(i) {
					m.rows = append(m.rows, row{i, int32(k) + 1})
				}
			}
			i++
		case n.folded:
			i = n.next
		default:
			closings = append(closings, i)
			i++
		}
	}
	for len(closings) > 0 {
		m.rows = append(m.rows, row{closings[len(closings)-1], closing})
		closings = closings[:len(closings)-1]
	}
	m.places[Pretty].cursor = cursor
	m.scroll()
}

// here returns the row under the cursor, and false if there is no tree.
func (m *Model) here() (row, bool) {
	if m.mode != Pretty || len(m.rows) == 0 {
		return row{}, false
	}
	return m.rows[m.places[Pretty].cursor], true
}

// Toggle folds or unfolds what is under the cursor: a container's values, or
// the rest of a text that is too long for its row.
func (m *Model) Toggle() {
	r, ok := m.here()
	if !ok {
		return
	}
	n := &m.nodes[r.node]
	switch {
	case n.container():
		n.folded = !n.folded && n.count > 0
	case m.long(r.node) || n.unrolled:
		n.unrolled = !n.unrolled
	default:
		return
	}
	m.rebuild(r.node)
}

// out folds what is under the cursor; what is folded or cannot fold leads to
// the container around it.
func (m *Model) out() {
	r, ok := m.here()
	if !ok {
		return
	}
	n := &m.nodes[r.node]
	if n.unrolled || n.container() && n.count > 0 && !n.folded {
		m.Toggle()
		return
	}
	if n.parent >= 0 {
		m.reveal(n.parent)
	}
}

// in unfolds what is under the cursor; what is unfolded leads to its first value.
func (m *Model) in() {
	r, ok := m.here()
	if !ok {
		return
	}
	n := &m.nodes[r.node]
	switch {
	case n.container() && n.folded, !n.container() && !n.unrolled:
		m.Toggle()
	case n.container() && n.count > 0 && r.part == own:
		m.move(1)
	}
}

// FoldAll folds everything but the root, or unfolds everything.
func (m *Model) FoldAll(fold bool) {
	r, ok := m.here()
	if !ok {
		return
	}
	for i := range m.nodes {
		n := &m.nodes[i]
		n.folded = fold && n.container() && n.count > 0 && i > 0
		n.unrolled = n.unrolled && !fold
	}
	m.rebuild(r.node)
}

// reveal unfolds whatever hides node and puts the cursor on it.
func (m *Model) reveal(node int32) {
	for p := m.nodes[node].parent; p >= 0; p = m.nodes[p].parent {
		m.nodes[p].folded = false
	}
	m.rebuild(node)
}

// indent returns how many cells the values at node's depth are moved in. Half
// of the width stays for the values, however deep they lie.
func (m *Model) indent(node int32) int {
	return min(2*int(m.nodes[node].depth), m.width/2)
}

// long reports whether the text of node does not fit its row. It reads no more
// of it than fits.
func (m *Model) long(node int32) bool {
	n := &m.nodes[node]
	room := m.width - m.indent(node) - gutter - 1
	if n.nameEnd > n.name {
		_, width := fit(m.src[n.name:n.nameEnd], max(0, room))
		room -= width + len(": ")
	}
	if room <= 0 || int(n.end-n.start) > cellBytes*(room+2) {
		return true
	}
	_, width := fit(m.src[n.start:n.end], room+1)
	return width > room
}

// unroll returns the text of node, its JSON escapes undone, in lines that fit.
func (m *Model) unroll(node int32) []line {
	if lines, ok := m.full[node]; ok {
		return lines
	}
	n := &m.nodes[node]
	raw := m.src[n.start:n.end]
	text := string(raw)
	if len(raw) > 0 && raw[0] == '"' {
		if unquoted, err := jsontext.AppendUnquote(nil, raw); err == nil {
			text = string(unquoted)
		}
	}
	lines := wrap(text, max(1, m.width-m.indent(node)-2*gutter))
	if m.full == nil {
		m.full = map[int32][]line{}
	}
	m.full[node] = lines
	return lines
}

// wrap breaks text into lines of at most cells cells.
func wrap(text string, cells int) []line {
	var lines []line
	for _, full := range splitLines(safetext.Block(text)) {
		parts := safetext.Wrap(full, cells)
		for i, p := range parts {
			lines = append(lines, line{p, i < len(parts)-1})
		}
	}
	return lines
}

// rewrap works out anew what depends on the width.
func (m *Model) rewrap() {
	m.full = nil
	m.text = nil
	m.wrapText()
	if len(m.rows) > 0 {
		m.rebuild(m.rows[m.places[Pretty].cursor].node)
	}
	if m.mode == Raw {
		m.Search(m.query)
	}
}
