package projector

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// oldLayouts made the tables of log.db before activities had event ids of today.
var oldLayouts = map[int]string{
	1: "CREATE TABLE records(seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, grp TEXT NOT NULL, at_ms INTEGER NOT NULL, head BLOB NOT NULL, body BLOB NOT NULL);",
	2: "CREATE TABLE records(seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, grp TEXT NOT NULL, at_ms INTEGER NOT NULL, head BLOB NOT NULL, body BLOB NOT NULL);" +
		"ALTER TABLE records ADD COLUMN sum INTEGER; CREATE TABLE identity(id INTEGER NOT NULL); INSERT INTO identity(id) VALUES(77);",
}

// writeOldLog makes the log.db of an older version.
func writeOldLog(t *testing.T, dir string, schema int, records []event.Record) {
	t.Helper()
	c, err := sqlite.OpenConn(filepath.Join(dir, store.LogFile), sqlite.OpenReadWrite|sqlite.OpenCreate|sqlite.OpenWAL)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := sqlitex.ExecuteScript(c, oldLayouts[schema]+fmt.Sprintf("PRAGMA user_version=%d;", schema), nil); err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if len(r.Body) == 0 {
			r.Body = []byte{}
		}
		err := sqlitex.Execute(c, "INSERT INTO records(kind, grp, at_ms, head, body) VALUES(?, ?, ?, ?, ?)",
			&sqlitex.ExecOptions{Args: []any{int64(r.Kind), r.Group, r.At.UnixMilli(), r.Head, r.Body}})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// oldAct is an activity as an older version wrote it, on what had this id then.
func oldAct(sec int, head string) event.Record {
	return event.Record{Kind: event.RecordActivity, Group: "activity", At: start.Add(time.Duration(sec) * time.Second), Head: []byte(head)}
}

// Acks and notes in the log of an older version are on the same alerts as before,
// though the ids of events, and so of alerts, are others now.
func TestActivitiesOfAnOlderLogStayOnTheirAlerts(t *testing.T) {
	t.Parallel()
	lost := func(mac string) string {
		return fmt.Sprintf(`{"type":"AP_DISCONNECTED","mac":%q,"timestamp":%d,"org_id":"o"}`, mac, at(0))
	}
	many := strings.Repeat(`{"type":"x"},`, 12_000) + `{"type":"y"}`
	records := []event.Record{
		webhook(1, "device-updowns", lost("5c5b35000001")),
		webhook(2, "device-updowns", lost("5c5b35000002"), lost("5c5b35000003")),
		oldAct(3, `{"id":0,"time":"2026-03-01T09:00:00Z","actor":"anna","action":"ack","target":"alert:2000001"}`),
		oldAct(4, `{"id":0,"time":"2026-03-01T09:00:00Z","actor":"ben","action":"ack","target":"alert:1000000","after":"ben"}`),
		oldAct(5, `{"id":0,"time":"2026-03-01T09:00:00Z","actor":"ben","action":"undo","target":"alert:1000000","undoes":4}`),
		webhook(6, "device-updowns", many),
		oldAct(7, `{"id":0,"time":"2026-03-01T09:00:00Z","actor":"eve","action":"ack","target":"alert:6010001"}`),
		webhook(8, "device-updowns", lost("5c5b35000004")),
	}
	for schema := range oldLayouts {
		t.Run(fmt.Sprint("schema ", schema), func(t *testing.T) {
			dir := t.TempDir()
			writeOldLog(t, dir, schema, records)
			l := openLog(t, dir)
			appended := activity(9, event.Activity{Actor: "kim", Action: event.ActionAck, Target: event.AlertTarget(event.ID(2, 0))})
			if _, err := l.Append(t.Context(), appended); err != nil {
				t.Fatal(err)
			}
			v := resetView(t, dir)
			defer v.Close()
			p, err := New(Options{Log: l, View: v, Clock: clock.NewFake(start.Add(time.Hour))})
			if err != nil {
				t.Fatal(err)
			}
			if err := p.CatchUp(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			for id, owner := range map[int64]string{event.ID(1, 0): "", event.ID(2, 0): "kim", event.ID(2, 1): "anna", event.ID(8, 0): ""} {
				a, err := v.Alert(t.Context(), id)
				if err != nil || a.Owner != owner {
					t.Errorf("alert %d belongs to %q, want %q (%v)", id, a.Owner, owner, err)
				}
			}
			d, err := v.Delivery(t.Context(), 6)
			if err != nil || !strings.Contains(d.Warning, "more than 10000 events") {
				t.Errorf("the delivery of 12,001 elements has the warning %q, %v", d.Warning, err)
			}
			acts, err := v.Activities(t.Context(), "", 10)
			if err != nil || len(acts) != 5 {
				t.Fatalf("%d activities, %v", len(acts), err)
			}
			for i, want := range []string{"alert:20000", "alert:6010001 (an id of an older version)", "alert:10000", "alert:10000", "alert:20001"} {
				if acts[i].Target != want || (acts[i].Result == "ok") != (i != 1) {
					t.Errorf("%s by %s on %q says %q; want %q", acts[i].Action, acts[i].Actor, acts[i].Target, acts[i].Result, want)
				}
			}
		})
	}
}
