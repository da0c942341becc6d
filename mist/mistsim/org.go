package mistsim

import (
	"slices"
	"time"
)

// Device types, as Mist's device_type prints them.
const (
	AP      = "ap"
	Switch  = "switch"
	Gateway = "gateway"
	MxEdge  = "mxedge"
)

// Org is a simulated organization with everything in it.
type Org struct {
	ID      string
	Name    string
	Sites   []*Site
	MxEdges []*Device
	WLANs   []WLAN
	Admins  []Admin
	Routers []Router // Junos boxes outside Mist's care, which post themselves
}

// Site is one place of the organization.
type Site struct {
	ID      string
	Name    string
	MapID   string
	Zones   []Zone
	Devices []*Device
	Clients []*Client

	score      float64   // how good its service levels usually are, 0 to 1
	dhcpBroken bool      // clients join but get no address
	authBroken bool      // RADIUS turns everyone away
	removed    bool      // somebody deleted it while we ran
	strangers  []*Client // on its network, but none of its people
}

// Zone is a part of a site's floor plan that occupancy is counted in.
type Zone struct {
	ID    string
	Name  string
	Limit int // people allowed at once
}

// Device is an access point, switch, gateway or Mist Edge.
type Device struct {
	ID        string // 00000000-0000-0000-1000-<mac>
	MAC       string // 12 lower-case hex digits
	Name      string
	Type      string // AP, Switch, Gateway or MxEdge
	Model     string
	Version   string
	SiteID    string // empty for a Mist Edge of the org
	ClusterID string // of a Mist Edge
	Uplink    string // MAC of the switch or gateway it hangs on; empty for a gateway
	Port      string // the port there
	Connected bool   // as the cloud sees it
	Since     time.Time
	Channel   int // of an AP's 5 GHz radio
	IP        string

	booted  time.Time      // what its uptime counts from
	changed time.Time      // of its configuration; zero: never
	config  map[string]any // what is configured beyond the name; replaced, never changed
	short   bool           // gets less PoE power than it needs
}

// WLAN is one wireless network, the same at every site.
type WLAN struct {
	ID   string
	SSID string
	VLAN string
	Auth string // psk, eap-tls or portal
}

// Admin is a person who changes things in the portal.
type Admin struct {
	ID    string
	Name  string
	Email string
	IP    string
}

// Router is a Junos device with the event agent on it.
type Router struct {
	Hostname string
	Peer     string // its BGP neighbor
	PeerAS   int
	Uplink   string // interface name
}

// Client is a wireless client of a site.
type Client struct {
	MAC         string
	RandomMAC   bool
	Hostname    string
	Username    string // for eap-tls
	IP          string
	Manufacture string
	Family      string
	Model       string
	OS          string
	WLAN        int // index into Org.WLANs

	AP    string // MAC of the AP it is on; empty when it is not connected
	Since time.Time
	Band  string // 24, 5 or 6
	BSSID string
	RSSI  int // dBm

	ssid string // of a stranger's phone, which lies about it; empty: the WLAN's
}

// Device returns the device with that MAC, or nil.
func (o *Org) Device(mac string) *Device {
	same := func(d *Device) bool { return d.MAC == mac }
	if i := slices.IndexFunc(o.MxEdges, same); i >= 0 {
		return o.MxEdges[i]
	}
	for _, s := range o.Sites {
		if i := slices.IndexFunc(s.Devices, same); i >= 0 {
			return s.Devices[i]
		}
	}
	return nil
}

// Site returns the site with that id, or nil.
func (o *Org) Site(id string) *Site {
	if i := slices.IndexFunc(o.Sites, func(s *Site) bool { return s.ID == id }); i >= 0 {
		return o.Sites[i]
	}
	return nil
}

// OfType returns the site's devices of one type, in their order.
func (s *Site) OfType(kind string) []*Device {
	var out []*Device
	for _, d := range s.Devices {
		if d.Type == kind {
			out = append(out, d)
		}
	}
	return out
}

// online are the clients of a site that are connected, strangers included.
func (s *Site) online() []*Client {
	var out []*Client
	for _, c := range slices.Concat(s.Clients, s.strangers) {
		if c.AP != "" {
			out = append(out, c)
		}
	}
	return out
}

// clone copies the organization so deeply that later changes do not show in it.
func (o *Org) clone() *Org {
	c := *o
	c.MxEdges = cloneAll(o.MxEdges)
	c.WLANs = slices.Clone(o.WLANs)
	c.Admins = slices.Clone(o.Admins)
	c.Routers = slices.Clone(o.Routers)
	c.Sites = cloneAll(o.Sites)
	for _, s := range c.Sites {
		s.Zones = slices.Clone(s.Zones)
		s.Devices = cloneAll(s.Devices)
		s.Clients = cloneAll(s.Clients)
	}
	return &c
}

func cloneAll[T any](in []*T) []*T {
	out := make([]*T, len(in))
	for i, p := range in {
		v := *p
		out[i] = &v
	}
	return out
}
