package query

import (
	"slices"
	"strings"
	"time"
)

// And returns the query that matches the rows that all of qs match. Code combines
// typed queries with its own terms by And, Or and Not, and never by joining text:
// a parenthesis or an "or" in one part would change the meaning of the other.
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

// Or returns the query that matches the rows that any of qs matches. Without
// queries it matches nothing.
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

// Not returns the query that matches the rows that q does not match.
func Not(q *Query) *Query {
	if q.Empty() {
		return &Query{root: nothing{}}
	}
	return &Query{root: not{q.root}}
}

// Requires reports whether a query is one of the terms that all rows of q match.
func (q *Query) Requires(part *Query) bool {
	return !part.Empty() && slices.ContainsFunc(q.parts(), func(n node) bool { return written(n) == written(part.root) })
}

// Without returns the query without a term that all of its rows match.
func (q *Query) Without(part *Query) *Query {
	if part.Empty() {
		return q
	}
	rest := slices.DeleteFunc(q.parts(), func(n node) bool { return written(n) == written(part.root) })
	if len(rest) == 0 {
		return &Query{}
	}
	return &Query{root: newAnd(rest)}
}

// parts are the terms that all rows of q match.
func (q *Query) parts() []node {
	if q.Empty() {
		return nil
	}
	if all, ok := q.root.(and); ok {
		return slices.Clone([]node(all))
	}
	return []node{q.root}
}

func written(n node) string {
	var w strings.Builder
	n.write(&w)
	return w.String()
}

// nothing matches no row.
type nothing struct{}

func (nothing) match(subject) bool { return false }
func (nothing) sql(b *builder)     { b.text("0") }

// write writes a term that matches no row, because ids are above 0.
func (nothing) write(w *strings.Builder) { w.WriteString("id<0") }

// Is returns the query that matches the rows whose field equals the value, without
// patterns. A value that no query can contain matches nothing. Is panics for an
// unknown field.
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

// Since returns the query that matches what happened at a time or after it, to the
// millisecond.
func Since(t time.Time) *Query { return atTime(">=", t) }

// Until returns the query that matches what happened before a time.
func Until(t time.Time) *Query { return atTime("<", t) }

func atTime(op string, t time.Time) *Query {
	return MustParse("time" + op + t.UTC().Format("2006-01-02T15:04:05.000Z"))
}

// AsksForResolved reports whether a query over alerts mentions resolved ones: by
// the field resolved or state, or by the state's bare word. Lists hide resolved
// alerts otherwise. A value that only contains the word, such as the name of a
// site, does not count.
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
