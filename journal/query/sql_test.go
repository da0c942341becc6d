package query

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func compile(t *testing.T, s string, table Table) SQL {
	t.Helper()
	q, err := Parse(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return q.SQL(table, base)
}

// Conditions are written so that SQLite can use an index where there is one.
func TestConditionsUseIndexes(t *testing.T) {
	w := newWorld(t, dice{rand.New(rand.NewPCG(3, 3))}, 200)
	for _, c := range []string{"site", "type", "device_mac", "severity", "time"} {
		w.run(t, fmt.Sprintf("CREATE INDEX by_%s ON events(%s)", c, c), nil)
	}
	for s, index := range map[string]string{
		"site:berlin":        "by_site",
		"site:berlin,munich": "by_site",
		"type:AP_X id>5":     "by_type",
		"device_mac:5c5b35":  "by_device_mac",
		"time>-1h":           "by_time",
		"age<1h":             "by_time",
		"severity:critical":  "by_severity",
	} {
		q := compile(t, s, Events)
		if plan := w.plan(t, q); !strings.Contains(plan, "SEARCH events USING INDEX "+index) {
			t.Errorf("%q: %s\n%s", s, q.Where, plan)
		}
	}
}

func (w *world) plan(t *testing.T, q SQL) string {
	t.Helper()
	stmt, _, err := w.conn.PrepareTransient("EXPLAIN QUERY PLAN SELECT id FROM events WHERE " + q.Where)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stmt.Finalize() }()
	var lines []string
	for {
		more, err := stmt.Step()
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return strings.Join(lines, "\n")
		}
		lines = append(lines, stmt.GetText("detail"))
	}
}

// The longest and deepest query that parses is one that SQLite takes.
func TestLargestQueriesFitSQLite(t *testing.T) {
	w := newWorld(t, dice{rand.New(rand.NewPCG(4, 4))}, 2)
	for name, s := range map[string]string{
		"terms":    strings.Repeat("a ", MaxTerms),
		"either":   strings.TrimSuffix(strings.Repeat("a or ", MaxTerms), "or "),
		"values":   "site:" + strings.TrimSuffix(strings.Repeat("a*,", MaxTerms), ","),
		"macs":     strings.Repeat("5c:5b ", MaxTerms),
		"depth":    strings.Repeat("(a or (b ", MaxDepth/2) + "c" + strings.Repeat("))", MaxDepth/2),
		"nots":     strings.Repeat("!", MaxDepth) + "a",
		"wildcard": "text:" + strings.Repeat("*a", 1000) + "*",
		"mixed":    strings.Repeat("!(a or b ", MaxDepth/2) + strings.Repeat("c or d ", 80) + strings.Repeat(")", MaxDepth/2),
	} {
		for table := range Table(tables) {
			q := compile(t, s, table)
			got := w.run(t, fmt.Sprintf("SELECT rowid FROM %s WHERE %s ORDER BY rowid", table, q.Where), q.Args)
			parsed, _ := Parse(s)
			if want := w.inMemory(parsed, table); !slices.Equal(got, want) {
				t.Errorf("%s on %s: SQL %v, memory %v", name, table, got, want)
			}
		}
	}
}

// Only what every match must hold is needed.
func TestNeed(t *testing.T) {
	for s, want := range map[string]string{
		"Rogue":                       "rogue",
		`"rogue ap" site:BER*lin`:     "ber,lin,rogue ap",
		"site:berlin (type:AP_X foo)": "ap_x,berlin,foo",
		"rogue or berlin":             "",
		"!rogue":                      "",
		"site:berlin,munich":          "",
		"site!=berlin":                "",
		"type:~ap_":                   "",
		"ab site:ab*":                 "",
		"mac:5c5b35":                  "5c5b35",
		"mac:5c:5b:35:00:00:01":       "5c5b35000001",
		"5c:5b:35:00:00:01":           "",
		"5c5b35000001":                "", // a sentence may hold it with colons
		"5c5b3500000":                 "5c5b3500000",
		"sev>=warn age<1h":            "",
		"org_id:abcdef":               "",
		"owner:kim":                   "",
		"サイト":                         "サイト",
		`"re` + "\ufffd" + `place"`:   "place",
		"acked":                       "acked",
		"site>berlin":                 "",
		"rogue rogue":                 "rogue",
	} {
		if got := strings.Join(compile(t, s, Events).Need, ","); got != want {
			t.Errorf("%q needs %q, want %q", s, got, want)
		}
		if got := compile(t, s, Alerts).Need; got != nil {
			t.Errorf("%q needs %q of alerts", s, got)
		}
	}
}
