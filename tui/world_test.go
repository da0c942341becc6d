package tui

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"foghorn/journal/event"
)

// world fills a journal with a believable organization, the same every time.
type world struct {
	j   *testJournal
	rnd *rand.Rand
	seq int64
}

var (
	worldSites   = []string{"hq-berlin", "plant-graz", "store-017", "store-022", "lab"}
	worldClients = []string{"iphone-anna", "lt-0231", "scanner-4", "printer-2f", "", "tablet-09"}
	worldSSIDs   = []string{"Corp", "Guest", "IoT"}
)

func newWorld(j *testJournal) *world {
	return &world{j: j, rnd: rand.New(rand.NewPCG(1, 2))}
}

func (w *world) mac(n int) event.MAC { return event.MAC(fmt.Sprintf("5c5b35%06x", n)) }

// step adds one delivery with one event at t.
func (w *world) step(t time.Time) event.Event { return w.steps(1, t)[0] }

// steps adds n of them in one go.
func (w *world) steps(n int, t time.Time) []event.Event {
	deliveries, events := make([]event.Delivery, n), make([]event.Event, n)
	for i := range n {
		deliveries[i], events[i] = w.next(t)
	}
	w.j.add(deliveries, events)
	return events
}

// next makes a delivery and the event in it.
func (w *world) next(t time.Time) (event.Delivery, event.Event) {
	w.seq++
	site := w.rnd.IntN(len(worldSites))
	n := w.rnd.IntN(9)
	e := event.Event{
		ID: event.ID(w.seq, 0), Time: t, Received: t.Add(40 * time.Millisecond), Source: "acme", Via: event.ViaWebhook,
		SiteID: fmt.Sprintf("site-%d", site), Site: worldSites[site], DeviceMAC: w.mac(site*16 + n),
		Device: fmt.Sprintf("%s-ap%02d", worldSites[site][:3], n), DeviceType: "ap", DeliveryID: w.seq, Duplicates: 1,
	}
	client := worldClients[w.rnd.IntN(len(worldClients))]
	switch k := w.rnd.IntN(10); {
	case k < 5:
		e.Topic, e.Type, e.Severity = "client-join", "client-join", event.Debug
		e.Client, e.ClientMAC, e.SSID = client, w.mac(4096+n), worldSSIDs[n%3]
		e.Text = fmt.Sprintf("joined %s on 5 GHz, -%d dBm", e.SSID, 50+n)
	case k < 7:
		e.Topic, e.Type, e.Severity = "client-sessions", "client-sessions", event.Debug
		e.Client, e.ClientMAC, e.SSID = client, w.mac(4096+n), worldSSIDs[n%3]
		e.Text = fmt.Sprintf("left after %dm", 3+n)
	case k < 8:
		e.Topic, e.Type, e.Severity = "device-updowns", "AP_DISCONNECTED", event.Warn
		e.Text = "AP disconnected from the cloud"
	case k < 9:
		e.Topic, e.Type, e.Severity = "device-updowns", "AP_CONNECTED", event.Info
		e.Text = "AP connected"
	default:
		e.Topic, e.Type, e.Severity = "audits", "audit", event.Info
		e.Text = `J. Doe changed WLAN "Corp": vlan 20 to 30`
		e.Duplicates = 2
	}
	e.Raw, _ = json.Marshal(map[string]any{"ap": e.DeviceMAC, "site_name": e.Site, "type": e.Type, "timestamp": t.Unix(),
		"nested": map[string]any{"list": []int{1, 2, 3}, "text": e.Text}})
	d := event.Delivery{
		ID: w.seq, Received: e.Received, Source: "acme", Via: event.ViaWebhook, Remote: "54.193.71.17:4123", Method: "POST",
		Path: "/mist/acme", Size: int64(300 + n*77), Verdict: event.Verified, Status: 200, DurationMS: 2.1 + float64(n),
		Topic: e.Topic, Events: 1, Body: []byte(`{"topic":"` + e.Topic + `","events":[` + string(e.Raw) + `]}`),
		Headers: map[string][]string{"Content-Type": {"application/json"}, "X-Mist-Signature-V2": {"<masked>"}},
	}
	if w.seq%13 == 0 {
		d.Verdict, d.Status, d.Events = event.Failed, 401, 0
		d.Cause = "signature does not match any secret of acme; is it the secret of another webhook?"
	}
	return d, e
}

// fill makes n deliveries, a few seconds apart, the last one just before now.
func (w *world) fill(n int, now time.Time) {
	for i := range n {
		w.step(now.Add(-time.Duration(n-i) * 7 * time.Second))
	}
}

// alerts makes a handful of alerts in every state.
func (w *world) alerts(now time.Time) {
	at := func(d time.Duration) *time.Time { t := now.Add(-d); return &t }
	ev := w.j.events
	id := func(i int) int64 {
		if i < len(ev) {
			w.j.events[i].AlertID = ev[i].ID
			return ev[i].ID
		}
		return event.ID(int64(100000+i), 0)
	}
	until := now.Add(50 * time.Minute)
	for i, a := range []event.Alert{
		{Kind: "device_down", Severity: event.Critical, Title: "Switch sw-core-1 is disconnected", Site: "hq-berlin", Device: "sw-core-1", Opened: *at(6*time.Minute + 12*time.Second), Count: 1},
		{Kind: "device_down", Severity: event.Critical, Title: "AP is disconnected", Site: "hq-berlin", Device: "lobby-ap3", Opened: *at(6 * time.Minute), Flaps: 7, Count: 7},
		{Kind: "rogue_ap", Severity: event.Critical, Title: "Rogue AP on wired network seen by 3 APs", Site: "store-017", Device: "sto-ap02", Opened: *at(3 * time.Hour), Count: 16, Owner: "jane.doe", AckedAt: at(5 * time.Minute), Note: "ticket 4711"},
		{Kind: "dhcp_failure", Severity: event.Warn, Title: "DHCP failures on VLAN 30: 41 clients got no address", Site: "plant-graz", Opened: *at(22 * time.Minute), Count: 41},
		{Kind: "bad_cable", Severity: event.Warn, Title: "Bad cable on ge-0/0/7", Site: "store-022", Device: "sw-store-022", Opened: *at(26 * time.Hour), Count: 1, Owner: "root", AckedAt: at(20 * time.Hour), SnoozedUntil: &until},
		{Kind: "ap_restart", Severity: event.Info, Title: "AP restarted: power cycle", Site: "lab", Device: "lab-ap01", Opened: *at(40 * time.Second), Count: 1},
		{Kind: "device_down", Severity: event.Critical, Title: "AP was disconnected", Site: "store-017", Device: "sto-ap05", Opened: *at(14 * time.Minute), Resolved: at(4 * time.Minute), Count: 1},
		{Kind: "device_down", Severity: event.Critical, Title: "AP was disconnected", Site: "lab", Device: "lab-ap07", Opened: *at(50 * time.Minute), Resolved: at(30 * time.Minute), Count: 1},
	} {
		a.ID, a.Source, a.Key, a.LastSeen, a.Events = id(i), "acme", "mist:alarm:"+fmt.Sprint(i), now.Add(-time.Minute), 2
		if a.Device != "" {
			a.DeviceMAC = w.mac(900 + i)
		}
		a.Derive(now)
		w.j.putAlert(a)
	}
}

func (w *world) feeds(now time.Time) {
	w.j.collector = event.Collector{PID: 4123, Host: "noc1", User: "foghorn", Command: "serve", Started: now.Add(-time.Hour), Heartbeat: now, Version: "dev"}
	w.j.feeds = []event.Feed{
		{Name: "acme", Kind: event.FeedMistWebhook, State: event.FeedUp, Detail: "/mist/acme", Rate: 3.2, Last: now.Add(-3 * time.Second), Total: 1204, Failed: 3},
		{Name: "core", Kind: event.FeedJunos, State: event.FeedUp, Detail: "/junos/core", Last: now.Add(-6 * time.Minute), Total: 17},
	}
}

// whole makes a world with everything in it.
func whole(j *testJournal, now time.Time) *world {
	w := newWorld(j)
	w.fill(120, now)
	w.alerts(now)
	w.state(now)
	w.feeds(now)
	return w
}
