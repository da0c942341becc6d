package query

import (
	"slices"
	"strings"
)

// And returns the query that matches what all of qs match. Programs combine
// what somebody typed with their own terms by And, Or and Not and never by
// joining texts: in a text, a parenthesis or an "or" of the one part would
// reach into the other.
func And(qs ...*Query) *Query {
	var nodes []node
	for _, q := range qs {
		if !q.Empty() {
			nodes = append(nodes, q.root)
		}
	}
	if len(nodes) == 0 {
		return &Query{}
	}
	return &Query{root: newAnd(nodes)}
}

// Or returns the query that matches what any of qs matches; of none, nothing.
func Or(qs ...*Query) *Query {
	var nodes []node
	for _, q := range qs {
		if q.Empty() {
			return &Query{}
		}
		nodes = append(nodes, q.root)
	}
	if len(nodes) == 0 {
		return &Query{root: nothing{}}
	}
	return &Query{root: newOr(nodes)}
}

// Not returns the query that matches what q does not match.
func Not(q *Query) *Query {
	if q.Empty() {
		return &Query{root: nothing{}}
	}
	return &Query{root: not{q.root}}
}

// nothing matches no row.
type nothing struct{}

func (nothing) match(subject) bool { return false }
func (nothing) sql(b *builder)     { b.text("0") }

// write writes a term that matches no row, because ids are above 0.
func (nothing) write(w *strings.Builder) { w.WriteString("id<0") }

// Is returns the query that matches the rows whose field has the value, which is
// not read as a pattern. A value that no query can hold matches nothing. It
// panics when there is no such field.
func Is(field, value string) *Query {
	if byName[field] == nil {
		panic("query: no field " + field)
	}
	q, err := Parse(field + ":" + quote(value))
	if err != nil {
		return &Query{root: nothing{}}
	}
	return q
}

// AsksForResolved reports whether a query over alerts speaks of resolved ones:
// of the field resolved or state, or of the state by its bare word. Lists leave
// resolved alerts out otherwise. A value that only contains the word, such as
// the name of a site, does not count.
func (q *Query) AsksForResolved() bool {
	return !q.Empty() && some(q.root, func(n node) bool {
		switch n := n.(type) {
		case term:
			return n.f.Name == "resolved" || n.f.Name == "state"
		case word:
			return n.state == "resolved"
		}
		return false
	})
}

// some reports whether test holds for any leaf below n.
func some(n node, test func(node) bool) bool {
	within := func(k node) bool { return some(k, test) }
	switch n := n.(type) {
	case and:
		return slices.ContainsFunc(n, within)
	case or:
		return slices.ContainsFunc(n, within)
	case not:
		return within(n.of)
	}
	return test(n)
}
