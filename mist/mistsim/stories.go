package mistsim

// stories is one round of the demo: every story once, begun within 90 seconds. To add
// one, write its script and give it a line here.
var stories = []story{
	{"rogue-ap", "an unknown AP near ours, reported again and again under one alarm id", 1, rogueAP},
	{"bad-signature", "deliveries signed with an old secret, and one not signed at all", 3, badSignature},
	{"ap-flap", "an access point that loses the cloud three times", 4, apFlap},
	{"duplicate", "the same events by an organization's and a site's webhook", 8, duplicate},
	{"core-router", "a Junos router: commit, link and BGP session down and up, CPU", 12, coreRouter},
	{"switch-outage", "a switch that goes down and takes its access points with it", 18, switchOutage},
	{"hostile-names", "an SSID and a host name full of escape sequences", 24, hostileNames},
	{"dhcp-failure", "clients that get no address, until the server is back", 30, dhcpFailure},
	{"header-error", "a delivery whose custom headers are configured wrong", 38, headerError},
	{"garbage", "a body that is not JSON, and a topic nobody knows", 42, garbage},
	{"audit-before-trouble", "somebody changes a WLAN, then clients are turned away", 46, auditBeforeTrouble},
	{"bad-cable", "Marvis finds a bad cable, and later that it was replaced", 52, badCable},
	{"wan-outage", "a small site whose WAN link is lost, and everything behind it with it", 60, wanOutage},
}

// roundSeconds is how long a round takes. Later rounds are slower, so that a
// demo left alone does not stay in alarm.
const (
	roundSeconds = 90
	laterRounds  = 1.6 // times as slow
)

// past is what the history before the start tells, in minutes before it, each
// step so many times as slow as in a round. The router is not in it: its posts
// carry no time, so they cannot speak of the past.
var past = []struct {
	name    string
	minutes float64
	scale   float64
}{
	{"wan-outage", 55, 0.8},
	{"ap-flap", 49, 20},
	{"rogue-ap", 42, 30},
	{"dhcp-failure", 33, 14},
	{"bad-cable", 17, 18},
	{"ap-flap", 9, 10},
}

// apFlap: a loose cable in the ceiling.
func apFlap(s *scene) {
	ap := s.castAP()
	for i := range 3 {
		t := float64(8 * i)
		s.at(t, func() { s.down(ap) })
		s.at(t+s.jitter(3, 6), func() {
			if i == 2 {
				s.up(ap, "power_cycle")
			} else {
				s.up(ap, "")
			}
		})
	}
}

// switchOutage: power is lost in a rack. The cloud misses the access points a
// moment after the switch, all of them at once.
func switchOutage(s *scene) {
	sw, aps := s.castSwitch()
	site := s.siteOf(sw)
	s.at(0, func() { s.down(sw) })
	s.at(1.5, func() { s.down(aps...) })
	s.at(4, func() { s.scores(site) })
	s.at(s.jitter(18, 22), func() { s.up(sw, "power_cycle") })
	for _, ap := range aps {
		s.at(s.jitter(26, 32), func() { s.up(ap, "power_cycle") })
	}
	s.at(36, func() { s.scores(site) })
}

// wanOutage: the provider digs. The cloud loses the gateway and all behind it;
// nothing restarts, so all of it is back soon after the link is. It lasts two
// minutes, so that there is time to read it, to find the gateway and to act on it.
func wanOutage(s *scene) {
	gw, rest := s.castSmallSite()
	site := s.siteOf(gw)
	s.at(0, func() { s.down(gw) })
	s.at(1, func() { s.down(rest...) })
	s.at(4, func() { s.scores(site) })
	back := s.jitter(112, 118)
	s.at(back, func() { s.up(gw, "") })
	for _, d := range rest {
		s.at(back+s.jitter(1, 4), func() { s.up(d, "") })
	}
	s.at(124, func() { s.scores(site) })
}

// coldAP: an access point that has been off since before the demo began, and
// comes back near the end of its first round. Not one of the stories: it is
// there so that the first screen has something open and old on it.
func coldAP(s *scene, backAfter float64) {
	ap := s.castAP()
	s.at(0, func() { s.down(ap) })
	s.at(backAfter, func() { s.up(ap, "power_cycle") })
}
