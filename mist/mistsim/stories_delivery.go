package mistsim

import (
	"fmt"
	"slices"

	"foghorn/mist"
)

// The stories about webhooks themselves: what goes wrong between the cloud and
// a listener, rather than in the network.

// badSignature: an old webhook that still signs with last year's secret, and a
// stranger who does not sign at all.
func badSignature(s *scene) {
	ap := s.castAP()
	site := s.siteOf(ap)
	body := func() any { return deviceEventOf(s.org, site, ap, "CONFIGURED", s.now) }
	s.at(0, func() { s.emitAlone("device-events", forged, nil, body()) })
	s.at(6, func() { s.emitAlone("device-events", unsigned, nil, body()) })
}

// duplicate: an organization's and a site's webhook both subscribe to a topic,
// so every event comes twice (docs/mist-api.md, Webhook configuration). The
// site's batches gather longer, so the bodies are not the same.
func duplicate(s *scene) {
	ap := s.castAP()
	site := s.siteOf(ap)
	s.at(0, func() {
		e := deviceEventOf(s.org, site, ap, "CONFIG_CHANGED_BY_RRM", s.now)
		s.emitAlone("device-events", signed, nil, e)
		s.later(700e6, func() {
			s.emitAlone("device-events", signed, nil, e, deviceEventOf(s.org, site, ap, "CONFIGURED", s.now))
		})
	})
	s.at(2, func() {
		by := pick(s.rng, s.org.Admins)
		a := audit{
			AdminID: by.ID, AdminName: by.Name + " " + by.Email, ID: uuid(s.rng), OrgID: s.org.ID, SiteID: &site.ID,
			Message: fmt.Sprintf("Update Device %q", ap.Name), SrcIP: by.IP, DeviceID: ap.ID,
			Timestamp: floatSeconds(s.now), UserAgent: "Mozilla/5.0",
		}
		s.emitAlone("audits", signed, nil, a)
		s.later(300e6, func() { s.emitAlone("audits", signed, nil, a) })
	})
}

// headerError: the webhook's custom headers are too long, which Mist does not
// refuse but reports on every delivery.
func headerError(s *scene) {
	ap := s.castAP()
	s.at(0, func() {
		s.emitAlone("device-events", signed, map[string]string{mist.HeaderError: "headers too big"},
			deviceEventOf(s.org, s.siteOf(ap), ap, "CONFIGURED", s.now))
	})
}

// garbage: a proxy's error page with a right signature, a body cut off on the
// way, and a topic that is newer than any documentation.
func garbage(s *scene) {
	site := s.castSite()
	s.at(0, func() { s.out.send(post{body: []byte("<html><body>502 Bad Gateway</body></html>\n")}) })
	s.at(2, func() {
		s.out.send(post{body: []byte(`{"topic":"device-events","events":[{"type":"AP_CONFIGURED","ap":"5c5b35`)})
	})
	s.at(4, func() {
		s.emitAlone("floor-robot-events", signed, nil, map[string]any{
			"org_id": s.org.ID, "site_id": site.ID, "site_name": site.Name, "timestamp": s.now.Unix(),
			"type": "ROBOT_STUCK", "robot": "lift-07", "battery": 0.42,
		})
	})
}

// Names chosen by strangers. Each would do harm if it were written to a
// terminal as it is: colors and clearing, the window's title, the clipboard,
// text that runs backwards, characters nobody sees, and stacked accents.
const (
	hostileSSID   = "\x1b[2J\x1b[31mFREE\x1b]0;owned\x07 WiFi\u202eLLEH\u202c\u200b\u200d\u00ad"
	hostileHost   = "iph\u200bone\x1b]52;c;cm0gLXJm\x07\r\nFAKE LOG LINE\u2066\u202e\u0007\u009b2K"
	hostileWide   = "𝕎𝕚𝔽𝕚 👩‍👩‍👧‍👦 ﷽ Z̸̡͎̀a̷͔͑l̶̰̃g̵̱̈o̸͚͝ 网络"
	hostileReason = "a\tb\x00c\x7fd\u2028e\ufeff"
)

// hostileNames: a phone and a hotspot with names made to attack whoever looks.
func hostileNames(s *scene) {
	ap := s.castAP()
	site := s.siteOf(ap)
	c := &Client{
		MAC: "6e" + hexDigits(s.rng, 10), RandomMAC: true, Hostname: hostileHost, IP: "10.20.90.250",
		Manufacture: hostileWide, Family: "Phone", Model: hostileReason, OS: "\x1b[5mOS", WLAN: wlanGuest, ssid: hostileSSID,
	}
	s.at(0, func() {
		s.settle(c, ap)
		site.strangers = append(site.strangers, c)
		j := joinOf(s.org, site, c, ap)
		j.SSID = hostileSSID
		s.emit("client-join", j)
	})
	s.at(1, func() { s.addressed(site, c) })
	s.at(2, func() {
		about := "honeypot:" + site.ID
		if a := s.known[about]; a != nil {
			s.raise(about, a.again(s.now, 1))
			return
		}
		a := newAlarm(s.org, site, uuid(s.rng), "honeypot_ssid", "security", "info", s.now)
		a.APs, a.Hostnames, a.BSSIDs = []string{ap.MAC}, []string{ap.Name}, []string{"9e" + hexDigits(s.rng, 10)}
		a.SSIDs = []string{hostileSSID, hostileWide}
		s.raise(about, a)
	})
	s.at(9, func() {
		s.endSession(site, c, endDisassociated, "")
		site.strangers = slices.DeleteFunc(slices.Clone(site.strangers), func(x *Client) bool { return x == c })
	})
}
