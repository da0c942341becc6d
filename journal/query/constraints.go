package query

import (
	"math"
	"strconv"
	"strings"
	"time"

	"foghorn/journal/event"
)

// RequiredTerm is a property of an event that an index knows without the row.
type RequiredTerm struct {
	// Column names the column that equals Text, ignoring ASCII case; numbers
	// are in decimal. When it is empty, one of the searched columns (see
	// SQL.Need) contains Text, which then has at least three bytes.
	Column string
	Text   string // folded to lower case (ASCII)
}

// Constraints are properties that every event matching a query has. They rule rows
// out; only SQL or Event decides whether the others match.
type Constraints struct {
	All      [][]RequiredTerm // of every list, a matching event has at least one term
	From, To int64            // bounds of its time, both inclusive, in epoch milliseconds
}

// Constraints returns properties that every event matching at now has.
func (q *Query) Constraints(now time.Time) Constraints {
	c := Constraints{From: math.MinInt64, To: math.MaxInt64}
	if q.Empty() {
		return c
	}
	parts := and{q.root}
	if all, ok := q.root.(and); ok {
		parts = all
	}
	for _, n := range parts {
		c.All = append(c.All, requiredTerms(n)...)
		if t, ok := n.(term); ok {
			c.boundTime(t, now)
		}
	}
	return c
}

// requiredTerms are the lists of one node.
func requiredTerms(n node) [][]RequiredTerm {
	switch n := n.(type) {
	case and:
		var all [][]RequiredTerm
		for _, k := range n {
			all = append(all, requiredTerms(k)...)
		}
		return all
	case or:
		// One list of every branch, joined: an event of any branch has one of them.
		var joined []RequiredTerm
		for _, k := range n {
			lists := requiredTerms(k)
			if len(lists) == 0 {
				return nil
			}
			joined = append(joined, lists[0]...)
		}
		return [][]RequiredTerm{joined}
	case word:
		return wordTerms(n)
	case term:
		return fieldTerms(n)
	}
	return nil
}

func wordTerms(n word) [][]RequiredTerm {
	found := substringTerms(n.pattern)
	if n.hex == "" && n.said == "" {
		return found
	}
	if len(found) == 0 {
		return nil
	}
	list := found[0]
	for _, form := range []string{n.hex, n.said} {
		switch {
		case form == "":
		case len(form) < 3:
			return nil
		default:
			list = append(list, RequiredTerm{Text: form})
		}
	}
	return [][]RequiredTerm{list}
}

// substringTerms are the literals of a pattern as terms of their own.
func substringTerms(p pattern) [][]RequiredTerm {
	var lists [][]RequiredTerm
	for _, piece := range pieces(p) {
		// LIKE reads its pattern up to a NUL only.
		if piece, _, _ = strings.Cut(piece, "\x00"); len(piece) >= 3 {
			lists = append(lists, []RequiredTerm{{Text: piece}})
		}
	}
	return lists
}

func fieldTerms(t term) [][]RequiredTerm {
	columns := t.f.on[Events]
	if len(columns) == 1 && len(t.vals) == 1 {
		return valueTerms(columns[0], t.vals[0])
	}
	var joined []RequiredTerm
	for _, c := range columns {
		for _, v := range t.vals {
			lists := valueTerms(c, v)
			if len(lists) == 0 {
				return nil
			}
			joined = append(joined, lists[0]...)
		}
	}
	if joined == nil {
		return nil
	}
	return [][]RequiredTerm{joined}
}

// valueTerms are the terms of one column and one value; none when an index
// cannot tell.
func valueTerms(c column, v value) [][]RequiredTerm {
	switch v := v.(type) {
	case equals:
		return patternTerms(c, v.pattern)
	case address:
		return patternTerms(c, v.pattern)
	case number:
		if c.name == "severity" {
			return severityTerms(v)
		}
		if v.op == ":" {
			return [][]RequiredTerm{{{Column: c.name, Text: strconv.FormatInt(v.n, 10)}}}
		}
	}
	return nil
}

func patternTerms(c column, p pattern) [][]RequiredTerm {
	if p.plain() {
		return [][]RequiredTerm{{{Column: c.name, Text: p.low[0]}}}
	}
	for _, k := range searched[Events] {
		if k.name == c.name {
			return substringTerms(p)
		}
	}
	return nil
}

// severityTerms lists the severities that are in order.
func severityTerms(v number) [][]RequiredTerm {
	list := []RequiredTerm{}
	for _, s := range event.Severities() {
		if inOrder(v.op, int64(s), v.n) {
			list = append(list, RequiredTerm{Column: "severity", Text: strconv.Itoa(int(s))})
		}
	}
	return [][]RequiredTerm{list}
}

// boundTime narrows the time an event may have by a term on it.
func (c *Constraints) boundTime(t term, now time.Time) {
	columns := t.f.on[Events]
	if len(columns) != 1 || columns[0].name != "time" || len(t.vals) != 1 {
		return
	}
	var op string
	var from, to int64
	switch v := t.vals[0].(type) {
	case at:
		op = v.op
		from, to = v.m.bounds(now)
		to--
	case since:
		op = mirror[v.op]
		from = now.UnixMilli() - v.d.Milliseconds()
	default:
		return
	}
	switch op {
	case ":":
		c.From, c.To = max(c.From, from), min(c.To, to)
	case ">", ">=":
		c.From = max(c.From, from)
	case "<", "<=":
		c.To = min(c.To, from)
	}
}
