package mistsim

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// channel is what a stream has subscribed.
type channel struct {
	path string
	kind string // what is said on it; empty: nothing by itself
	site string
}

// Kinds of channel that say something by themselves. The others of the vendor's
// table are accepted and stay quiet, as they do when nothing happens.
const (
	saysTest    = "test"
	saysOrg     = "org"
	saysEdges   = "edges"
	saysDevices = "devices"
	saysClients = "clients"
)

// quiet are the ends of the paths of the channels below a site that are accepted.
var quiet = []string{"/devices", "/stats/mxedges", "/mxedges", "/pcaps", "/cmd", "/diag",
	"/assets", "/discovered_assets", "/clients", "/sdkclients", "/unconnected_clients"}

// channelOf reads the path of a channel, and says whether the caller may have it.
func (c *Cloud) channelOf(path string, who *principal) (channel, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if path == "/test" {
		return channel{path: path, kind: saysTest}, nil
	}
	parts := strings.SplitN(path, "/", 4)
	if len(parts) != 4 || parts[0] != "" {
		return channel{}, errNoChannel
	}
	id, rest := parts[2], "/"+parts[3]
	switch parts[1] {
	case "orgs":
		return c.orgChannel(path, id, rest, who)
	case "sites":
		s := c.world.sites[id]
		if s == nil || s.removed {
			return channel{}, errors.New("site not found")
		}
		if who.site != "" && who.site != id {
			return channel{}, errors.New(forbidden.detail)
		}
		return siteChannel(s, path, rest)
	}
	return channel{}, errNoChannel
}

func (c *Cloud) orgChannel(path, id, rest string, who *principal) (channel, error) {
	switch {
	case id != c.world.org.ID:
		return channel{}, errors.New("org not found")
	case who.site != "":
		return channel{}, errors.New(forbidden.detail)
	case rest == "/insights/summary":
		return channel{path: path, kind: saysOrg}, nil
	case rest == "/stats/mxedges":
		return channel{path: path, kind: saysEdges}, nil
	case rest == "/mxedges", rest == "/pcaps":
		return channel{path: path}, nil
	}
	return channel{}, errNoChannel
}

func siteChannel(s *Site, path, rest string) (channel, error) {
	switch rest {
	case "/stats/devices":
		return channel{path: path, kind: saysDevices, site: s.ID}, nil
	case "/stats/clients":
		return channel{path: path, kind: saysClients, site: s.ID}, nil
	}
	if id, ok := strings.CutPrefix(rest, "/devices/"); ok {
		id, isCmd := strings.CutSuffix(id, "/cmd")
		for _, d := range s.Devices {
			if isCmd && d.ID == id {
				return channel{path: path, site: s.ID}, nil
			}
		}
		return channel{}, errors.New("device not found")
	}
	for _, end := range quiet {
		if strings.HasSuffix(rest, end) {
			return channel{path: path, site: s.ID}, nil
		}
	}
	return channel{}, errNoChannel
}

// report makes the frames of the n-th tick.
func (c *Cloud) report(channels []channel, n int) []frame {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settle()
	now := c.clock.Now()
	var out []frame
	for _, ch := range channels {
		s := c.world.sites[ch.site]
		if s != nil && s.removed {
			continue // nobody says goodbye
		}
		for _, data := range c.says(ch, s, n, now) {
			if raw, err := encode(data); err == nil { // it always can: our own rows
				out = append(out, frame{Event: "data", Channel: ch.path, Data: raw})
			}
		}
	}
	return out
}

// says is what a channel has for the n-th tick: the statistics as text that
// holds JSON, the rest as objects (docs/mist-api.md, Stream).
func (c *Cloud) says(ch channel, s *Site, n int, now time.Time) []any {
	w := c.world
	var out []any
	switch ch.kind {
	case saysTest:
		if n%turns == 0 {
			out = append(out, strconv.Itoa(n/turns))
		}
	case saysOrg:
		if n%turns == 0 {
			out = append(out, w.dashboard(n/turns, now))
		}
	case saysEdges:
		for _, d := range w.org.MxEdges {
			if d.Connected && turnOf(d.MAC, n) {
				out = append(out, text(w.edgeStatsOf(d, now)))
			}
		}
	case saysDevices:
		clients := clientsOf(s)
		for _, d := range s.Devices {
			if d.Connected && turnOf(d.MAC, n) {
				out = append(out, text(w.devicePart(s, d, clients[d.MAC], n/turns, now)))
			}
		}
	case saysClients:
		for _, cl := range s.online() {
			if ap := w.devices[cl.AP]; ap != nil && turnOf(cl.MAC, n) {
				out = append(out, text(w.clientPart(s, cl, ap, n/turns, now)))
			}
		}
	}
	return out
}

// turnOf says whether it is a device's turn to report.
func turnOf(mac string, n int) bool { return (n+hashed(mac))%turns == 0 }

// text is JSON as a string, which is how statistics travel.
func text(v any) string {
	raw, err := encode(v)
	if err != nil {
		return "{}" // cannot be: our own rows
	}
	return string(raw)
}

// devicePart is one of the partial updates that a device sends: its name and
// its status are in none of them.
type devicePart struct {
	MAC      string        `json:"mac"`
	LastSeen float64       `json:"last_seen"`
	Uptime   *int64        `json:"uptime,omitempty"`
	Version  string        `json:"version,omitempty"`
	IP       string        `json:"ip,omitempty"`
	IPStat   *ipStat       `json:"ip_stat,omitempty"`
	Clients  *int          `json:"num_clients,omitempty"`
	Radio    *radioStat    `json:"radio_stat,omitempty"`
	CPUUtil  *int          `json:"cpu_util,omitempty"`
	CPU      *cpuStat      `json:"cpu_stat,omitempty"`
	Wired    *clientsStats `json:"clients_stats,omitempty"`
	RxBPS    int64         `json:"rx_bps,omitempty"`
	TxBPS    int64         `json:"tx_bps,omitempty"`
	Offset   *int          `json:"_offset_apbasic,omitempty"`
}

func (w *world) devicePart(s *Site, d *Device, clients map[string]int, round int, now time.Time) devicePart {
	all := w.statsOf(s, d, clients, now)
	p := devicePart{MAC: d.MAC, LastSeen: *seconds(now)}
	if round%2 == 0 {
		zero := 0
		p.Uptime, p.Version, p.IP, p.IPStat, p.Offset = all.Uptime, d.Version, d.IP, all.IPStat, &zero
		return p
	}
	p.Clients, p.Radio, p.CPUUtil, p.CPU, p.Wired, p.RxBPS, p.TxBPS = all.Clients, all.Radio, all.CPUUtil, all.CPU, all.Wired, all.RxBPS, all.TxBPS
	return p
}

// clientPart is a client's whole row now and then, and in between where it is
// and how it is heard.
func (w *world) clientPart(s *Site, c *Client, ap *Device, round int, now time.Time) any {
	all := w.clientStatsOf(s, c, ap, now)
	if round%4 == 0 {
		return all
	}
	return struct {
		MAC      string  `json:"mac"`
		APMAC    string  `json:"ap_mac"`
		APID     string  `json:"ap_id"`
		SSID     string  `json:"ssid"`
		BSSID    string  `json:"bssid"`
		Band     string  `json:"band"`
		Channel  int     `json:"channel"`
		RSSI     int     `json:"rssi"`
		SNR      int     `json:"snr"`
		LastSeen float64 `json:"last_seen"`
		Uptime   int64   `json:"uptime"`
		RxRate   float64 `json:"rx_rate"`
		TxRate   float64 `json:"tx_rate"`
	}{all.MAC, all.APMAC, all.APID, all.SSID, all.BSSID, all.Band, all.Channel, all.RSSI, all.SNR, all.LastSeen, all.Uptime, all.RxRate, all.TxRate}
}

// dashboard is one of the partial updates of an organization's overview.
func (w *world) dashboard(round int, now time.Time) map[string]any {
	if round%2 == 1 {
		return w.countOf()
	}
	b := slotsFor(now.Add(-time.Hour), now, now)
	out, degraded := map[string]any{}, 0
	for family, key := range map[string]string{"wifi": "sle_summary_wireless", "wired": "sle_summary_wired", "wan": "sle_summary_wan"} {
		sum, n := 0.0, 0
		for _, s := range w.org.Sites {
			for _, m := range sleMetrics {
				if rate, ok := w.levelsOf(s, m, b, only{rate: true}).rate(); ok && m.family == family {
					sum += rate
					n++
					if rate < 0.8 {
						degraded++
					}
				}
			}
		}
		if n > 0 {
			out[key] = sum / float64(n)
		}
	}
	out["num_sites"], out["num_degraded_sites"] = len(w.org.Sites), min(degraded, len(w.org.Sites))
	return out
}

// countOf counts devices, those that are away, clients and alarms.
func (w *world) countOf() map[string]any {
	all, off := map[string]int{}, map[string]int{}
	clients := 0
	for _, d := range w.devices {
		all[d.Type]++
		if !d.Connected {
			off[d.Type]++
		}
	}
	for _, s := range w.org.Sites {
		for _, c := range s.Clients {
			if c.AP != "" {
				clients++
			}
		}
	}
	groups := map[string]int{}
	for _, k := range w.memory.alarms {
		if k.of.Status == "open" || k.of.Status == "" {
			groups[k.of.Group]++
		}
	}
	return map[string]any{
		"num_aps": all[AP], "num_disconnected_aps": off[AP], "num_switches": all[Switch], "num_disconnected_switches": off[Switch],
		"num_gateways": all[Gateway], "num_disconnected_gateways": off[Gateway], "num_mxedges": all[MxEdge], "num_disconnected_mxedges": off[MxEdge],
		"num_wireless_clients": clients, "num_marvis_alarms": groups["marvis"], "num_infra_alarms": groups["infrastructure"],
		"num_security_alarms": groups["security"], "num_device_events": len(w.memory.events),
	}
}
