package query

import (
	"math"
	"strconv"
	"strings"
	"time"

	"foghorn/journal/event"
)

// Clue is something about an event that an index can tell without the row.
type Clue struct {
	// Column names the column that equals Text, ignoring ASCII case; numbers
	// are in decimal. When it is empty, one of the searched columns (see
	// SQL.Need) contains Text, which then has at least three bytes.
	Column string
	Text   string // folded to lower case (ASCII)
}

// Clues are what every event that matches a query has in common. They tell
// which rows cannot match; whether the others do, only SQL or Event tells.
type Clues struct {
	All      [][]Clue // of every list, a matching event has at least one clue
	From, To int64    // bounds of its time, both inclusive, in epoch milliseconds
}

// Clues returns what every event that matches at now has in common.
func (q *Query) Clues(now time.Time) Clues {
	c := Clues{From: math.MinInt64, To: math.MaxInt64}
	if q.Empty() {
		return c
	}
	parts := and{q.root}
	if all, ok := q.root.(and); ok {
		parts = all
	}
	for _, n := range parts {
		c.All = append(c.All, clues(n)...)
		if t, ok := n.(term); ok {
			c.bound(t, now)
		}
	}
	return c
}

// clues are the lists of one node.
func clues(n node) [][]Clue {
	switch n := n.(type) {
	case and:
		var all [][]Clue
		for _, k := range n {
			all = append(all, clues(k)...)
		}
		return all
	case or:
		// One list of every branch, joined: an event of any branch has one of them.
		var joined []Clue
		for _, k := range n {
			lists := clues(k)
			if len(lists) == 0 {
				return nil
			}
			joined = append(joined, lists[0]...)
		}
		return [][]Clue{joined}
	case word:
		return wordClues(n)
	case term:
		return termClues(n)
	}
	return nil
}

func wordClues(n word) [][]Clue {
	found := contained(n.pattern)
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
			list = append(list, Clue{Text: form})
		}
	}
	return [][]Clue{list}
}

// contained are the literals of a pattern as clues of their own.
func contained(p pattern) [][]Clue {
	var lists [][]Clue
	for _, piece := range pieces(p) {
		// LIKE reads its pattern up to a NUL only.
		if piece, _, _ = strings.Cut(piece, "\x00"); len(piece) >= 3 {
			lists = append(lists, []Clue{{Text: piece}})
		}
	}
	return lists
}

func termClues(t term) [][]Clue {
	columns := t.f.on[Events]
	if len(columns) == 1 && len(t.vals) == 1 {
		return valueClues(columns[0], t.vals[0])
	}
	var joined []Clue
	for _, c := range columns {
		for _, v := range t.vals {
			lists := valueClues(c, v)
			if len(lists) == 0 {
				return nil
			}
			joined = append(joined, lists[0]...)
		}
	}
	if joined == nil {
		return nil
	}
	return [][]Clue{joined}
}

// valueClues are the clues of one column and one value; none when an index
// cannot tell.
func valueClues(c column, v value) [][]Clue {
	switch v := v.(type) {
	case equals:
		return patternClues(c, v.pattern)
	case address:
		return patternClues(c, v.pattern)
	case number:
		if c.name == "severity" {
			return severityClues(v)
		}
		if v.op == ":" {
			return [][]Clue{{{Column: c.name, Text: strconv.FormatInt(v.n, 10)}}}
		}
	}
	return nil
}

func patternClues(c column, p pattern) [][]Clue {
	if p.plain() {
		return [][]Clue{{{Column: c.name, Text: p.low[0]}}}
	}
	for _, k := range searched[Events] {
		if k.name == c.name {
			return contained(p)
		}
	}
	return nil
}

// severityClues lists the severities that are in order.
func severityClues(v number) [][]Clue {
	list := []Clue{}
	for _, s := range event.Severities() {
		if inOrder(v.op, int64(s), v.n) {
			list = append(list, Clue{Column: "severity", Text: strconv.Itoa(int(s))})
		}
	}
	return [][]Clue{list}
}

// bound narrows the time an event may have by a term on it.
func (c *Clues) bound(t term, now time.Time) {
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
