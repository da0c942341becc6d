package mistsim

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// buildOrg makes the organization of a seed. Names are the same for every
// seed; ids, addresses and who carries what differ.
func buildOrg(rng *rand.Rand, plans []plan) *Org {
	b := builder{rng: rng, used: map[string]bool{}}
	o := &Org{ID: uuid(rng), Name: orgName, WLANs: slices.Clone(wlanPlan), Admins: slices.Clone(adminPlan), Routers: slices.Clone(routerPlan)}
	for i := range o.WLANs {
		o.WLANs[i].ID = uuid(rng)
	}
	for i := range o.Admins {
		o.Admins[i].ID = uuid(rng)
	}
	cluster := uuid(rng)
	for i := range 2 {
		d := b.device(MxEdge, fmt.Sprintf("edge-dc-%02d", i+1), edgeOUI, "ME-X5", "0.1.3372")
		d.ClusterID, d.IP = cluster, fmt.Sprintf("10.8.0.%d", 11+i)
		o.MxEdges = append(o.MxEdges, d)
	}
	for i, p := range plans {
		o.Sites = append(o.Sites, b.site(p, i))
	}
	return o
}

// builder makes things with addresses that occur once.
type builder struct {
	rng  *rand.Rand
	used map[string]bool
}

func (b *builder) site(p plan, index int) *Site {
	s := &Site{ID: uuid(b.rng), Name: p.name, MapID: uuid(b.rng), score: p.meanScore}
	for _, z := range p.zones {
		s.Zones = append(s.Zones, Zone{ID: uuid(b.rng), Name: z, Limit: 10 + 5*b.rng.IntN(5)})
	}
	short := strings.TrimPrefix(p.apNames, "ap-")
	gw := b.device(Gateway, "gw-"+short+"-01", pick(b.rng, gatewayOUIs), p.gateway, gatewayVersion)
	s.Devices = append(s.Devices, gw)
	var switches []*Device
	for i := range p.switches {
		sw := b.device(Switch, fmt.Sprintf("sw-%s-%02d", short, i+1), pick(b.rng, switchOUIs), switchModel, switchVersion)
		sw.Uplink, sw.Port = gw.MAC, fmt.Sprintf("ge-0/0/%d", i+1)
		sw.config = map[string]any{"port_config": map[string]any{"ge-0/0/12-35": map[string]any{"usage": "desk"}, "mge-0/0/0-11": map[string]any{"usage": "ap"}}}
		switches = append(switches, sw)
	}
	s.Devices = append(s.Devices, switches...)
	for i := range p.aps {
		ap := b.device(AP, fmt.Sprintf("%s-%02d", p.apNames, i+1), pick(b.rng, apOUIs), pick(b.rng, apModels), apVersion)
		ap.Uplink, ap.Port = switches[i%len(switches)].MAC, fmt.Sprintf("mge-0/0/%d", i)
		ap.Channel, ap.config = pick(b.rng, channels), radioConfig(10)
		ap.short = i < p.shortAPs
		s.Devices = append(s.Devices, ap)
	}
	for i, d := range s.Devices {
		d.SiteID = s.ID
		d.IP = fmt.Sprintf("10.%d.%d.%d", 20+index%200, 1+i/200, 10+i%200)
	}
	for i := range p.clients {
		s.Clients = append(s.Clients, b.client(p, index, i))
	}
	return s
}

// channels are 5 GHz channels an AP may use.
var channels = []int{36, 40, 44, 48, 52, 100, 104, 108, 149}

func (b *builder) device(kind, name, oui, model, version string) *Device {
	mac := b.mac(oui)
	return &Device{
		ID: "00000000-0000-0000-1000-" + mac, MAC: mac, Name: name, Type: kind,
		Model: model, Version: version, Connected: true,
	}
}

func (b *builder) client(p plan, site, i int) *Client {
	g := pick(b.rng, phones)
	switch n := b.rng.IntN(10); {
	case n < p.handhelds:
		g = pick(b.rng, handhelds)
	case n < p.handhelds+p.laptops:
		g = pick(b.rng, laptops)
	}
	person := pick(b.rng, people)
	c := &Client{
		Manufacture: g.manufacture, Family: g.family, Model: g.model, OS: g.os, WLAN: g.wlan, RandomMAC: g.random,
		IP: fmt.Sprintf("10.%d.%s.%d", 20+site%200, wlanPlan[g.wlan].VLAN, 10+i%240),
	}
	c.Hostname = strings.NewReplacer(
		"%n", person, "%x", strings.ToUpper(hexDigits(b.rng, 4)), "%d", fmt.Sprintf("%03d", i+1),
	).Replace(g.host)
	if g.wlan == wlanCorp {
		c.Username = person + "@acme.example"
	}
	oui := g.oui
	if g.random {
		// The second lowest bit of the first byte marks an address made up on the spot.
		oui = hexDigits(b.rng, 1) + pick(b.rng, []string{"2", "6", "a", "e"}) + hexDigits(b.rng, 4)
	}
	c.MAC = b.mac(oui)
	return c
}

// mac returns an address with the prefix that no other has up to its last
// digit, so that an AP may count its BSSIDs there.
func (b *builder) mac(oui string) string {
	for {
		m := oui + hexDigits(b.rng, 6)
		if !b.used[m[:11]] {
			b.used[m[:11]] = true
			return m
		}
	}
}

// bssid is the address an AP uses for a WLAN on a band.
func bssid(ap *Device, wlan int, band string) string {
	radio := map[string]int{"24": 0, "5": 4, "6": 8}[band]
	return ap.MAC[:11] + strconv.FormatInt(int64(radio+wlan+1), 16)
}

// uuid draws a version 4 UUID, so that ids follow the seed.
func uuid(rng *rand.Rand) string {
	hi, lo := rng.Uint64(), rng.Uint64()
	hi = hi&^0xf000 | 0x4000
	lo = lo&^(3<<62) | 2<<62
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xffff, lo>>48, lo&0xffffffffffff)
}

func hexDigits(rng *rand.Rand, n int) string {
	const digits = "0123456789abcdef"
	b := make([]byte, n)
	for i := range b {
		b[i] = digits[rng.IntN(16)]
	}
	return string(b)
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }
