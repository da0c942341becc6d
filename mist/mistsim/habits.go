package mistsim

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// habit is an event that recurs on a normal day.
type habit struct {
	live  time.Duration // mean distance while the demo runs
	past  time.Duration // mean interval in the history at the start
	exact bool          // no jitter
	do    func(*world)
}

// habits are the baseline. A demo minute stands for about ten of the real
// cloud, so that slow topics (site-sle comes every ten minutes) can be seen.
var habits = []habit{
	{live: 700 * time.Millisecond, past: 9 * time.Second, do: (*world).someoneMoves},
	{live: 6 * time.Second, past: 75 * time.Second, do: (*world).deviceLives},
	{live: 25 * time.Second, past: 8 * time.Minute, do: (*world).someoneConfigures},
	{live: 4 * time.Second, past: 4 * time.Minute, do: (*world).peopleWalk},
	{live: 35 * time.Second, past: 11 * time.Minute, do: (*world).edgeLives},
	{live: 70 * time.Second, past: 20 * time.Minute, do: (*world).zoneFills},
	{live: time.Minute, past: 10 * time.Minute, exact: true, do: (*world).allScores},
}

// someoneMoves lets one client join, roam or leave.
func (w *world) someoneMoves() {
	s := w.busySite()
	c := pick(w.rng, s.Clients)
	others := upAPs(s, c.AP)
	switch {
	case len(others) == 0:
	case c.AP == "":
		w.join(s, c, pick(w.rng, others))
	case w.rng.IntN(20) < 11:
		w.roam(s, c, pick(w.rng, others))
	case w.rng.IntN(3) == 0:
		w.leave(s, c, endInactive)
	default:
		w.leave(s, c, endDisassociated)
	}
}

// busySite draws a site, the more likely the more clients it has.
func (w *world) busySite() *Site {
	total := 0
	for _, s := range w.org.Sites {
		total += len(s.Clients)
	}
	n := w.rng.IntN(total)
	for _, s := range w.org.Sites {
		if n -= len(s.Clients); n < 0 {
			return s
		}
	}
	return w.org.Sites[0]
}

// deviceLives sends one of the routine events of devices.
func (w *world) deviceLives() {
	s := w.busySite()
	d := pick(w.rng, s.Devices)
	if !d.Connected {
		return
	}
	switch d.Type {
	case AP:
		switch w.rng.IntN(5) {
		case 0:
			w.event(d, "RADAR_DETECTED", func(e *deviceEvent) { e.Band, e.Channel, e.Reason = "5", d.Channel, "radar-detected" })
			w.retune(d, "radar-detected")
		case 1:
			w.event(d, "CONFIG_CHANGED_BY_RRM", nil)
		case 2:
			w.event(d, "CONFIGURED", nil)
		default:
			w.retune(d, "interference-co-channel")
		}
	case Switch:
		w.switchLives(d)
	case Gateway:
		w.event(d, "ARP_RESOLVED", nil)
	}
}

// switchLives lets somebody plug in a laptop, or unplug one.
func (w *world) switchLives(sw *Device) {
	port := fmt.Sprintf("ge-0/0/%d", 12+w.rng.IntN(24))
	switch w.rng.IntN(4) {
	case 0:
		w.port(sw, port, false)
		w.later(w.between(2e9, 5e9), func() {
			if sw.Connected {
				w.port(sw, port, true)
			}
		})
	case 1:
		w.event(sw, "CONFIGURED", func(e *deviceEvent) { e.Text = "UI_COMMIT_COMPLETED:  : commit complete" })
	default:
		w.event(sw, "DYNAMIC_PORT_ASSIGNED", func(e *deviceEvent) {
			e.PortID, e.Text = port, fmt.Sprintf("Interface %s is assigned to port profile: desk", port)
		})
	}
}

// someoneConfigures sends the audit of a routine change or login.
func (w *world) someoneConfigures() {
	by, s := pick(w.rng, w.org.Admins), w.busySite()
	ap := pick(w.rng, s.OfType(AP))
	switch w.rng.IntN(4) {
	case 0:
		w.audit(by, nil, fmt.Sprintf("Accessed Org %q", w.org.Name))
	case 1:
		setting := w.single("setting", s)
		heard := json.Number("-75")
		if rogue, _ := setting.members["rogue"].(map[string]any); rogue["min_rssi"] == heard {
			heard = "-80"
		}
		w.configure(by, typeNamed("setting"), s, setting, map[string]any{"rogue": map[string]any{"enabled": true, "min_rssi": heard}})
	default:
		before, after := ap.configure(radioConfig(10 + w.rng.IntN(8)))
		ap.changed = w.now
		id := w.emitAudit(by, s, audit{
			Message: fmt.Sprintf("Update Device %q", ap.Name), DeviceID: ap.ID, Before: auditText(before), After: auditText(after),
		})
		if ap.Connected {
			w.configured(ap, id)
			w.later(w.between(1e9, 2e9), func() { w.settled(ap) })
		}
	}
}

// radioConfig is the configuration of an access point with so much power at 5 GHz.
func radioConfig(power int) map[string]any {
	return map[string]any{"radio_config": map[string]any{"band_5": map[string]any{"power": json.Number(strconv.Itoa(power))}}}
}

// peopleWalk tells where a few connected clients are, and through which zone
// one of them went.
func (w *world) peopleWalk() {
	s := w.busySite()
	for range 3 {
		c := pick(w.rng, s.Clients)
		if c.AP == "" {
			continue
		}
		w.emit("location", location{
			MAC: c.MAC, MapID: s.MapID, SiteID: s.ID, Timestamp: w.now.Unix(), Type: "wifi",
			X: float64(w.rng.IntN(600)) / 10, Y: float64(w.rng.IntN(300)) / 10,
		})
		if w.rng.IntN(3) == 0 {
			z := pick(w.rng, s.Zones)
			w.emit("zone", zoneEvent{
				MAC: c.MAC, MapID: s.MapID, SiteID: s.ID, Timestamp: floatSeconds(w.now),
				Trigger: pick(w.rng, []string{"enter", "exit"}), Type: "wifi", ZoneID: z.ID,
			})
		}
	}
}

// edgeLives sends routine events of the Mist Edges.
func (w *world) edgeLives() {
	d := pick(w.rng, w.org.MxEdges)
	if w.rng.IntN(2) == 0 {
		e := mxedgeEventOf(w.org, d, "ME_SERVICE_RESTARTED", w.now)
		e.Service = "tunterm"
		w.emit("mxedge-events", e)
		return
	}
	e := mxedgeEventOf(w.org, d, "ME_CONFIG_CHANGED_BY_USER", w.now)
	e.AuditID = uuid(w.rng)
	w.emit("mxedge-events", e)
	w.later(w.between(1e9, 3e9), func() { w.emit("mxedge-events", mxedgeEventOf(w.org, d, "ME_CONFIGURED", w.now)) })
}

// zoneFills sends that a zone is over its occupancy limit, and later that it is not.
func (w *world) zoneFills() {
	s := w.busySite()
	z := pick(w.rng, s.Zones)
	tell := func(kind string, people int) {
		w.emit("occupancy-alerts", occupancy{SiteID: s.ID, SiteName: s.Name, AlertEvents: []occupancyAlert{{
			CurrentOccupancy: people, MapID: s.MapID, OccupancyLimit: z.Limit, OrgID: w.org.ID,
			Timestamp: w.now.Unix(), Type: kind, ZoneID: z.ID, ZoneName: z.Name,
		}}})
	}
	tell("COMPLIANCE-VIOLATION", z.Limit+1+w.rng.IntN(8))
	w.later(w.between(8e9, 20e9), func() { tell("COMPLIANCE-OK", z.Limit-1) })
}

// allScores publishes every site's service levels and client latencies.
func (w *world) allScores() {
	for _, s := range w.org.Sites {
		w.scores(s)
		ms := func(lo int) float64 { return float64(lo+w.rng.IntN(lo)) / 1000 }
		auth, dhcp, dns := ms(120), ms(15), ms(20)
		if s.dhcpBroken {
			dhcp += 3
		}
		w.emit("client-latency", clientLatency{
			AvgAuth: auth, AvgDHCP: dhcp, AvgDNS: dns, MaxAuth: auth * 2, MaxDHCP: dhcp * 2, MaxDNS: dns * 2,
			MinAuth: auth / 2, MinDHCP: dhcp / 2, MinDNS: dns / 2, OrgID: w.org.ID, SiteID: s.ID, Timestamp: w.now.Unix() / 60 * 60,
		})
	}
}
