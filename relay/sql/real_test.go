package sql

import (
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/relay"
)

// Events become rows; one that is sent again, because an answer was lost, becomes no
// second row, and its row says what is newest.
func TestARepeatIsNoSecondRow(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		d := db.relayOf(t, config.Relay{})
		sent(t, d, items(outage(3450000), outage(3450001), outage(3450002))...)
		again := outage(3450001)
		again.Duplicates, again.Device = 4, "lobby-ap3-new"
		sent(t, d, items(again, outage(3450003))...)
		if n := db.one(t, "SELECT count(*) FROM foghorn_events"); n != "4" {
			t.Errorf("%s rows, want 4", n)
		}
		if got := db.one(t, "SELECT device FROM foghorn_events WHERE id = 3450001"); got != "lobby-ap3-new" {
			t.Errorf("device %q", got)
		}
		// The same event twice in one batch: the last says how it is.
		last := outage(3450004)
		last.Duplicates = 9
		sent(t, d, items(outage(3450004), last)...)
		if got := db.one(t, "SELECT duplicates FROM foghorn_events WHERE id = 3450004"); got != "9" {
			t.Errorf("duplicates %s, want 9", got)
		}
	})
}

// Two journals give the same ids to other events: both keep theirs.
func TestTwoJournalsShareATable(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		d := db.relayOf(t, config.Relay{})
		other, err := New(db.config(config.Relay{}), relay.Env{Journal: 8})
		if err != nil {
			t.Fatal(err)
		}
		defer other.(*Destination).Close()
		sent(t, d, items(outage(10000))...)
		sent(t, other.(*Destination), items(outage(10000))...)
		if n := db.one(t, "SELECT count(*) FROM foghorn_events"); n != "2" {
			t.Errorf("%s rows, want 2", n)
		}
	})
}

// Times are in UTC with milliseconds, whatever the zones of event, session and server.
func TestTimesAreInUTC(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		d := db.relayOf(t, config.Relay{})
		e := outage(1)
		e.Time = noon.In(time.FixedZone("", 5*3600+1800))
		sent(t, d, items(e)...)
		query := "SELECT date_format(time, '%Y-%m-%d %H:%i:%s.%f') FROM foghorn_events"
		if db.scheme == "postgres" {
			query = "SELECT to_char(time AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') FROM foghorn_events"
		}
		if got, want := db.one(t, query), "2026-11-27 12:00:00.123000"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	})
}

// The raw element can be asked in SQL.
func TestRawIsJSON(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		d := db.relayOf(t, config.Relay{})
		sent(t, d, items(outage(1))...)
		query := "SELECT json_value(raw, '$.type') FROM foghorn_events"
		if db.scheme == "postgres" {
			query = "SELECT raw->>'type' FROM foghorn_events"
		}
		if got := db.one(t, query); got != "device_down" {
			t.Errorf("type %q", got)
		}
	})
}

// An alert has one row, which says how it is now.
func TestAnAlertHasOneRow(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		d := db.relayOf(t, config.Relay{Send: "alerts", Table: "noc"})
		sent(t, d, notice(1, relay.First, "opened", nil))
		if got := db.one(t, "SELECT state FROM noc_alerts WHERE resolved IS NULL AND step = 'opened'"); got != "open" {
			t.Errorf("state %q", got)
		}
		sent(t, d, notice(1, relay.First, "opened", nil), notice(2, relay.Resolved, "resolved", after(4*time.Minute)))
		if n := db.one(t, "SELECT count(*) FROM noc_alerts"); n != "1" {
			t.Errorf("%s rows, want 1", n)
		}
		if got := db.one(t, "SELECT title FROM noc_alerts WHERE state = 'resolved' AND n = 2 AND why = 'resolved'"); got != "AP lobby-ap3 was down for 4m" {
			t.Errorf("title %q", got)
		}
	})
}

// Queries and dashboards made for Network Assistant's tables find what they look for.
func TestNetworkAssistantTables(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		d := db.relayOf(t, config.Relay{Columns: "network-assistant"})
		all := items(commit(20000), outage(30000))
		sent(t, d, all...)
		db.exec(t, "UPDATE junos_events SET message = 'of Teams'")
		sent(t, d, all...) // a repeat
		for query, want := range map[string]string{
			"SELECT count(*) FROM junos_events":    "1",
			"SELECT device FROM junos_events":      "edge-1",
			"SELECT event FROM junos_events":       "UI_COMMIT",
			"SELECT message FROM junos_events":     "of Teams", // what others fill stays
			"SELECT description FROM mist_events":  "AP lobby-ap3 is down",
			"SELECT site FROM mist_events":         "berlin",
			"SELECT foghorn_id FROM mist_events":   "7/a3",
			"SELECT description FROM junos_events": "User 'ada' requested 'commit' operation",
		} {
			if got := db.one(t, query); got != want {
				t.Errorf("%s: %q, want %q", query, got, want)
			}
		}
		if got := db.one(t, "SELECT logdate FROM junos_events"); !strings.HasPrefix(got, "2026-11-27") {
			t.Errorf("logdate %s", got)
		}
		if got := db.one(t, "SELECT logtime FROM junos_events"); !strings.Contains(got, "12:00:00.123") {
			t.Errorf("logtime %s", got)
		}
	})
}

// The statements of the schema may run again, and lose nothing.
func TestTheSchemaMayRunAgain(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		for _, c := range []config.Relay{{}, {Send: "alerts"}, {Columns: "network-assistant"}, {Table: strings.Repeat("t", 63)}} {
			d := db.relayOf(t, c)
			if c.Send == "" {
				sent(t, d, items(outage(1))...)
			}
			ddl, err := Schema(db.config(c))
			if err != nil {
				t.Fatal(err)
			}
			db.exec(t, ddl)
			if c.Send == "" {
				last := d.shape.tables[len(d.shape.tables)-1]
				if n := db.one(t, "SELECT count(*) FROM "+d.dialect.ident(last.name)); n != "1" {
					t.Errorf("%s: %s rows after the second run, want 1", last.name, n)
				}
			}
		}
	})
}
