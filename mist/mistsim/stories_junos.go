package mistsim

import "fmt"

// coreRouter: maintenance on a router that is no part of Mist. Its agent posts
// each event by itself; forms of the messages as seen in public logs.
func coreRouter(s *scene) {
	r := pick(s.rng, s.org.Routers)
	bgp := func(from, to, why string) func() {
		return func() {
			s.junos(r, "RPD_BGP_NEIGHBOR_STATE_CHANGED", "rpd", fmt.Sprintf(
				"BGP peer %s (External AS %d) changed state from %s to %s (event %s) (instance master)", r.Peer, r.PeerAS, from, to, why))
		}
	}
	link := func(event, state string) func() {
		return func() {
			s.junos(r, event, "mib2d", fmt.Sprintf("ifIndex 528, ifAdminStatus up(1), ifOperStatus %s, ifName %s", state, r.Uplink))
		}
	}
	s.at(0, func() {
		s.junos(r, "UI_COMMIT", "mgd", "User 'jörg' requested 'commit' operation (comment: new peer, ticket 4711)")
	})
	s.at(1, func() { s.junos(r, "UI_COMMIT_COMPLETED", "mgd", " : commit complete") })
	s.at(4, link("SNMP_TRAP_LINK_DOWN", "down(2)"))
	s.at(5, bgp("Established", "Idle", "HoldTime"))
	s.at(9, func() {
		s.junos(r, "RTPERF_CPU_THRESHOLD_EXCEEDED", "PERF_MON", "FPC 0 PIC 0 CPU utilization exceeds threshold, current value=95",
			process{"2345", "root", 71.09, "flowd"}, process{"1871", "root", 12.5, "rpd"},
			process{"1998", "root", 3.03, "mib2d"}, process{"2011", "root", 1.12, "sshd: admin"})
	})
	s.at(14, link("SNMP_TRAP_LINK_UP", "up(1)"))
	s.at(16, bgp("OpenConfirm", "Established", "RecvKeepAlive"))
	s.at(19, func() {
		s.junos(r, "RTPERF_CPU_USAGE_OK", "PERF_MON", "FPC 0 PIC 0 CPU utilization returned to normal")
	})
}
