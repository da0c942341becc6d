package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"zombiezen.com/go/sqlite"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// Small blocks make many segments of few events. testRows reaches past one wide
// segment into small ones and loose events.
const (
	testBlock = 3
	testSpan  = testBlock * spanBlocks
	testRows  = wideSpans*testSpan + 2*testSpan + 100
)

// openSmallBlocks opens a view for writing whose index has blocks of testBlock.
func openSmallBlocks(t *testing.T, dir string) *View {
	v := openTestView(t, dir, Options{})
	v.w.block = testBlock
	return v
}

// plainSearch looks at all events, which are oldest first, without SQL or index.
func plainSearch(events []event.Event, p query.Page) (found []event.Event) {
	for i := range events {
		e := &events[i]
		if !p.OldestFirst {
			e = &events[len(events)-1-i]
		}
		if len(found) < p.Limit && (p.Before == 0 || e.ID < p.Before) && e.ID > p.After && p.Where.Event(e, p.Now) {
			found = append(found, *e)
		}
	}
	return found
}

// The index only leaves out what cannot match: pages found with it are those
// found by looking at every event, for queries put together at random, over all
// of the journal and over parts of it.
func TestIndexedSearchFindsTheSame(t *testing.T) {
	v := openSmallBlocks(t, t.TempDir())
	fill(t, v, newSampler(), testRows, 500)
	events := make([]event.Event, 0, testRows)
	for s := newSampler(); len(events) < testRows; {
		e := s.event()
		e.Fingerprint = 0
		events = append(events, e)
	}
	terms := []string{
		"radar", "RADAR", "laptop-00123", "\"laptop-1\"", "p-07", "on", "zzz", "ap-0*9", "*", "site:\"berlin 07\"", "site:berlin*", "site:*",
		"site:\"Berlin 01\",\"Berlin 02\"", "device:ap-0007", "device:AP-00*", "device_mac:5c5b35000007", "mac:5c:5b:35:00:00:1f", "mac:5c5b3500",
		"a0b1", "5c:5b:35:00:00:2a", "5c5b3500002a", "client_mac:a0b1*", "client_mac:\"\"", "client:laptop-19999", "type:AP_RESTARTED", "type:~restart",
		"topic:client-events", "topic:none", "sev:critical", "sev>=warn", "sev<info", "sev>critical", "ssid:CORP", "source:acme", "source:other", "via:webhook",
		"duplicates:1", "alert:0", "delivery:777", "age<10s", "age>12s", "time>=2026-11-23T10:00:12", "time:2026-11-23T10:00:07", "id<2000000000", "device_type:ap",
		"org_id:9777c1a0-6ef6-11e6-8bbf-02e208b2d34f", "site_id:978c48e6-6ef6-11e6-8bbf-02e208b20042", "text:*reason*5*",
		"ssid:caf*", "\"İstanbul\"", "ssid:\"İSTANBUL%_\\\\*\"", "evil", "ssid:corp*", "ssid:\"a\nb\"", "5c5b35000002afff", "ssid:*35000002*", "alert:*", "alert:193000000", "\"\ufffd\"",
	}
	r := rand.New(rand.NewPCG(3, 4))
	pick := func() string { return terms[r.IntN(len(terms))] }
	questions := append([]string{""}, slices.Repeat(terms, 3)...)
	for range 80 {
		q := pick()
		for range r.IntN(3) {
			switch r.IntN(4) {
			case 0:
				q = fmt.Sprintf("(%s or %s)", q, pick())
			case 1:
				q = fmt.Sprintf("%s !%s", q, pick())
			default:
				q = fmt.Sprintf("%s %s", q, pick())
			}
		}
		questions = append(questions, q)
	}
	now := began.Add(testRows * 5e6)
	for _, text := range questions {
		q, err := query.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		p := query.Page{Where: q, Now: now, Limit: 1 + r.IntN(60)}
		if r.IntN(3) == 0 {
			p.Before = event.ID(1+r.Int64N(testRows), 0)
		}
		if r.IntN(3) == 0 {
			p.After = event.ID(1+r.Int64N(testRows), 0)
		}
		for _, p.OldestFirst = range []bool{false, true} {
			got, err := v.Events(context.Background(), p)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if want := plainSearch(events, p); !reflect.DeepEqual(got, want) {
				t.Errorf("%s (before %d, after %d, limit %d, oldest first %t): %d events from the view, %d from memory",
					text, p.Before, p.After, p.Limit, p.OldestFirst, len(got), len(want))
			}
		}
	}
}

// However a history is cut into slices, and however often its writer starts
// anew in between, the index is the same.
func TestIndexDoesNotDependOnSlices(t *testing.T) {
	whole := openSmallBlocks(t, t.TempDir())
	fill(t, whole, newSampler(), testRows, testRows)
	dir := t.TempDir()
	s := newSampler()
	for _, n := range []int{1, testSpan - 2, 1, 1, 5 * testSpan, 10 * testSpan, testRows - 16*testSpan - 1} {
		v, err := OpenViewWriter(context.Background(), dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		v.w.block = testBlock
		fill(t, v, s, n, 1+n/3)
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
	}
	cut := openTestView(t, dir, Options{})
	for _, table := range []string{"index_segments", "trigram_bits", "fingerprints", "known_values", "counts", "meta"} {
		if a, b := dump(t, whole, table), dump(t, cut, table); !reflect.DeepEqual(a, b) {
			t.Errorf("%s differ: %d and %d rows", table, len(a), len(b))
		}
	}
}

// dump reads a table as text.
func dump(t *testing.T, v *View, table string) (rows []string) {
	t.Helper()
	err := v.read(context.Background(), "dump", func(c *sqlite.Conn) error {
		st, _, err := c.PrepareTransient("SELECT * FROM " + table + " ORDER BY 1, 2")
		if err != nil {
			return err
		}
		defer st.Finalize()
		for {
			row, err := st.Step()
			if err != nil || !row {
				return err
			}
			line := ""
			for i := range st.ColumnCount() {
				line += fmt.Sprintf("%q ", st.ColumnText(i))
			}
			rows = append(rows, line)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
