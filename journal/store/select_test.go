package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// selectText runs a statement and returns its rows, a line each.
func selectText(t *testing.T, v *View, text string, limit int) (string, bool, error) {
	t.Helper()
	var out strings.Builder
	more, err := v.Select(t.Context(), text, limit, func(names []string) error { fmt.Fprintln(&out, names); return nil },
		func(values []any) error { fmt.Fprintln(&out, values...); return nil })
	return out.String(), more, err
}

func TestSelectReadsTheViews(t *testing.T) {
	v := openTestView(t, t.TempDir(), Options{})
	update(t, v, func(tx Tx) error {
		var errs []error
		for seq := int64(1); seq <= 5; seq++ {
			e := newSampler().event()
			e.ID, e.Fingerprint, e.Severity, e.Topic = event.ID(seq, 0), uint64(seq), event.Severity(seq%4), "alarms"
			errs = append(errs, tx.PutEvent(&e))
		}
		return errors.Join(errs...)
	})
	for text, want := range map[string]string{
		"select id, severity from v_events order by id limit 1":                                                   "[id severity]\n10000 info\n",
		"SELECT topic, count(*) AS n FROM v_events GROUP BY topic; -- all":                                        "[topic n]\nalarms 5\n",
		"with e as (select * from v_events where severity = 'critical') select count(*), null, 1.5, x'41' from e": "[count(*) null 1.5 x'41']\n1 <nil> 1.5 [65]\n",
		"select value from json_each('[1,2]')":                                                                    "[value]\n1\n2\n",
		"values (1)":                                                                                              "[column1]\n1\n",
	} {
		if got, more, err := selectText(t, v, text, 0); got != want || more || err != nil {
			t.Errorf("%s: %q, %v, %v", text, got, more, err)
		}
	}
	if got, more, err := selectText(t, v, "select id from v_events order by id", 2); got != "[id]\n10000\n20000\n" || !more || err != nil {
		t.Errorf("with a limit: %q, %v, %v", got, more, err)
	}
	for _, name := range SQLViews() {
		if columns, err := v.Columns(t.Context(), name); err != nil || len(columns) < 10 {
			t.Errorf("%s has %v, %v", name, columns, err)
		}
	}
}

// Whatever is typed, nothing is written, attached or loaded, and no table beside the
// views' is read.
func TestSelectOnlyReadsWhatItMay(t *testing.T) {
	dir := t.TempDir()
	v := openTestView(t, dir, Options{})
	for text, want := range map[string]string{
		"":                               "there is nothing to select",
		" -- nothing\n;":                 "there is nothing to select",
		"select 1; select 2":             "column 11: a second statement begins here",
		"select 1;\n  drop table events": "line 2, column 3: a second statement begins here",
		"select 1; nonsense":             "column 11: a second statement",
		"select nosuch from v_events":    "column 8: no such column: nosuch; foghorn sql --schema lists the columns",
		"select *\nfrom v_events\nwhere x = 'ü'":         "line 3, column 7: no such column: x",
		"select 'ü', nosuch from v_events":               "column 13: no such column: nosuch",
		"selec 1":                                        `column 1: near "selec": syntax error`,
		"select * from v_event":                          "no such table: v_event; did you mean v_events?",
		"select * from foo":                              "no such table: foo; there are v_alerts, v_clients",
		"select ?":                                       "no parameters",
		"select \x00":                                    "NUL",
		"delete from v_events":                           "cannot modify v_events because it is a view",
		"delete from events":                             "only reading is possible",
		"insert into events select * from events":        "only reading is possible",
		"update alerts set note = ''":                    "only reading is possible",
		"drop view v_events":                             "only reading is possible",
		"create table x(y)":                              "only reading is possible",
		"create temp table x(y)":                         "only reading is possible",
		"pragma query_only = off":                        "only reading is possible",
		"pragma table_info(events)":                      "only reading is possible",
		"attach '" + dir + "/log.db' as l":               "only reading is possible",
		"vacuum into '" + dir + "/copy.db'":              "there is nothing to select",
		"begin":                                          "only reading is possible",
		"select load_extension('x')":                     "not authorized",
		"select count(*) from frames":                    "frames cannot be read here",
		"select count(*) from sqlite_schema":             "sqlite_schema cannot be read here",
		"select count(*) from pragma_table_info('meta')": "cannot be read here",
		"select count(*) from dbstat":                    "dbstat",
		"select * from frames":                           "frames cannot be read here",
		"select * from collector_state":                  "collector_state cannot be read here",
		"select sql from sqlite_schema":                  "cannot be read here; there are v_alerts",
		"select * from pragma_table_info('meta')":        "cannot be read here",
		"select * from meta union select 1, 2":           "meta cannot be read here",
		"select zeroblob(100000000)":                     "a value is larger than 16 MiB",
		"select 1 /* " + strings.Repeat("x", 1<<16):      "the statement has 64 KiB",
		// A table expression may have the name of a view.
		"with v_events as (select * from collector_state) select * from v_events":   "collector_state cannot be read here",
		"with v_alerts as (select key, value from meta) select value from v_alerts": "meta cannot be read here",
	} {
		got, _, err := selectText(t, v, text, 0)
		if _, is := errors.AsType[*SQLError](err); !is || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
	}
	if _, err := v.Events(t.Context(), query.Page{Limit: 1}); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// A statement that never ends is interrupted.
func TestSelectEndsInTime(t *testing.T) {
	v := openTestView(t, t.TempDir(), Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	none := func([]any) error { return nil }
	_, err := v.Select(ctx, "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n", 0, func([]string) error { return nil }, none)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("an endless statement: %v", err)
	}
	over, stop := context.WithCancel(t.Context())
	stop()
	if _, err := v.Select(over, "select 1", 0, func([]string) error { return nil }, none); !errors.Is(err, context.Canceled) {
		t.Errorf("a statement whose time was over before it began: %v", err)
	}
}
