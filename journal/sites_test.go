package journal

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

func TestASiteHasItsDevicesAlertsAndChanges(t *testing.T) {
	now := start.Add(3 * time.Hour)
	j := journalOf(t, now, audit(t, 0, "s2", `Update Site "Vienna"`), audit(t, 90, "s1", `Update WLAN "Corp"`), audit(t, 95, "", `Update Org Settings`),
		deviceEvent(t, 100, "s1", lobby, "AP_DISCONNECTED"), deviceEvent(t, 101, "s2", lounge, "AP_DISCONNECTED"))
	device := func(mac, name, kind, status, uplink string) event.Device {
		return event.Device{OrgID: "o1", SiteID: "s1", Site: "Berlin", MAC: event.MAC(mac), Name: name, Type: kind, Status: status, Uplink: uplink, Updated: now}
	}
	must(t, j.view.PutDevices(t.Context(), "acme", []event.Device{device(lobby, "lobby", "ap", "disconnected", "sw-1 ge-0/0/3"),
		device("5c5b35000009", "attic", "ap", "connected", "sw-10 ge-0/0/1"), device("5c5b35000010", "sw-1", "switch", "connected", "")}, nil))
	must(t, j.view.PutClients(t.Context(), "acme", []event.LiveClient{{MAC: "0000000000a1", SiteID: "s1", AP: lobby, RSSI: -80}, {MAC: "0000000000a2", SiteID: "s1", AP: "5c5b35000009"}}, nil))
	must(t, j.view.PutScores(t.Context(), []event.SLEScore{{Source: "acme", SiteID: "s1", Metric: "coverage", Value: .5, Time: now}}))

	d, ok, err := j.SiteDetail(t.Context(), "s1", now)
	if err != nil || !ok || d.Name != "Berlin" || d.Devices != 3 || d.Down != 1 || d.Clients != 2 || d.Open != 1 || len(d.DownDevices) != 1 ||
		len(d.Problems) != 1 || len(d.Scores) != 1 || d.WorstSLE.Metric != "coverage" {
		t.Errorf("%+v, %v, %v", d, ok, err)
	}
	var changes []string
	for _, c := range d.Changes.Rows {
		changes = append(changes, string(c.Scope))
	}
	if !slices.Equal(changes, []string{"org", "site"}) || d.Changes.From != now.Add(-24*time.Hour) {
		t.Errorf("%q: %+v", changes, d.Changes)
	}
	if _, ok, err := j.SiteDetail(t.Context(), "s9", now); ok || err != nil {
		t.Errorf("a site that nothing names: %v, %v", ok, err)
	}

	sw, err := j.DeviceDetail(t.Context(), "5c5b35000010", now)
	if err != nil || !sw.Listed || len(sw.Behind) != 1 || sw.Behind[0].Name != "lobby" {
		t.Errorf("behind the switch: %+v, %v", sw.Behind, err)
	}
	ap, err := j.DeviceDetail(t.Context(), lobby, now)
	if err != nil || len(ap.Clients) != 1 || ap.Clients[0].MAC != "0000000000a1" || len(ap.Alerts) != 1 || len(ap.Events) != 1 {
		t.Errorf("%+v, %v", ap, err)
	}
	unlisted, err := j.DeviceDetail(t.Context(), lounge, now)
	if err != nil || unlisted.Listed || unlisted.Device.SiteID != "s2" || unlisted.Device.Source != "acme" {
		t.Errorf("%+v, %v", unlisted.Device, err)
	}
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func TestSitesAreOrderedAndFound(t *testing.T) {
	now := start.Add(3 * time.Hour)
	j := journalOf(t, now, deviceEvent(t, 100, "s1", lobby, "AP_DISCONNECTED"))
	var devices []event.Device
	for i, name := range []string{"Berlin Mitte", "Aachen", "Zwickau", "Berlin Ost"} {
		status := "connected"
		if name == "Zwickau" {
			status = "disconnected"
		}
		devices = append(devices, event.Device{SiteID: fmt.Sprintf("s%d", i+1), Site: name, MAC: event.MAC(fmt.Sprintf("5c5b3500001%d", i)), Type: "ap", Status: status, Updated: now})
	}
	must(t, j.view.PutDevices(t.Context(), "acme", devices, nil))
	names := func(where string, limit int) string {
		sites, err := j.SiteSummaries(t.Context(), query.Page{Where: query.MustParse(where), Now: now, Limit: limit})
		must(t, err)
		var out []string
		for _, s := range sites {
			out = append(out, s.Name)
		}
		return strings.Join(out, ", ")
	}
	for _, test := range []struct {
		where string
		limit int
		want  string
	}{{"", 0, "Berlin Mitte, Zwickau, Aachen, Berlin Ost"}, {"", 2, "Berlin Mitte, Zwickau"}, {"site:berlin*", 0, "Berlin Mitte, Berlin Ost"}, {"sev>=warn", 0, "Berlin Mitte"}} {
		if got := names(test.where, test.limit); got != test.want {
			t.Errorf("%q: %s, want %s", test.where, got, test.want)
		}
	}
	sites, err := j.SiteStates(t.Context(), "")
	must(t, err)
	for typed, want := range map[string]string{"aachen": "Aachen", "zwi*": "Zwickau", "s4": "Berlin Ost"} {
		if s, err := SiteNamed(sites, "", typed); err != nil || s.Name != want {
			t.Errorf("%q is %q, %v", typed, s.Name, err)
		}
	}
	var e *LookupError
	if _, err := SiteNamed(sites, "", "Achen"); !errors.As(err, &e) || !slices.Equal(e.Nearest, []string{"Aachen"}) {
		t.Errorf("a typo: %v", err)
	}
	if _, err := SiteNamed(sites, "other", "Aachen"); err == nil {
		t.Error("a site of another source was found")
	}
}
