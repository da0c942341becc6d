package mist

import (
	"context"
	"encoding/json"
	"iter"
	"strings"
	"time"
)

// DeviceStats is how an access point, switch, gateway or Mist Edge is doing.
// The four differ widely; what one does not tell is empty.
type DeviceStats struct {
	ID       string
	MAC      string // 12 hex digits
	Name     string
	Type     string // ap, switch, gateway, mxedge
	Model    string
	Serial   string
	Version  string
	IP       string
	Status   string // connected, disconnected, and others such as upgrading
	OrgID    string
	SiteID   string
	LastSeen time.Time // zero when it never was
	UptimeS  int64
	Clients  int
	CPU      float64 // percent
	Memory   float64 // percent
	Uplink   string  // by LLDP, "sw-ham-01 ge-0/0/3"
	Radios   []RadioStats
	Raw      json.RawMessage
}

// RadioStats is one radio of an access point.
type RadioStats struct {
	Band        string // 2.4, 5 or 6
	Channel     int
	Bandwidth   int // MHz
	Power       int // dBm
	Utilization int // percent of air time
	Clients     int
	Disabled    bool
}

func (d *DeviceStats) read(o object) {
	d.Type = "ap" // the spec's default
	o.setText(&d.ID, "id")
	o.setMAC(&d.MAC, "mac")
	o.setText(&d.Name, "name")
	o.setText(&d.Type, "type")
	o.setText(&d.Model, "model")
	o.setText(&d.Serial, "serial")
	o.setText(&d.Version, "version")
	o.sub("ip_stat").setText(&d.IP, "ip")
	o.setText(&d.IP, "ip")
	o.setText(&d.Status, "status")
	o.setText(&d.OrgID, "org_id")
	o.setText(&d.SiteID, "site_id")
	d.SiteID = idOf(d.SiteID)
	o.setTime(&d.LastSeen, "last_seen")
	if f, ok := number(o.raw("uptime")); ok {
		d.UptimeS = int64(f)
	}
	o.setWhole(&d.Clients, "num_clients")
	o.sub("clients_stats").sub("total").setWhole(&d.Clients, "num_wired_clients")
	d.readLoad(o)
	d.readRadios(o.sub("radio_stat"))
	if s := uplink(o); s != "" {
		d.Uplink = s
	}
	if d.ID == "" && d.MAC != "" {
		d.ID = DeviceID(d.MAC)
	}
}

// readLoad reads the four ways in which load is told.
func (d *DeviceStats) readLoad(o object) {
	cpu, memory := o.sub("cpu_stat"), o.sub("memory_stat")
	if idle, ok := number(cpu.raw("idle")); ok {
		d.CPU = 100 - idle
	}
	cpu.setReal(&d.CPU, "usage")
	o.setReal(&d.CPU, "cpu_util")
	memory.setReal(&d.Memory, "usage")
	if total := o.real("mem_total_kb"); total > 0 && o.raw("mem_used_kb") != nil {
		d.Memory = 100 * o.real("mem_used_kb") / total
	}
}

// bands are the names of the radios, and of their bands.
var bands = [...]struct{ member, band string }{{"band_24", "2.4"}, {"band_5", "5"}, {"band_6", "6"}}

func (d *DeviceStats) readRadios(o object) {
	for _, b := range bands {
		if o.raw(b.member) == nil {
			continue
		}
		radio := o.sub(b.member)
		r := RadioStats{Band: b.band, Disabled: radio.yes("disabled")}
		radio.setWhole(&r.Channel, "channel")
		radio.setWhole(&r.Bandwidth, "bandwidth")
		radio.setWhole(&r.Power, "power")
		radio.setWhole(&r.Utilization, "util_all")
		radio.setWhole(&r.Clients, "num_clients")
		d.Radios = append(d.Radios, r)
	}
}

// uplink tells the neighbour by LLDP that a device hangs on.
func uplink(o object) string {
	l := o.sub("lldp_stat")
	if len(l) == 0 {
		if stats := o.sub("lldp_stats"); len(stats) > 0 {
			l, _ = readObject(stats[0].Value)
		}
	}
	name := l.text("system_name", "chassis_id")
	return strings.TrimSpace(name + " " + l.text("port_id", "port_desc"))
}

// OrgDeviceStats lists how the devices of an organisation are, of all types but
// Mist Edges. One call serves a thousand devices.
func (c *Client) OrgDeviceStats(ctx context.Context, org string) iter.Seq2[DeviceStats, error] {
	return c.deviceStats(ctx, Request{Path: apiPath("orgs", org, "stats", "devices"), Query: numbered(pageSize, "type", "all")}, "")
}

// SiteDeviceStats is OrgDeviceStats of one site.
func (c *Client) SiteDeviceStats(ctx context.Context, site string) iter.Seq2[DeviceStats, error] {
	return c.deviceStats(ctx, Request{Path: apiPath("sites", site, "stats", "devices"), Query: numbered(pageSize, "type", "all")}, "")
}

// OrgMxEdgeStats lists how the Mist Edges of an organisation are. The published
// document has this only for sites, the stream for the organisation too: a cloud
// without it answers with KindNotFound, and SiteMxEdgeStats is left.
func (c *Client) OrgMxEdgeStats(ctx context.Context, org string) iter.Seq2[DeviceStats, error] {
	return c.deviceStats(ctx, Request{Path: apiPath("orgs", org, "stats", "mxedges"), Query: numbered(pageSize)}, "mxedge")
}

// SiteMxEdgeStats lists how the Mist Edges of a site are.
func (c *Client) SiteMxEdgeStats(ctx context.Context, site string) iter.Seq2[DeviceStats, error] {
	return c.deviceStats(ctx, Request{Path: apiPath("sites", site, "stats", "mxedges"), Query: numbered(pageSize)}, "mxedge")
}

// deviceStats lists devices; kind is their type when the rows do not say.
func (c *Client) deviceStats(ctx context.Context, r Request, kind string) iter.Seq2[DeviceStats, error] {
	return search(ctx, c, r, pagingNumber, func(d *DeviceStats, raw []byte) {
		if d.Raw = raw; kind != "" {
			d.Type = kind
		}
	})
}
