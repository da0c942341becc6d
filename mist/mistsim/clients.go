package mistsim

import (
	"strings"
	"time"
)

// The verbs of clients. None of them lets a client onto an AP that is down.

// settle puts a client on an AP without telling it.
func (w *world) settle(c *Client, ap *Device) {
	c.AP, c.Since = ap.MAC, w.now
	c.Band = pick(w.rng, []string{"5", "5", "5", "24", "6"})
	c.BSSID = bssid(ap, c.WLAN, c.Band)
	c.RSSI = -38 - w.rng.IntN(42)
}

// join lets a client onto an AP. Where authentication is broken it is turned
// away; where DHCP is broken it leaves again without an address.
func (w *world) join(s *Site, c *Client, ap *Device) {
	w.settle(c, ap)
	if w.org.WLANs[c.WLAN].Auth == "eap-tls" {
		if s.authBroken {
			w.nac(s, c, ap, "NAC_CLIENT_DENY", "Server certificate not trusted by the client")
			c.AP = ""
			return
		}
		w.nac(s, c, ap, "NAC_CLIENT_PERMIT", "")
	}
	w.emit("client-join", joinOf(w.org, s, c, ap))
	since := c.Since
	still := func() bool { return c.AP != "" && c.Since.Equal(since) }
	if s.dhcpBroken {
		w.later(w.between(1500e6, 3e9), func() {
			if still() {
				w.leave(s, c, endDisassociated)
			}
		})
		return
	}
	w.later(w.between(500e6, 1500e6), func() {
		if still() {
			w.addressed(s, c)
		}
	})
	if w.org.WLANs[c.WLAN].Auth == "portal" && w.rng.IntN(3) == 0 {
		w.later(w.between(1e9, 4e9), func() {
			if still() {
				w.guest(s, c)
			}
		})
	}
}

// addressed tells the address and the name a client got.
func (w *world) addressed(s *Site, c *Client) {
	w.emit("client-info", clientInfo{
		Hostname: c.Hostname, IP: c.IP, MAC: c.MAC, OrgID: w.org.ID, SiteID: s.ID, Timestamp: w.now.Unix(),
	})
}

// leave ends a client's session.
func (w *world) leave(s *Site, c *Client, reason int) { w.endSession(s, c, reason, "") }

// roam moves a client to another AP of its site.
func (w *world) roam(s *Site, c *Client, to *Device) {
	w.endSession(s, c, endRoamed, to.MAC)
	w.settle(c, to)
	w.emit("client-join", joinOf(w.org, s, c, to))
}

func (w *world) endSession(s *Site, c *Client, reason int, next string) {
	ap := w.devices[c.AP]
	if ap == nil {
		return
	}
	w.emit("client-sessions", sessionOf(w.org, s, c, ap, w.now, reason, next))
	if reason != endRoamed && w.org.WLANs[c.WLAN].Auth == "eap-tls" {
		w.emit("nac-accounting", nacAccounting{
			AP: ap.MAC, AuthType: "eap-tls", BSSID: c.BSSID, ClientIP: c.IP, ClientType: "wireless", MAC: c.MAC,
			NASVendor: "juniper-mist", OrgID: w.org.ID, RxPkts: 1 + w.rng.IntN(90000), SiteID: s.ID,
			SSID: w.org.WLANs[c.WLAN].SSID, Timestamp: floatSeconds(w.now), TxPkts: 1 + w.rng.IntN(70000),
			Type: "NAC_ACCOUNTING_STOP", Username: c.Username,
		})
	}
	c.AP = ""
}

// scatter moves the clients of an AP that went away to others of the site; the
// sessions of those that find none end as inactive.
func (w *world) scatter(gone *Device) {
	s := w.siteOf(gone)
	others := upAPs(s, gone.MAC)
	for _, c := range s.Clients {
		switch {
		case c.AP != gone.MAC:
		case len(others) == 0:
			w.leave(s, c, endInactive)
		default:
			w.roam(s, c, pick(w.rng, others))
		}
	}
}

func (w *world) nac(s *Site, c *Client, ap *Device, kind, text string) {
	wlan := w.org.WLANs[c.WLAN]
	e := nacEvent{
		AP: ap.MAC, AuthType: wlan.Auth, BSSID: c.BSSID, MAC: c.MAC, NASVendor: "juniper-mist", OrgID: w.org.ID,
		RandomMAC: "false", SiteID: s.ID, SSID: wlan.SSID, Text: text, Timestamp: floatSeconds(w.now),
		Type: kind, Username: c.Username, VLAN: wlan.VLAN,
	}
	if c.RandomMAC {
		e.RandomMAC = "true"
	}
	if kind == "NAC_CLIENT_PERMIT" {
		e.IDPRole, e.NACRuleMatched = []string{"staff"}, true
		e.RespAttrs = []string{
			"Tunnel-Type=VLAN", "Tunnel-Medium-Type=IEEE-802", "Tunnel-Private-Group-Id=" + wlan.VLAN, "User-Name=" + c.Username,
		}
	}
	w.emit("nac-events", e)
}

// guest tells that someone got through the guest portal.
func (w *world) guest(s *Site, c *Client) {
	wlan, name := w.org.WLANs[c.WLAN], pick(w.rng, people)
	w.emit("guest-authorizations", guestAuthorization{
		AP: c.AP, AuthMethod: "passphrase", AuthorizedTime: w.now.Unix(),
		AuthorizedExpires: w.now.Add(8 * time.Hour).Unix(), Client: c.MAC, Company: "Visitor",
		Email: name + "@example.net", Name: strings.ToUpper(name[:1]) + name[1:], OrgID: w.org.ID, SiteID: s.ID, SSID: wlan.SSID, WLANID: w.org.wlanID(c.WLAN, s),
	})
}
