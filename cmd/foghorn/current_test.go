package main

import (
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/store"
)

// knownState makes a data directory as a collector with a token leaves it.
func knownState(t *testing.T) string {
	t.Helper()
	dir, ctx := t.TempDir(), t.Context()
	log, err := store.OpenLog(ctx, dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	v, err := store.OpenViewWriter(ctx, dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	now := time.Now()
	err = v.PutDevices(ctx, "acme", []event.Device{
		{Source: "acme", MAC: "5c5b35000001", Name: "lobby-ap3", Type: "ap", Site: "berlin", SiteID: "s1", Status: event.DeviceConnected, Clients: 12, Updated: now},
		{Source: "acme", MAC: "5c5b35000002", Name: "hall-ap1", Type: "ap", Site: "berlin", SiteID: "s1", Status: event.DeviceDisconnected, Updated: now},
		{Source: "acme", MAC: "5c5b35000003", Name: "core-sw1", Type: "switch", Site: "munich", SiteID: "s2", Status: event.DeviceConnected, Updated: now},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = v.PutClients(ctx, "acme", []event.LiveClient{
		{Source: "acme", MAC: "a0b1c2d3e4f5", Hostname: "laptop-jane", Site: "berlin", SiteID: "s1", SSID: "Corp", AP: "5c5b35000001", APName: "lobby-ap3", RSSI: -78, SNR: 14, Updated: now},
		{Source: "acme", MAC: "a0b1c2d3e4f6", Hostname: "phone-kim", Site: "berlin", SiteID: "s1", SSID: "Corp", AP: "5c5b35000001", APName: "lobby-ap3", RSSI: -51, SNR: 41, Updated: now},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	budget := event.Budget{Sources: []string{"acme"}, Used: 812, Limit: 5000, Resets: now.Add(22 * time.Minute),
		Callers: []event.CallerUsage{{Name: "alarms", Urgency: "prompt", Calls: 24, PerHour: 60, State: "slowed"}}}
	if err := v.PutFeeds(ctx, event.Collector{}, nil, 0, []event.Budget{budget}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestDevicesAndClientsAreListedAsTheyStand(t *testing.T) {
	t.Parallel()
	dir := knownState(t)
	names := func(args ...string) string {
		var out []string
		for _, d := range list[event.Device](t, append(args, "--data", dir)...) {
			out = append(out, d.Name)
		}
		return strings.Join(out, " ")
	}
	if got := names("devices"); got != "hall-ap1 lobby-ap3 core-sw1" {
		t.Errorf("all devices, those with a problem first: %s", got)
	}
	if got := names("ap"); got != "hall-ap1 lobby-ap3" {
		t.Errorf("access points: %s", got)
	}
	if got := names("ap", "-q", "status:connected or name:core-sw1"); got != "lobby-ap3" {
		t.Errorf("access points that match: %s", got)
	}
	if got := names("devices", "--limit", "1"); got != "hall-ap1" {
		t.Errorf("the first: %s", got)
	}
	clients := list[event.LiveClient](t, "clients", "-q", "rssi<-75", "--data", dir)
	if len(clients) != 1 || clients[0].Hostname != "laptop-jane" {
		t.Errorf("clients with a weak signal: %+v", clients)
	}
	if out := must(t, "budget", "--data", dir); !strings.Contains(out, "acme: 812 of 5000 calls used") || !strings.Contains(out, "alarms") || !strings.Contains(out, "slowed") {
		t.Errorf("budget prints %q", out)
	}
}

func TestListsOfNothingSayWhy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	start(t, "serve", "--listen", "127.0.0.1:0", "--data", dir)
	r := foghorn(t, "", "devices", "--data", dir)
	if r.code != 0 || !strings.Contains(r.errOut, "has an org_id and a token") {
		t.Errorf("without a token: exit %d, %s%s", r.code, r.out, r.errOut)
	}
	config := cloudConfig(t, "http://127.0.0.1:9")
	r = foghorn(t, "", "clients", "--data", dir, "--config", config)
	if r.code != 0 || !strings.Contains(r.errOut, "has a collector") {
		t.Errorf("with one: exit %d, %s%s", r.code, r.out, r.errOut)
	}
	if r := foghorn(t, "", "budget", "--data", dir); r.code != exitProblem || !strings.Contains(r.errOut, "no API budget is known") {
		t.Errorf("budget: exit %d, %s", r.code, r.errOut)
	}
	if r := foghorn(t, "", "devices", "-q", "rssi<0 nofield:x", "--data", dir); r.code != exitUsage {
		t.Errorf("a query that is none: exit %d, %s", r.code, r.errOut)
	}
}
