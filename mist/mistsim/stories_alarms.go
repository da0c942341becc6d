package mistsim

import (
	"encoding/json"
	"fmt"
)

// rogueAP: a neighbor's hotspot. Mist tells the same alarm again with a higher
// count; a site that had one already goes on with it.
func rogueAP(s *scene) {
	site := s.castSite()
	about := "rogue:" + site.ID
	s.at(0, func() {
		if a := s.known[about]; a != nil {
			s.raise(about, a.again(s.now, 1+s.rng.IntN(4)))
			return
		}
		ap := s.witness(site)
		a := newAlarm(s.org, site, uuid(s.rng), "rogue_ap", "security", "critical", s.now)
		a.APs, a.Hostnames = []string{ap.MAC}, []string{ap.Name}
		a.SSIDs = []string{pick(s.rng, []string{"Corp-5G", "linksys", "Free WiFi", "DIRECT-7c-Printer"})}
		a.BSSIDs = []string{"9e" + hexDigits(s.rng, 10)}
		s.raise(about, a)
	})
	for _, t := range []float64{14, 30, 50} {
		s.at(t, func() { s.raise(about, s.known[about].again(s.now, 1+s.rng.IntN(4))) })
	}
}

// dhcpFailure: a site's DHCP server stops answering. Failure and recovery are
// two alarms with ids of their own, as all infrastructure alarms are
// (docs/mist-api.md, Webhook topics); a while later Mist holds the first
// resolved.
func dhcpFailure(s *scene) {
	site := s.castSite()
	server := "10.0.8." + fmt.Sprint(10+s.rng.IntN(20))
	about := "dhcp:" + site.ID
	s.at(0, func() {
		site.dhcpBroken = true
		s.breaks(site, causeDHCP, "")
		ap := s.witness(site)
		a := newAlarm(s.org, site, uuid(s.rng), "infra_dhcp_failure", "infrastructure", "critical", s.now)
		a.APs, a.Hostnames, a.Servers = []string{ap.MAC}, []string{ap.Name}, []string{server}
		a.SSIDs, a.VLANs = []string{s.org.WLANs[wlanCorp].SSID}, []string{s.org.WLANs[wlanCorp].VLAN}
		s.raise(about, a)
	})
	for _, t := range []float64{1, 3, 5, 8, 11, 14} {
		s.at(t, func() { s.rejoin(site, 2) })
	}
	s.at(4, func() { s.scores(site) })
	s.at(12, func() { s.raise(about, s.known[about].again(s.now, 7)) })
	s.at(24, func() {
		site.dhcpBroken = false
		s.mends(site, causeDHCP, "")
		a := newAlarm(s.org, site, uuid(s.rng), "infra_dhcp_success", "infrastructure", "info", s.now)
		a.Servers, a.VLANs = []string{server}, []string{s.org.WLANs[wlanCorp].VLAN}
		s.emit("alarms", a)
		s.rejoin(site, 4)
	})
	s.at(26, func() { s.scores(site) })
	s.at(29, func() { s.raise(about, s.known[about].over(s.now)) })
}

// rejoin lets clients of a site that are off try again.
func (s *scene) rejoin(site *Site, n int) {
	aps := upAPs(site, "")
	if len(aps) == 0 {
		return
	}
	from := s.rng.IntN(len(site.Clients))
	for i := range site.Clients {
		c := site.Clients[(from+i)%len(site.Clients)]
		if c.AP != "" {
			continue
		}
		s.join(site, c, pick(s.rng, aps))
		if n--; n == 0 {
			return
		}
	}
}

// auditBeforeTrouble: a well-meant change of a WLAN turns everyone away, until
// somebody takes it back. Marvis notices in between.
func auditBeforeTrouble(s *scene) {
	site, by := s.castSite(), pick(s.rng, s.org.Admins)
	wlan, wlanID := s.org.WLANs[wlanCorp], s.org.wlanID(wlanCorp, site)
	about := "auth:" + site.ID
	tell := func(server string) {
		id := s.authenticate(by, site, wlanID, server)
		for _, ap := range upAPs(site, "") {
			s.configured(ap, id)
		}
	}
	s.at(0, func() {
		tell("10.0.8.40")
		site.authBroken = true
		s.breaks(site, causeAuth, "")
	})
	for _, t := range []float64{2, 3, 4, 6, 8, 10, 13, 16} {
		s.at(t, func() { s.turnAway(site, 2) })
	}
	s.at(7, func() { s.scores(site) })
	s.at(12, func() {
		a := newAlarm(s.org, site, uuid(s.rng), "authentication_failure", "marvis", "critical", s.now).
			marvis(s.org, "open", "auth_failure", "check_radius_offline", "connectivity")
		a.RootCause = "wlan_site"
		a.Impacted = []impacted{{EntityID: wlanID, EntityName: wlan.SSID, EntityType: "wlan"}}
		s.raise(about, a)
	})
	s.at(22, func() {
		tell("10.0.8.4")
		site.authBroken = false
		s.mends(site, causeAuth, "")
		s.rejoin(site, 5)
	})
	s.at(30, func() { s.raise(about, s.known[about].withStatus("validated", s.now)) })
	s.at(32, func() { s.scores(site) })
}

// authenticate sends a site's network of the staff to another RADIUS server.
func (s *scene) authenticate(by Admin, site *Site, wlanID, server string) string {
	t := typeNamed("wlans")
	o := s.find(t, site, wlanID)
	if o == nil { // somebody deleted it while we ran
		return s.audit(by, site, fmt.Sprintf("Update WLAN %q", s.org.WLANs[wlanCorp].SSID))
	}
	servers := []any{map[string]any{"host": server, "port": json.Number("1812"), "secret": "sim-radius-secret"}}
	return s.configure(by, t, site, o, map[string]any{"auth_servers": servers})
}

// turnAway makes clients of the staff network come back from sleep and fail.
func (s *scene) turnAway(site *Site, n int) {
	aps := upAPs(site, "")
	if len(aps) == 0 {
		return
	}
	for _, c := range site.Clients {
		if c.WLAN != wlanCorp || s.rng.IntN(3) > 0 {
			continue
		}
		if c.AP != "" {
			s.leave(site, c, endDisassociated)
		}
		s.join(site, c, pick(s.rng, aps))
		if n--; n == 0 {
			return
		}
	}
}

// badCable: errors on a switch port, found by Marvis, which says "validated"
// once the cable is replaced.
func badCable(s *scene) {
	sw := s.cast(Switch, func(d *Device) bool { return d.Connected && !s.busy[d.MAC] })
	site, port := s.siteOf(sw), fmt.Sprintf("ge-0/0/%d", 1+s.rng.IntN(10))
	about := "cable:" + sw.MAC
	s.at(0, func() { s.port(sw, port, false) })
	s.at(1, func() { s.port(sw, port, true) })
	s.at(3, func() {
		a := newAlarm(s.org, site, uuid(s.rng), "bad_cable", "marvis", "critical", s.now).
			marvis(s.org, "open", "bad_cable", "test_replace_cable", "switch")
		a.Impacted = []impacted{{EntityMAC: sw.MAC, EntityName: sw.Name, EntityType: "switch", PortID: port}}
		s.raise(about, a)
	})
	// Somebody takes it on in the portal, where no webhook tells of it.
	s.at(12, func() { s.portalAck("Teo Varga", "new cable is on its way", s.now, s.known[about].ID) })
	s.at(20, func() { s.port(sw, port, false) })
	s.at(24, func() { s.port(sw, port, true) })
	s.at(28, func() { s.raise(about, s.known[about].withStatus("validated", s.now)) })
}
