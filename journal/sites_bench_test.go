package journal

import (
	"fmt"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/store"
)

const benchSites = 100

func benchSite(i int) (id, name string) {
	return fmt.Sprintf("site-%03d", i%benchSites), fmt.Sprintf("Site %03d", i%benchSites)
}

func benchMAC(i int) event.MAC { return event.MAC(fmt.Sprintf("5c5b35%06x", i)) }

// BenchmarkPages reads the page of a site and of an alert from a view with a million
// events of 100 sites, one in 500 of them a change. A page is read up to ten times a
// second while it is open: each has to take less than 20 ms.
func BenchmarkPages(b *testing.B) {
	const events = 1_000_000
	now := start.Add(events * 100 * time.Millisecond)
	j := journalOf(b, now)
	fillEvents(b, j, events)
	fillState(b, j, now)
	a := event.Alert{ID: event.ID(events-5000, 0), Source: "acme", OrgID: "o1", SiteID: "site-000", Opened: now.Add(-time.Minute)}
	b.Run("site", func(b *testing.B) {
		for b.Loop() {
			if _, ok, err := j.SiteDetail(b.Context(), "site-000", now); err != nil || !ok {
				b.Fatal(ok, err)
			}
		}
	})
	b.Run("sites", func(b *testing.B) {
		for b.Loop() {
			if sites, err := j.SiteStates(b.Context(), ""); err != nil || len(sites) < benchSites {
				b.Fatal(len(sites), err)
			}
		}
	})
	b.Run("changes before an alert", func(b *testing.B) {
		for b.Loop() {
			if c, err := j.ChangesBefore(b.Context(), &a); err != nil || len(c.Rows) == 0 {
				b.Fatal(c, err)
			}
		}
	})
	b.Run("device", func(b *testing.B) {
		for b.Loop() {
			if _, err := j.DeviceDetail(b.Context(), benchMAC(7), now); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// fillEvents writes events, one in 500 of them a change, and one in 200 an alert's.
func fillEvents(b *testing.B, j *Journal, events int) {
	b.Helper()
	for from := 1; from < events; from += 20_000 {
		must(b, j.view.Update(b.Context(), func(tx store.Tx) error {
			for i := from; i < from+20_000; i++ {
				ev := event.Event{ID: event.ID(int64(i), 0), Time: start.Add(time.Duration(i) * 100 * time.Millisecond), Source: "acme", Via: event.ViaWebhook, Topic: "client-join",
					Type: "client-join", OrgID: "o1", DeviceMAC: benchMAC(i % 3000), Text: fmt.Sprintf("joined Corp, -%d dBm", i%90), Duplicates: 1}
				ev.Received = ev.Time
				ev.SiteID, ev.Site = benchSite(i)
				switch i % 1000 {
				case 0:
					ev.Topic, ev.Type, ev.Change = "audits", "audits", event.ChangeAudit
				case 500:
					ev.Topic, ev.Type, ev.Change = "device-events", "AP_CONFIGURED", event.ChangeConfig
				}
				if i%1000 == 0 && i%7000 == 0 {
					ev.SiteID, ev.Site = "", ""
				}
				if err := tx.PutEvent(&ev); err != nil {
					return err
				}
				if i%200 == 0 {
					a := event.Alert{ID: ev.ID, Key: fmt.Sprint(i), Source: "acme", OrgID: "o1", Severity: event.Warn, Opened: ev.Time, LastSeen: ev.Time}
					a.SiteID, a.Site = benchSite(i / 200)
					if i%4000 != 0 {
						over := ev.Time.Add(time.Minute)
						a.Resolved = &over
					}
					if err := tx.PutAlert(&a); err != nil {
						return err
					}
				}
			}
			return nil
		}))
	}
}

// fillState writes 5,000 devices and 20,000 clients.
func fillState(b *testing.B, j *Journal, now time.Time) {
	b.Helper()
	devices, clients := make([]event.Device, 5000), make([]event.LiveClient, 20_000)
	for i := range devices {
		id, name := benchSite(i)
		devices[i] = event.Device{OrgID: "o1", SiteID: id, Site: name, MAC: benchMAC(i), Name: fmt.Sprintf("ap-%04d", i), Type: "ap", Status: "connected", Updated: now}
	}
	for i := range clients {
		id, name := benchSite(i)
		clients[i] = event.LiveClient{OrgID: "o1", SiteID: id, Site: name, MAC: event.MAC(fmt.Sprintf("a0b135%06x", i)), AP: devices[i%5000].MAC, Updated: now}
	}
	must(b, j.view.PutDevices(b.Context(), "acme", devices, nil))
	must(b, j.view.PutClients(b.Context(), "acme", clients, nil))
}
