package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"

	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

// A site page must not read the rows of other sites: each statement searches an
// index by the site, and none scans a table of the view.
func TestSiteStatementsUseAnIndex(t *testing.T) {
	v := openTestView(t, t.TempDir(), Options{Clock: clock.NewFake(began)})
	for name, sql := range map[string]struct{ text, index string }{
		"changes":       {changesSQL, "USING INDEX events_change (site_id=? AND time>? AND time<?)"},
		"last change":   {lastChangeSQL, "USING INDEX events_change (site_id=?)"},
		"devices":       {siteDevicesSQL, "USING INDEX devices_site (site_id=?)"},
		"count devices": {countDevicesSQL + "WHERE site_id = ?1 GROUP BY site_id, source, type", "USING INDEX devices_site (site_id=?)"},
		"count clients": {countClientsSQL + "WHERE site_id = ?1 GROUP BY site_id, source", "USING INDEX clients_site (site_id=?)"},
		"clients":       {deviceClientsSQL, "USING INDEX clients_ap (ap=?)"},
		"neighbors":     {behindSQL, "USING INDEX devices_site (site_id=?)"},
		"alerts":        {siteAlertsSQL, "USING INDEX alerts_order (<expr>=?)"},
		"scores":        {siteScoresSQL, "USING PRIMARY KEY (site_id=?)"},
	} {
		var plan []string
		err := v.read(t.Context(), "explain", func(c *sqlite.Conn) error {
			st, _, err := c.PrepareTransient("EXPLAIN QUERY PLAN " + sql.text)
			if err != nil {
				return err
			}
			defer st.Finalize()
			for {
				row, err := st.Step()
				if err != nil || !row {
					return err
				}
				plan = append(plan, st.ColumnText(3))
			}
		})
		all := strings.Join(plan, "; ")
		if err != nil || !strings.Contains(all, sql.index) || strings.Contains(all, "SCAN") {
			t.Errorf("%s: %s, %v", name, all, err)
		}
	}
}

func change(id int64, at time.Time, kind event.ChangeKind, source, org, site string) event.Event {
	return event.Event{ID: id, Time: at, Received: at, Source: source, Via: event.ViaWebhook, Topic: "audits", Type: "audits", Text: fmt.Sprint("change ", id),
		OrgID: org, SiteID: site, Site: strings.ToUpper(site), Duplicates: 1, Change: kind, Fingerprint: uint64(id)}
}

func putEvents(t *testing.T, v *View, events []event.Event) {
	t.Helper()
	update(t, v, func(tx Tx) error {
		for i := range events {
			if err := tx.PutEvent(&events[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestChangesAreTheSitesAndTheOrganizations(t *testing.T) {
	v := openTestView(t, t.TempDir(), Options{Clock: clock.NewFake(began)})
	at := func(minutes int) time.Time { return began.Add(time.Duration(minutes) * time.Minute) }
	putEvents(t, v, []event.Event{
		change(10000, at(0), event.ChangeAudit, "acme", "o1", "s1"),
		change(20000, at(10), event.ChangeAudit, "acme", "o1", ""),
		change(30000, at(20), event.ChangeUpgrade, "acme", "o1", "s2"),
		change(40000, at(30), "", "acme", "o1", "s1"),
		change(50000, at(40), event.ChangeConfig, "other", "o2", ""),
		change(60000, at(50), event.ChangeConfig, "junos", "", "s1"),
		change(70000, at(60), event.ChangeRestart, "acme", "o1", "s1"),
	})
	for _, test := range []struct {
		q    event.ChangeQuery
		want []int64
	}{
		{event.ChangeQuery{Source: "acme", OrgID: "o1", SiteID: "s1", From: at(0), To: at(60)}, []int64{70000, 60000, 20000, 10000}},
		{event.ChangeQuery{Source: "acme", OrgID: "o1", SiteID: "s1", From: at(1), To: at(59)}, []int64{60000, 20000}},
		{event.ChangeQuery{Source: "junos", SiteID: "s1", From: at(0), To: at(60)}, []int64{70000, 60000, 10000}},
		{event.ChangeQuery{Source: "second name of acme", OrgID: "o1", From: at(0), To: at(60)}, []int64{20000}},
		{event.ChangeQuery{Source: "acme", OrgID: "o1", SiteID: "s1", From: at(0), To: at(60), Limit: 1}, []int64{70000}},
	} {
		if test.q.Limit == 0 {
			test.q.Limit = 100
		}
		rows, err := v.Changes(t.Context(), test.q)
		var got []int64
		for _, e := range rows {
			got = append(got, e.ID)
		}
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%+v: %v, %v; want %v", test.q, got, err, test.want)
		}
	}
}

func TestSiteStatesPutTheTablesTogether(t *testing.T) {
	ctx, v := t.Context(), openTestView(t, t.TempDir(), Options{Clock: clock.NewFake(began)})
	device := func(mac, site, kind, status string) event.Device {
		return event.Device{OrgID: "o1", SiteID: site, Site: strings.ToUpper(site), MAC: event.MAC(mac), Name: mac, Type: kind, Status: status, Updated: began}
	}
	if err := v.PutDevices(ctx, "acme", []event.Device{
		device("000000000001", "s1", "ap", "connected"), device("000000000002", "s1", "ap", "disconnected"), device("000000000003", "s1", "gateway", "upgrading"),
		device("000000000004", "s1", "switch", ""), device("000000000005", "s2", "ap", "connected"),
	}, nil); err != nil {
		t.Fatal(err)
	}
	if err := v.PutClients(ctx, "acme", []event.LiveClient{{MAC: "0000000000a1", OrgID: "o1", SiteID: "s1"}, {MAC: "0000000000a2", OrgID: "o1", SiteID: "s3", Site: "S3"}}, nil); err != nil {
		t.Fatal(err)
	}
	if err := v.PutScores(ctx, []event.SLEScore{{Source: "acme", SiteID: "s1", Metric: "throughput", Value: .9, Time: began}, {Source: "acme", SiteID: "s1", Metric: "capacity", Value: .4, Time: began},
		{Source: "acme", SiteID: "s1", Metric: "roaming", Value: -1, Time: began}}); err != nil {
		t.Fatal(err)
	}
	acked := began
	update(t, v, func(tx Tx) error {
		for i, a := range []event.Alert{{SiteID: "s1", Severity: event.Critical}, {SiteID: "s1", Severity: event.Critical, AckedAt: &acked}, {SiteID: "s1", Severity: event.Info},
			{SiteID: "s1", Severity: event.Warn, Resolved: &acked}, {SiteID: "s4", Site: "S4", Source: "hooks only", Severity: event.Warn}} {
			a.ID, a.Key, a.Opened = int64(i+1)*10000, fmt.Sprint("key", i), began
			if a.Source == "" {
				a.Source = "acme"
			}
			if err := tx.PutAlert(&a); err != nil {
				return err
			}
		}
		return errors.Join(tx.PutName(Name{"site", "s5", "S5"}), tx.PutName(Name{"device", "x", "no site"}))
	})
	putEvents(t, v, []event.Event{change(990000, began, event.ChangeAudit, "acme", "o1", "s5")})

	all, err := v.SiteStates(ctx, "")
	var got []string
	for _, s := range all {
		got = append(got, fmt.Sprintf("%s %s %s: %d/%d/%d %d %v %d %v", s.ID, s.Name, s.Source, s.Down, s.Unknown, s.Devices, s.Clients, s.Unresolved(), s.Open, s.LastChange.Equal(began)))
	}
	want := []string{"s1 S1 acme: 2/1/4 1 3 2 false", "s2 S2 acme: 0/0/1 0 0 0 false", "s3 S3 acme: 0/0/0 1 0 0 false", "s4 S4 hooks only: 0/0/0 0 1 1 false", "s5 S5 acme: 0/0/0 0 0 0 true"}
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("%q, %v\nwant %q", got, err, want)
	}
	s1 := all[0]
	if w, ok := s1.Worst(); !ok || w != event.Critical || s1.WorstSLE == nil || s1.WorstSLE.Metric != "capacity" || s1.OrgID != "o1" || len(s1.Types) != 3 {
		t.Errorf("%+v", s1)
	}
	one, err := v.SiteStates(ctx, "s1")
	if err != nil || len(one) != 1 || fmt.Sprint(one[0].Alerts, one[0].Down, one[0].Types) != fmt.Sprint(s1.Alerts, s1.Down, s1.Types) {
		t.Errorf("one site: %+v, %v", one, err)
	}
	down, err := v.SiteDown(ctx, "s1", 10)
	if err != nil || len(down) != 2 || down[0].Type != "gateway" || down[1].MAC != "000000000002" {
		t.Errorf("down: %+v, %v", down, err)
	}
	alerts, err := v.SiteAlerts(ctx, "s1", 10)
	if err != nil || len(alerts) != 3 || alerts[0].Severity != event.Critical || alerts[2].Severity != event.Info {
		t.Errorf("alerts: %+v, %v", alerts, err)
	}
	if scores, err := v.SiteScores(ctx, "s1"); err != nil || len(scores) != 2 || scores[0].Metric != "capacity" {
		t.Errorf("scores: %+v, %v", scores, err)
	}
}

// In an outage the gateway is what one looks for: it comes before what it took down.
func TestDevicesOfASiteBeginWithItsGateway(t *testing.T) {
	v := openTestView(t, t.TempDir(), Options{})
	device := func(mac event.MAC, site, kind, name, status string) event.Device {
		return event.Device{Source: "acme", MAC: mac, SiteID: site, Site: site, Type: kind, Name: name, Status: status}
	}
	must(t, v.PutDevices(t.Context(), "acme", []event.Device{
		device("000000000001", "berlin", "ap", "ap-1", event.DeviceDisconnected),
		device("000000000002", "berlin", "switch", "sw-1", event.DeviceDisconnected),
		device("000000000003", "berlin", "gateway", "gw-1", event.DeviceDisconnected),
		device("000000000004", "berlin", "ap", "ap-2", event.DeviceConnected),
		device("000000000005", "aachen", "ap", "ap-3", event.DeviceDisconnected),
	}, nil))
	devices, err := v.Devices(t.Context(), query.Page{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range devices {
		got = append(got, d.Name)
	}
	if want := []string{"ap-3", "gw-1", "sw-1", "ap-1", "ap-2"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
