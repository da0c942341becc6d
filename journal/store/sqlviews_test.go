package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
)

// Whoever asks the SQL views gets what the command line prints as JSON.
func TestSQLViewsSayWhatTheCommandLineSays(t *testing.T) {
	ctx := t.Context()
	v := openTestView(t, t.TempDir(), Options{})
	r := rand.New(rand.NewPCG(1, 2))
	now := time.Now()
	moment := func() time.Time { return began.Add(time.Duration(r.Int64N(9_000_000_000)) * time.Millisecond) }
	maybe := func(t time.Time) *time.Time {
		if r.IntN(2) == 0 {
			return nil
		}
		return &t
	}
	update(t, v, func(tx Tx) error {
		var errs []error
		for seq := int64(1); seq <= 400; seq++ {
			e := newSampler().event()
			e.ID, e.Fingerprint, e.Time, e.Received = event.ID(seq, r.IntN(9)), uint64(seq), moment(), moment()
			e.Severity, e.DeliveryID, e.AlertID, e.Text = event.Severity(r.IntN(4)), seq*r.Int64N(2), e.ID*r.Int64N(2), "it's \"so\" ß"
			if seq == 1 {
				e.Time = time.Time{}
			}
			a := sampleAlert(e.ID)
			a.Key, a.Opened, a.LastSeen, a.Severity = fmt.Sprint(seq), moment(), moment(), event.Severity(r.IntN(4))
			a.Resolved, a.AckedAt, a.ParentID = maybe(moment()), maybe(moment()), r.Int64N(2)*7
			a.Expires, a.UnclearEnd, a.UnclearAmong = maybe(moment()), maybe(moment()), r.IntN(4)
			a.ClosedBy, a.ClosedAt, a.CloseReason = "kim", maybe(moment()), "it's a test"
			a.SnoozedUntil = maybe(now.Add(time.Duration(r.IntN(3)-1) * 24 * time.Hour))
			d := event.Delivery{ID: seq, Received: moment(), Source: "acme", Via: event.ViaWebhook, Verdict: event.Verified, Status: 200,
				DurationMS: 1.5, Topic: "alarms", Events: 2, ReplayOf: r.Int64N(2) * 3, Size: 12, Truncated: seq%2 == 0}
			errs = append(errs, tx.PutEvent(&e), tx.PutAlert(&a), tx.PutDelivery(&d))
		}
		return errors.Join(errs...)
	})
	all := query.Page{Limit: 1000, OldestFirst: true, Now: now}
	events, err1 := v.Events(ctx, all)
	alerts, err2 := v.Alerts(ctx, all)
	deliveries, err3 := v.Deliveries(ctx, all)
	must(t, errors.Join(err1, err2, err3))
	compareRows(t, v, "v_events", events)
	compareRows(t, v, "v_alerts", alerts)
	compareRows(t, v, "v_deliveries", deliveries)
	var devices []event.Device
	var clients []event.LiveClient
	for i := range 50 {
		mac := event.MAC(fmt.Sprintf("5c5b350000%02x", i))
		d := event.Device{Source: "acme", OrgID: "o", SiteID: "s", Site: "berlin", MAC: mac, ID: fmt.Sprintf("id-%02d", i), Name: "ap", Type: "ap", Model: "AP45",
			Serial: "A1", Version: "0.14", IP: "10.0.0.1", Status: "connected", Since: moment(), LastSeen: moment(), UptimeS: 9, Clients: i, CPU: 1.5, Memory: 2.5,
			Uplink: "sw ge-0/0/1", Updated: moment()}
		if i%2 == 0 {
			d.Radios, d.Since = []event.Radio{{Band: "5", Channel: 36, Clients: i}}, time.Time{}
		}
		devices = append(devices, d)
		clients = append(clients, event.LiveClient{Source: "acme", OrgID: "o", SiteID: "s", Site: "berlin", MAC: mac, Hostname: "h", Username: "u", IP: "10.0.0.2",
			SSID: "Corp", AP: mac, APName: "ap", Band: "5", Channel: 36, RSSI: -60, SNR: 30, Since: moment(), LastSeen: moment(), Roams: i, Updated: moment()})
	}
	must(t, errors.Join(v.PutDevices(ctx, "acme", devices, nil), v.PutClients(ctx, "acme", clients, nil)))
	compareRows(t, v, "v_devices", devices)
	compareRows(t, v, "v_clients", clients)
}

// compareRows compares each column of an SQL view with the member of that name in
// the JSON of the rows. What JSON leaves out is NULL, 0 or empty.
func compareRows[T export.Row](t *testing.T, v *View, name string, rows []T) {
	t.Helper()
	got := selectAll(t, v, name)
	if len(got) != len(rows) || len(rows) == 0 {
		t.Fatalf("%s has %d rows, the view %d", name, len(got), len(rows))
	}
	elsewhere := map[string]bool{"raw": true, "headers": true, "sync": true} // in the log, or in columns of their own
	for i := range rows {
		text, err := export.Object(&rows[i])
		must(t, err)
		var members map[string]any
		dec := json.NewDecoder(strings.NewReader(string(text)))
		dec.UseNumber()
		must(t, dec.Decode(&members))
		for column, value := range got[i] {
			want := asText(members[column])
			if sync, ok := members["sync"].(map[string]any); ok && strings.HasPrefix(column, "sync_") {
				want = asText(sync[strings.TrimPrefix(column, "sync_")])
			}
			if value != want {
				t.Errorf("%s row %d: %s is %q, JSON has %q", name, i, column, value, want)
			}
		}
		for member := range members {
			if _, there := got[i][member]; !there && !elsewhere[member] {
				t.Fatalf("%s has no column %s", name, member)
			}
		}
	}
}

// asText is a JSON value as selectAll has it.
func asText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "1"
		}
		return ""
	case json.Number:
		if f, err := v.Float64(); err == nil && f == 0 {
			return ""
		}
		return v.String()
	case string:
		return v
	case []any:
		text, _ := json.Marshal(v)
		return string(text)
	}
	return fmt.Sprint(v)
}

// selectAll reads a view as text, with nothing for NULL and 0.
func selectAll(t *testing.T, v *View, name string) (rows []map[string]string) {
	t.Helper()
	err := v.read(context.Background(), "select", func(c *sqlite.Conn) error {
		return sqlitex.Execute(c, "SELECT * FROM "+name+" ORDER BY "+map[bool]string{true: "mac", false: "id"}[name == "v_devices" || name == "v_clients"], &sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
			row := map[string]string{}
			for i := range st.ColumnCount() {
				text := st.ColumnText(i)
				if st.ColumnType(i) == sqlite.TypeFloat {
					text = strconv.FormatFloat(st.ColumnFloat(i), 'f', -1, 64)
				}
				if text == "0" {
					text = ""
				}
				row[st.ColumnName(i)] = text
			}
			rows = append(rows, row)
			return nil
		}})
	})
	must(t, err)
	return rows
}

// People find each table, and each column of the views, in docs/JOURNAL.md.
func TestTablesAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../docs/JOURNAL.md")
	must(t, err)
	v := openTestView(t, t.TempDir(), Options{})
	err = v.read(t.Context(), "list", func(c *sqlite.Conn) error {
		return sqlitex.Execute(c, "SELECT name FROM sqlite_schema WHERE type = 'table' UNION ALL "+
			"SELECT c.name FROM sqlite_schema v, pragma_table_info(v.name) c WHERE v.type = 'view'",
			&sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
				if name := st.ColumnText(0); !strings.Contains(string(doc), "`"+name+"`") {
					t.Errorf("docs/JOURNAL.md does not have `%s`", name)
				}
				return nil
			}})
	})
	must(t, err)
	for _, want := range []string{fmt.Sprintf("Layout %d.", viewVersion), fmt.Sprintf("Schema %d.", len(logMigrations))} {
		if !strings.Contains(string(doc), want) {
			t.Errorf("docs/JOURNAL.md does not say %q", want)
		}
	}
}
