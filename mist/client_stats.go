package mist

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"strconv"
	"time"
)

// ClientStats is a wireless client with its radio as last measured.
type ClientStats struct {
	MAC        string // 12 hex digits
	Hostname   string
	Username   string
	IP         string
	SSID       string
	APMAC      string // 12 hex digits
	SiteID     string
	Band       string // 2.4, 5 or 6
	Channel    int
	RSSI       int // dBm; 0 when not told
	SNR        int // dB
	Proto      string
	VLAN       string
	OS         string
	Maker      string
	Associated time.Time
	LastSeen   time.Time
	UptimeS    int64
	Guest      bool
	Raw        json.RawMessage
}

func (s *ClientStats) read(o object) {
	o.setMAC(&s.MAC, "mac")
	o.setText(&s.Hostname, "hostname")
	o.setText(&s.Username, "username")
	o.setText(&s.IP, "ip")
	o.setText(&s.SSID, "ssid")
	o.setMAC(&s.APMAC, "ap_mac", "ap")
	o.setText(&s.SiteID, "site_id")
	if b := o.text("band"); b != "" {
		s.Band = bandOf(b)
	}
	o.setWhole(&s.Channel, "channel")
	o.setWhole(&s.RSSI, "rssi")
	o.setWhole(&s.SNR, "snr")
	o.setText(&s.Proto, "proto")
	o.setText(&s.VLAN, "vlan_id")
	o.setText(&s.OS, "os")
	o.setText(&s.Maker, "manufacture")
	o.setTime(&s.Associated, "assoc_time")
	o.setTime(&s.LastSeen, "last_seen")
	if f, ok := number(o.raw("uptime")); ok {
		s.UptimeS = int64(f)
	}
	if o.raw("is_guest") != nil {
		s.Guest = o.yes("is_guest")
	}
}

// bandOf writes a band as people do; Mist writes 24 for 2.4 GHz.
func bandOf(s string) string {
	if s == "24" {
		return "2.4"
	}
	return s
}

// SiteClientStats lists the wireless clients of a site. Mist's default window
// is a day; LastSeen and Associated tell who is still there.
func (c *Client) SiteClientStats(ctx context.Context, site string, w Window) iter.Seq2[ClientStats, error] {
	q := w.add(url.Values{"limit": {strconv.Itoa(pageSize)}})
	r := Request{Path: apiPath("sites", site, "stats", "clients"), Query: q}
	return search(ctx, c, r, pagingNumber, func(s *ClientStats, raw []byte) { s.Raw = raw })
}
