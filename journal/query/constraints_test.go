package query

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// Every event that matches has a term of each list, and lies within the times:
// an index that goes by them loses nothing.
func TestConstraintsHoldForEveryMatch(t *testing.T) {
	lists := 0
	for seed := range uint64(6) {
		d := dice{rand.New(rand.NewPCG(seed, 11))}
		w := newWorld(t, d, 40)
		for range 1000 {
			text := d.query(3)
			q, err := Parse(text)
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			c := q.Constraints(base)
			for _, e := range w.events {
				if !q.Event(e, base) {
					continue
				}
				s := subject{table: Events, row: e, now: base}
				if at := millis(e.Time); at < c.From || at > c.To {
					t.Fatalf("query %q: the time %d is not within %d and %d", text, at, c.From, c.To)
				}
				for _, list := range c.All {
					lists++
					if !anyTerm(s, list) {
						t.Fatalf("seed %d, query %q: event %+v has none of %q", seed, text, e, list)
					}
				}
			}
		}
	}
	if lists < 1000 {
		t.Errorf("only %d lists of terms were looked at: the test says little", lists)
	}
}

// anyTerm reports whether the event has one of the terms. Texts that are not
// UTF-8 are taken as having any text within: LIKE reads them its own way.
func anyTerm(s subject, list []RequiredTerm) bool {
	for _, c := range list {
		if c.Column != "" {
			if columnText(s, c.Column) == c.Text {
				return true
			}
			continue
		}
		for _, col := range searched[Events] {
			if v := col.text(s); !utf8.ValidString(v) || strings.Contains(fold(v), c.Text) {
				return true
			}
		}
	}
	return false
}

// columnText is the value of a column of events as a term spells it.
func columnText(s subject, name string) string {
	for _, f := range catalogue {
		for _, c := range f.on[Events] {
			if c.name != name {
				continue
			}
			if c.text != nil {
				return fold(c.text(s))
			}
			return strconv.FormatInt(c.num(s), 10)
		}
	}
	return ""
}
