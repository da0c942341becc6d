package poll

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"sync"

	"foghorn/feeds/netstate"
	"foghorn/journal/event"
	"foghorn/mist"
)

// askSites reads the sites.
func (p *Poll) askSites(ctx context.Context) error {
	var all []netstate.Site
	var told []element
	for s, err := range p.api().Sites(ctx, p.o.OrgID) {
		if err != nil {
			return err
		}
		all = append(all, netstate.Site{ID: s.ID, Name: s.Name})
		told = append(told, element{Kind: kindSite, ID: s.ID, Name: s.Name})
	}
	p.mu.Lock()
	had := len(p.sites)
	doubtful := len(all) == 0 && had > 0 && !p.empty
	p.empty = len(all) == 0
	p.mu.Unlock()
	if doubtful {
		return nil // an organization does not lose all its sites at once: confirm it with a second reading
	}
	wanted := p.o.State.SetSites(all)
	p.mu.Lock()
	p.sites = wanted
	p.mu.Unlock()
	p.clients.setSites(wanted)
	p.webhooks.rotation.setSites(wanted)
	if p.o.Sites != nil {
		p.o.Sites(wanted)
	}
	return p.emitNames(ctx, told)
}

// askInventory reads the devices and their names.
func (p *Poll) askInventory(ctx context.Context) error {
	var all []mist.InventoryItem
	var told []element
	for item, err := range p.api().Inventory(ctx, p.o.OrgID, false) {
		if err != nil {
			return err
		}
		all = append(all, item)
		told = append(told, deviceElement(item.MAC, item.Name, item.SiteID, "", item.Type))
		if len(all) >= maxDevices {
			break
		}
	}
	p.o.State.Inventory(all)
	return p.emitNames(ctx, told)
}

// maxDevices limits how many elements of a list are kept.
const maxDevices = 50_000

// askDevices reads the stats of access points, switches and gateways.
func (p *Poll) askDevices(ctx context.Context) error {
	return p.askStats(ctx, netstate.OrgDevices)
}

// askMxEdges reads the stats of Mist Edges.
func (p *Poll) askMxEdges(ctx context.Context) error {
	return p.askStats(ctx, netstate.MxEdges)
}

func (p *Poll) askStats(ctx context.Context, kind netstate.Kind) error {
	rows := p.api().OrgDeviceStats(ctx, p.o.OrgID)
	if kind == netstate.MxEdges {
		rows = p.mxEdges(ctx)
	}
	sweep := p.o.State.BeginSweep(kind)
	const atOnce = 250
	batch := make([]mist.Object, 0, atOnce)
	var told []element
	for row, err := range rows {
		if err != nil {
			return err
		}
		told = append(told, statsElement(row, kind))
		if batch = append(batch, row); len(batch) == atOnce {
			sweep.Add(batch...)
			batch = batch[:0]
		}
		if len(told) >= maxDevices {
			break
		}
	}
	sweep.Add(batch...)
	sweep.End()
	return p.emitNames(ctx, told)
}

// maxEdgeSites is the most sites whose Mist Edges are fetched one site at a time.
const maxEdgeSites = 40

// mxEdges lists the organization's Mist Edges. It uses the organization's list,
// which the published document does not have, or, if the cloud does not have it
// either, the lists of the sites. With many sites those cost too many calls.
func (p *Poll) mxEdges(ctx context.Context) iter.Seq2[mist.Object, error] {
	return func(yield func(mist.Object, error) bool) {
		sites := p.wanted()
		for d, err := range p.api().OrgMxEdgeStats(ctx, p.o.OrgID) {
			if mist.IsKind(err, mist.KindNotFound) && len(sites) > 0 && len(sites) <= maxEdgeSites {
				p.mxEdgesOf(ctx, sites, yield)
				return
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

func (p *Poll) mxEdgesOf(ctx context.Context, sites []netstate.Site, yield func(mist.Object, error) bool) {
	for _, s := range sites {
		for d, err := range p.api().SiteMxEdgeStats(ctx, s.ID) {
			if !yield(d, err) {
				return
			}
		}
	}
}

// The kinds of names and of inventory elements.
const (
	kindSite       = "site"
	kindDevice     = "device"
	kindDeviceSite = "device-site"
	kindDeviceIP   = "device-ip"
)

// element is one element of an inventory observation.
type element struct {
	Kind   string `json:"kind"`
	ID     string `json:"id"`
	Name   string `json:"name,omitempty"`
	SiteID string `json:"site_id,omitempty"`
	IP     string `json:"ip,omitempty"`
	OrgID  string `json:"org_id"`
	Type   string `json:"type,omitempty"`
}

func deviceElement(mac, name, site, ip, kind string) element {
	if m, ok := event.ParseMAC(name); ok && string(m) == mac {
		name = "" // Mist's name for a device that nobody named
	}
	return element{Kind: kindDevice, ID: mac, Name: name, SiteID: site, IP: ip, Type: kind}
}

// statsElement returns the element for a device's stats row.
func statsElement(row mist.Object, kind netstate.Kind) element {
	ip := row.Text("ip")
	if ip == "" {
		ip = row.Object("ip_stat").Text("ip")
	}
	deviceType := cmp.Or(row.Text("type"), "ap") // the document's default
	if kind == netstate.MxEdges {
		deviceType = "mxedge"
	}
	return deviceElement(row.MAC("mac"), row.Text("name"), row.ID("site_id"), ip, deviceType)
}

// names caches the view's names, so that only new ones are emitted. It contains
// those names of this organization that some list has mentioned.
type names struct {
	mu    sync.Mutex
	known map[[2]string]string // by kind and id; "" if the view has none
}

// load reads the view's names for elements that are not cached yet.
func (n *names) load(ctx context.Context, v View, elements []element) error {
	var keys [][2]string
	for _, e := range elements {
		for _, f := range e.facts() {
			if _, ok := n.known[f.key]; !ok {
				keys = append(keys, f.key)
			}
		}
	}
	if len(keys) == 0 {
		return nil
	}
	known, err := v.KnownNames(ctx, keys)
	if err != nil {
		return err
	}
	if n.known == nil {
		n.known = make(map[[2]string]string, len(keys))
	}
	for _, k := range keys {
		n.known[k] = known[k]
	}
	return nil
}

// fact is one name of an element.
type fact struct {
	key  [2]string
	name string
}

// facts returns the names in an element.
func (e element) facts() []fact {
	if e.Kind == kindSite {
		return []fact{{[2]string{kindSite, e.ID}, e.Name}}
	}
	out := []fact{{[2]string{kindDevice, e.ID}, e.Name}, {[2]string{kindDeviceSite, e.ID}, e.SiteID}}
	if e.IP != "" {
		out = append(out, fact{[2]string{kindDeviceIP, e.IP}, e.ID})
	}
	return out
}

// emitNames appends the elements with a new name.
func (p *Poll) emitNames(ctx context.Context, elements []element) error {
	n := &p.names
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.load(ctx, p.o.View, elements); err != nil {
		return err
	}
	var fresh [][]byte
	var facts []fact
	for _, e := range elements {
		before := len(facts)
		for _, f := range e.facts() {
			if f.name != "" && n.known[f.key] != f.name {
				facts = append(facts, f)
			}
		}
		if len(facts) == before || e.ID == "" {
			facts = facts[:before]
			continue
		}
		e.OrgID = p.o.OrgID
		b, err := json.Marshal(e)
		if err != nil {
			return err
		}
		fresh = append(fresh, b)
	}
	if _, err := p.appendElements(ctx, event.TopicInventory, fresh...); err != nil {
		return err
	}
	for _, f := range facts {
		n.known[f.key] = f.name
	}
	return nil
}
