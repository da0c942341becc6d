package journal

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"foghorn/journal/event"
)

// What restarts takes its clients along, and those of what hangs on it.
func TestWhatADeviceCarries(t *testing.T) {
	now := start.Add(time.Hour)
	j := journalOf(t, now)
	device := func(mac, name, kind, uplink string) event.Device {
		return event.Device{Source: "acme", OrgID: "o1", SiteID: "s1", Site: "Berlin", MAC: event.MAC(mac), Name: name, Type: kind, Status: "connected", Uplink: uplink, Updated: now}
	}
	ap, ap2, far := device("5c5b35000001", "lobby", "ap", "sw-1 ge-0/0/3"), device("5c5b35000002", "attic", "ap", "sw-1 ge-0/0/30"), device("5c5b35000003", "far", "ap", "sw-10 ge-0/0/3")
	sw, gw := device("5c5b35000010", "sw-1", "switch", "gw-1 ge-0/0/0"), device("5c5b35000020", "gw-1", "gateway", "")
	must(t, j.view.PutDevices(t.Context(), "acme", []event.Device{ap, ap2, far, sw, gw}, nil))
	must(t, j.view.PutClients(t.Context(), "acme", []event.LiveClient{{MAC: "0000000000a1", SiteID: "s1", AP: ap.MAC}, {MAC: "0000000000a2", SiteID: "s1", AP: ap2.MAC},
		{MAC: "0000000000a3", SiteID: "s1", AP: far.MAC}}, nil))
	for i, c := range []struct {
		of            event.Device
		ports         []string
		devices, macs []string
		wired         bool
	}{
		{ap, nil, nil, []string{"a1"}, false},
		{sw, nil, []string{"attic", "lobby"}, []string{"a1", "a2"}, true},
		{sw, []string{"ge-0/0/3"}, []string{"lobby"}, []string{"a1"}, true},
		{sw, []string{"ge-0/0/9"}, nil, nil, true},
		{gw, nil, []string{"attic", "far", "lobby", "sw-1"}, []string{"a1", "a2", "a3"}, true},
		{gw, []string{"ge-0/0/0"}, []string{"sw-1"}, nil, true},
	} {
		hit, err := ImpactOf(t.Context(), j, &c.of, c.ports, now)
		must(t, err)
		var devices, macs []string
		for _, d := range hit.Devices {
			devices = append(devices, d.Name)
		}
		for _, client := range hit.Clients {
			macs = append(macs, string(client.MAC)[10:])
		}
		slices.Sort(devices)
		slices.Sort(macs)
		if got, want := fmt.Sprint(devices, macs, hit.Wired, hit.More), fmt.Sprint(c.devices, c.macs, c.wired, false); got != want {
			t.Errorf("%d: %s %v: %s, want %s", i, c.of.Name, c.ports, got, want)
		}
	}
}
