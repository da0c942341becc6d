package query

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"foghorn/journal/event"
)

// Combined queries match what the logic says, in memory and in SQL, whatever
// the parts are; and what they need is still true.
func TestCombinedQueriesFollowTheLogic(t *testing.T) {
	const rows, rounds = 25, 120
	d := dice{rand.New(rand.NewPCG(11, 5))}
	w := newWorld(t, d, rows)
	hits := 0
	for range rounds {
		a, b := d.parsed(t), d.parsed(t)
		for table := range Table(tables) {
			inA, inB := w.inMemory(a, table), w.inMemory(b, table)
			for _, c := range []struct {
				name string
				q    *Query
				want func(a, b bool) bool
			}{
				{"And", And(a, b), func(a, b bool) bool { return a && b }},
				{"Or", Or(a, b), func(a, b bool) bool { return a || b }},
				{"Not", Not(a), func(a, _ bool) bool { return !a }},
				{"nested", And(Not(Or(a, b)), a), func(a, b bool) bool { return !(a || b) && a }},
			} {
				var want []int64
				for id := int64(1); id <= rows; id++ {
					if c.want(slices.Contains(inA, id), slices.Contains(inB, id)) {
						want = append(want, id)
					}
				}
				s := c.q.SQL(table, base)
				got := w.run(t, fmt.Sprintf("SELECT rowid FROM %s WHERE %s ORDER BY rowid", table, s.Where), s.Args)
				if in := w.inMemory(c.q, table); !slices.Equal(in, want) || !slices.Equal(got, want) {
					t.Fatalf("%s of %q and %q over %s: memory %v, SQL %v, want %v", c.name, a, b, table, in, got, want)
				}
				if table == Events {
					w.checkNeed(t, c.q.String(), s.Need, got)
				}
				if again, err := Parse(c.q.String()); err != nil || again.String() != c.q.String() {
					t.Fatalf("%s of %q and %q is written as %q, which reads as %q, %v", c.name, a, b, c.q, again, err)
				}
				hits += len(got)
			}
		}
	}
	if hits == 0 {
		t.Error("nothing matched: the test says nothing")
	}
}

// parsed makes a random query, now and then one that says nothing.
func (d dice) parsed(t *testing.T) *Query {
	t.Helper()
	if d.IntN(8) == 0 {
		return pick(d, []*Query{nil, {}})
	}
	q, err := Parse(d.query(2))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// What is resolved is listed when the query speaks of it by a field or a state,
// not when some text merely holds the word.
func TestAsksForResolved(t *testing.T) {
	for text, want := range map[string]bool{
		"":                                 false,
		"resolved":                         true,
		"site:berlin RESOLVED":             true,
		"state:resolved":                   true,
		"state:open,resolved":              true,
		"state!=open":                      true,
		"!(sev>=warn or state:resolved)":   true,
		"resolved>=-1h":                    true,
		"(a or (b resolved:*))":            true,
		"site:unresolved-hq":               false,
		"site:resolved":                    false,
		`"resolved"`:                       false,
		"note:resolved*":                   false,
		`text:~"resolved"`:                 false,
		"resolvedly":                       false,
		"open":                             false,
		"!acked":                           false,
		`site:"x state:resolved" device:a`: false,
	} {
		q, err := Parse(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if got := q.AsksForResolved(); got != want {
			t.Errorf("%q asks for resolved: %v, want %v", text, got, want)
		}
	}
	if (*Query)(nil).AsksForResolved() {
		t.Error("a query that says nothing asks for resolved")
	}
}

// A program's value is a value, whatever it looks like.
func TestIsTakesValuesAsTheyAre(t *testing.T) {
	for _, s := range append(hostile, "a,b", "x or y", ") or (", "site:x", `\"`, "a*b") {
		q := Is("site", s)
		if sayable(s) != q.Event(&event.Event{Site: s}, base) {
			t.Errorf("the site %q is not found by itself", s)
		}
		if s != "" && q.Event(&event.Event{Site: s + "x"}, base) {
			t.Errorf("%q finds a longer name", s)
		}
	}
}

// A list's filter is narrowed by a term and widened again as a tree: what was typed
// keeps its meaning, and comes back as it was.
func TestATermIsAddedAndTakenAway(t *testing.T) {
	site := Is("site", "hq (berlin)")
	for _, typed := range []string{"", "lobby", "sev:critical or sev:warn", "a b", `site:"hq (berlin)" or x`, "!down", `(a or b) c site:ber*`} {
		q := MustParse(typed)
		if q.Requires(site) {
			t.Errorf("%q requires the site", typed)
		}
		narrowed := MustParse(And(q, site).String())
		if !narrowed.Requires(site) || narrowed.String() != And(q, site).String() {
			t.Errorf("%q narrowed is %q, which does not require the site", typed, narrowed)
		}
		if back := narrowed.Without(site); back.String() != q.String() {
			t.Errorf("%q comes back as %q", q, back)
		}
	}
	if got := MustParse("a").Without(site).String(); got != "a" {
		t.Errorf("a term that is not there took %q along", got)
	}
}

// A span is a tree, so no time zone or format of text comes in between.
func TestSinceAndUntilAreTheSpanBetween(t *testing.T) {
	at := time.Date(2026, 3, 1, 13, 3, 4, 567_000_000, time.FixedZone("", 3600))
	span := And(Since(at), Until(at.Add(time.Second)))
	for when, want := range map[time.Duration]bool{-time.Millisecond: false, 0: true, 999 * time.Millisecond: true, time.Second: false} {
		if got := span.Event(&event.Event{Time: at.Add(when)}, at); got != want {
			t.Errorf("%v after its beginning: %v, want %v", when, got, want)
		}
	}
	if again, err := Parse(span.String()); err != nil || again.String() != span.String() {
		t.Errorf("%q: %v", span, err)
	}
}
