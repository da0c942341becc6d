package query

import "strings"

// node is one part of a parsed query. Nodes are values without positions, so
// that two queries that mean the same text form are deeply equal.
type node interface {
	match(s subject) bool
	sql(b *builder)
	write(w *strings.Builder)
}

type (
	and []node // at least two, none of them an and
	or  []node // at least two, none of them an or
	not struct{ of node }
)

func (n and) match(s subject) bool {
	for _, k := range n {
		if !k.match(s) {
			return false
		}
	}
	return true
}

func (n or) match(s subject) bool {
	for _, k := range n {
		if k.match(s) {
			return true
		}
	}
	return false
}

func (n not) match(s subject) bool { return !n.of.match(s) }

func (n and) sql(b *builder) { b.join(n, " AND ") }
func (n or) sql(b *builder)  { b.join(n, " OR ") }

func (n not) sql(b *builder) {
	b.text("NOT (")
	n.of.sql(b)
	b.text(")")
}

func (n and) write(w *strings.Builder) { writeJoined(w, n, " ", true) }
func (n or) write(w *strings.Builder)  { writeJoined(w, n, " or ", false) }

func (n not) write(w *strings.Builder) {
	w.WriteByte('!')
	writeGrouped(w, n.of)
}

// writeJoined writes the parts of an and or of an or. An or inside an and needs
// parentheses; an and inside an or binds tighter and needs none. A word behind a
// day is kept apart from it, because it may read like a time of that day.
func writeJoined(w *strings.Builder, nodes []node, sep string, group bool) {
	for i, k := range nodes {
		if i > 0 {
			if _, isWord := k.(word); isWord && group && takesClock(nodes[i-1]) {
				w.WriteString(" and")
			}
			w.WriteString(sep)
		}
		if _, isOr := k.(or); isOr && group {
			writeGrouped(w, k)
			continue
		}
		k.write(w)
	}
}

// writeGrouped writes n as one unit, in parentheses if it has several parts.
func writeGrouped(w *strings.Builder, n node) {
	switch n.(type) {
	case and, or:
		w.WriteByte('(')
		n.write(w)
		w.WriteByte(')')
	default:
		n.write(w)
	}
}

// newAnd and newOr join nodes, flat.
func newAnd(nodes []node) node {
	var flat and
	for _, n := range nodes {
		if k, ok := n.(and); ok {
			flat = append(flat, k...)
			continue
		}
		flat = append(flat, n)
	}
	if len(flat) == 1 {
		return flat[0]
	}
	return flat
}

func newOr(nodes []node) node {
	var flat or
	for _, n := range nodes {
		if k, ok := n.(or); ok {
			flat = append(flat, k...)
			continue
		}
		flat = append(flat, n)
	}
	if len(flat) == 1 {
		return flat[0]
	}
	return flat
}
