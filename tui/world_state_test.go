package tui

import (
	"fmt"
	"math"
	"time"

	"foghorn/journal/event"
)

// state fills what the cloud tells: devices, connected clients, hours of SLE.
func (w *world) state(now time.Time) {
	w.devices(now)
	w.clients(now)
	w.j.scores = nil
	for i, v := range []float64{0.62, 0.97, 0.88, 0.93, 0.991} {
		for k, m := range []string{"coverage", "time-to-connect", "successful-connect", "capacity", "roaming", "throughput", "ap-health"} {
			w.score(now, i, event.FamilyWiFi, m, min(1, v+float64(k)*0.02))
		}
		w.score(now, i, event.FamilyWired, "switch-health", min(1, v+0.09))
		w.score(now, i, event.FamilyWAN, "gateway-health", min(1, v+0.3))
		w.score(now, i, event.FamilyWAN, "wan-link-health", min(1, v+0.05))
	}
}

func (w *world) score(now time.Time, site int, family, metric string, v float64) {
	s := event.SLEScore{Source: "acme", SiteID: fmt.Sprintf("site-%d", site), Site: worldSites[site], Family: family, Metric: metric, Value: v,
		Time: now.Add(-8 * time.Minute)}
	for h := range 24 {
		hour := min(1, v+0.12*math.Abs(math.Sin(float64(h+site)/3)))
		if h < 2 && site == 1 {
			hour = -1
		}
		s.Trend = append(s.Trend, hour)
	}
	w.j.scores = append(w.j.scores, s)
}

func (w *world) devices(now time.Time) {
	for site, name := range worldSites {
		for n := range 9 {
			d := w.Device(now, site, n, "ap", fmt.Sprintf("%s-ap%02d", name[:3], n))
			d.Model, d.Version, d.Clients = "AP45", "0.14.29313", (n*7+site)%23
			d.Uplink = fmt.Sprintf("sw-%s-01 ge-0/0/%d", name[:3], n)
			d.Radios = []event.Radio{
				{Band: "2.4", Channel: []int{1, 6, 11}[n%3], Bandwidth: 20, Power: 8, Utilization: 20 + (n*17+site*5)%70, Clients: n % 4},
				{Band: "5", Channel: []int{36, 44, 149}[n%3], Bandwidth: 40, Power: 15, Utilization: (n * 11) % 60, Clients: n % 9},
				{Band: "6", Channel: 5 + 16*(n%3), Bandwidth: 80, Power: 17, Utilization: (n * 3) % 20, Clients: n % 5},
			}
			w.j.devices = append(w.j.devices, d)
		}
		sw := w.Device(now, site, 100, "switch", "sw-"+name[:3]+"-01")
		sw.Model, sw.Version, sw.Clients, sw.CPU, sw.Memory = "EX4100-48P", "22.4R3-S2.11", 41, 12, 43
		gw := w.Device(now, site, 101, "gateway", "gw-"+name[:3])
		gw.Model, gw.Version = "SRX320", "21.2R3-S4.8"
		w.j.devices = append(w.j.devices, sw, gw)
	}
	me := w.Device(now, 0, 102, "mxedge", "me-fra-1")
	me.Model, me.Version = "ME-X2", "0.1.3190"
	w.j.devices = append(w.j.devices, me)
	for i, away := range map[int]time.Duration{3: 6*time.Minute + 12*time.Second, 25: 3 * time.Hour} {
		d := &w.j.devices[i]
		d.Status, d.Since, d.LastSeen, d.Clients, d.UptimeS = event.DeviceDisconnected, now.Add(-away), now.Add(-away), 0, 0
		d.Radios = nil
	}
	w.j.devices[40].Status, w.j.devices[40].Since = "upgrading", now.Add(-2*time.Minute)
	for i := range w.j.alerts { // two of the alerts are of devices of the inventory
		switch w.j.alerts[i].Device {
		case "lobby-ap3":
			w.j.alerts[i].DeviceMAC = w.j.devices[3].MAC
		case "lab-ap01":
			w.j.alerts[i].DeviceMAC = w.j.devices[45].MAC
		}
	}
}

func (w *world) Device(now time.Time, site, n int, kind, name string) event.Device {
	return event.Device{Source: "acme", OrgID: "org-1", SiteID: fmt.Sprintf("site-%d", site), Site: worldSites[site], MAC: w.mac(site*16 + n),
		ID: "00000000-0000-0000-1000-" + string(w.mac(site*16+n)), Name: name, Type: kind, Serial: fmt.Sprintf("A0703%05d", site*100+n),
		IP: fmt.Sprintf("10.%d.0.%d", site, n+10), Status: event.DeviceConnected, Since: now.Add(-time.Duration(1+n) * 26 * time.Hour),
		LastSeen: now.Add(-20 * time.Second), UptimeS: int64(n+1) * 93_000, Updated: now.Add(-20 * time.Second)}
}

func (w *world) clients(now time.Time) {
	for n := range 27 {
		site := n % len(worldSites)
		ap := n % 9
		c := event.LiveClient{Source: "acme", OrgID: "org-1", SiteID: fmt.Sprintf("site-%d", site), Site: worldSites[site], MAC: w.mac(4096 + n),
			Hostname: worldClients[n%len(worldClients)], IP: fmt.Sprintf("10.%d.8.%d", site, n+20), SSID: worldSSIDs[n%3], AP: w.mac(site*16 + ap),
			APName: fmt.Sprintf("%s-ap%02d", worldSites[site][:3], ap), Band: []string{"5", "5", "6", "2.4"}[n%4], Channel: []int{36, 44, 5, 11}[n%4],
			RSSI: -44 - (n*13)%41, SNR: 12 + (n*7)%30, Since: now.Add(-time.Duration(n*11+1) * time.Minute), LastSeen: now.Add(-15 * time.Second),
			Roams: n % 6, Updated: now.Add(-15 * time.Second)}
		if n == 7 {
			c.RSSI, c.SNR = 0, 0
		}
		w.j.clients = append(w.j.clients, c)
	}
}
