package netstate

import (
	"cmp"
	"context"
	"slices"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/mist"
)

// device is one row, and what is remembered of it beyond the row.
type device struct {
	event.Device
	heard   time.Time // the cloud's own last_seen, by its clock; the row's is by ours
	framed  time.Time // when the stream last told of it
	written time.Time // Updated as the view has it
	told    string    // connected or disconnected, as the log has it; empty before either was seen
	round   int       // the last round of REST rows that had it
	missed  int       // complete rounds since then
	listed  bool      // in the inventory
}

// Kind is which devices a round of rows is complete for.
type Kind int

// The lists of devices that REST has.
const (
	OrgDevices Kind = iota // access points, switches and gateways
	MxEdges
)

func (k Kind) covers(deviceType string) bool { return (deviceType == typeMxEdge) == (k == MxEdges) }

const typeMxEdge = "mxedge"

// Round is one reading of a list of devices, page by page.
type Round struct {
	m      *State
	kind   Kind
	number int
	newest time.Time // the newest last_seen of a connected device
}

// Begin starts a reading of a list.
func (m *State) Begin(k Kind) *Round {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.round++
	return &Round{m: m, kind: k, number: m.round}
}

// Add takes rows of the list. It keeps no reference to them.
func (r *Round) Add(rows ...mist.Object) {
	m := r.m
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.o.Clock.Now()
	for _, row := range rows {
		if heard, ok := connectedAt(row); ok && heard.After(r.newest) {
			r.newest = heard
		}
	}
	m.noteSkew(r.newest, now, true)
	for _, row := range rows {
		m.addRow(r, row, now)
	}
}

// missedRounds is how many complete readings a device must be missing from
// before it is gone: a list is read in pages while it changes.
const missedRounds = 2

// End says that every page was read. What the list did not have is gone.
func (r *Round) End() {
	m := r.m
	m.mu.Lock()
	defer m.mu.Unlock()
	for mac, d := range m.devices {
		if d.round == r.number || !r.kind.covers(d.Type) {
			continue
		}
		if d.missed++; d.missed >= missedRounds && !d.listed {
			m.dropDevice(mac)
		}
	}
}

// connectedAt returns the last_seen of a row whose device is connected.
func connectedAt(row mist.Object) (at time.Time, ok bool) {
	if row.Text("status") != event.DeviceConnected {
		return at, false
	}
	return row.Time("last_seen")
}

func (m *State) addRow(r *Round, row mist.Object, now time.Time) {
	id := identityOf(row)
	if id.mac == "" {
		m.stats.Unreadable++
		return
	}
	if !m.keeps(id.site) {
		if m.devices[id.mac] != nil {
			m.dropDevice(id.mac)
		}
		return
	}
	d := m.devices[id.mac]
	if d == nil {
		if d = m.addDevice(id.mac); d == nil {
			return
		}
	}
	before := d.Device
	d.round, d.missed = r.number, 0
	p := of(row, &d.Device)
	d.SiteID, d.Site = id.site, m.sites[id.site]
	if r.kind == MxEdges {
		d.Type = typeMxEdge
	}
	m.standing(d, p, now)
	m.touched(d, before, now)
}

// DeviceFrame tells what the stream said of devices of a site: an object or a
// list of them. Frames of devices that REST has not told of are left: they
// carry no name, no type and no status.
func (m *State) DeviceFrame(siteID string, data []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.o.Clock.Now()
	m.stats.DeviceFrames++
	for _, row := range parts(data) {
		id := identityOf(row)
		if id.mac == "" {
			m.stats.Unreadable++
			continue
		}
		d := m.devices[id.mac]
		if d == nil || siteID != "" && d.SiteID != "" && d.SiteID != siteID {
			continue
		}
		before := d.Device
		p := of(row, &d.Device)
		// Neither its name nor its place is a frame's to tell.
		d.Name, d.Type, d.Status = before.Name, before.Type, before.Status
		p.status = ""
		m.noteSkew(p.heard, now, false)
		d.framed = now
		m.alive(d, p, now)
		m.touched(d, before, now)
	}
}

// touched notes that a row is to be written, if it is worth it by now.
func (m *State) touched(d *device, before event.Device, now time.Time) {
	d.Updated = now
	if d.Name != before.Name {
		for mac, c := range m.clients {
			if c.AP == d.MAC {
				m.changedClients[mac] = true
			}
		}
	}
	if !alike(d.Device, before) || now.Sub(d.written) >= restless || now.Before(d.written) {
		m.changedDevices[d.MAC] = true
	}
}

// alike reports whether two rows differ in nothing but times that move on.
func alike(a, b event.Device) bool {
	ra, rb := a.Radios, b.Radios
	for _, d := range []*event.Device{&a, &b} {
		d.Radios, d.LastSeen, d.Updated, d.UptimeS = nil, time.Time{}, time.Time{}, 0
	}
	return a.MAC == b.MAC && a.SiteID == b.SiteID && a.Site == b.Site && a.ID == b.ID && a.Name == b.Name && a.Type == b.Type &&
		a.Model == b.Model && a.Serial == b.Serial && a.Version == b.Version && a.IP == b.IP && a.Status == b.Status &&
		a.Since.Equal(b.Since) && a.Clients == b.Clients && a.CPU == b.CPU && a.Memory == b.Memory && a.Uplink == b.Uplink &&
		slices.Equal(ra, rb)
}

// flushDevices writes rows, as many as one transaction may have.
func (m *State) flushDevices(ctx context.Context) error {
	m.mu.Lock()
	var changed []event.Device
	var gone []event.MAC
	for mac := range m.changedDevices {
		if len(changed) == mostRows {
			break
		}
		d := m.devices[mac]
		d.written = d.Updated
		row := d.Device
		row.Radios = slices.Clone(row.Radios)
		changed = append(changed, row)
		delete(m.changedDevices, mac)
	}
	for mac := range m.goneDevices {
		gone = append(gone, mac)
	}
	clear(m.goneDevices)
	m.mu.Unlock()
	if len(changed) == 0 && len(gone) == 0 {
		return nil
	}
	slices.SortFunc(changed, func(a, b event.Device) int { return cmp.Compare(a.MAC, b.MAC) })
	slices.Sort(gone)
	err := m.o.View.PutDevices(ctx, m.o.Source, changed, gone)
	if err != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		for _, d := range changed {
			if m.devices[d.MAC] != nil {
				m.changedDevices[d.MAC] = true
			}
		}
		for _, mac := range gone {
			if m.devices[mac] == nil {
				m.goneDevices[mac] = true
			}
		}
	}
	return err
}

// Inventory tells the whole inventory of the organisation: which devices there
// are, whether their stats tell of them or not. Mist's lists of stats look at a
// day unless asked otherwise, and what is down for longer may not be on them.
func (m *State) Inventory(items []mist.InventoryItem) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.o.Clock.Now()
	for _, d := range m.devices {
		d.listed = false
	}
	for _, item := range items {
		if mac, ok := event.ParseMAC(item.MAC); ok && item.SiteID != "" && m.keeps(item.SiteID) {
			m.list(mac, item, now)
		}
	}
	for mac, d := range m.devices {
		if !d.listed && d.missed >= missedRounds && OrgDevices.covers(d.Type) {
			m.dropDevice(mac)
		}
	}
}

// list takes one item of the inventory. It decides the status of a device only
// as long as no stats do, and never tells a change: it knows no times.
func (m *State) list(mac event.MAC, item mist.InventoryItem, now time.Time) {
	d := m.devices[mac]
	if d == nil {
		if d = m.addDevice(mac); d == nil {
			return
		}
	}
	before := d.Device
	d.listed = true
	for _, f := range []struct {
		to   *string
		from string
	}{{&d.Name, item.Name}, {&d.Serial, item.Serial}, {&d.Model, item.Model}, {&d.Type, item.Type}, {&d.ID, item.ID}} {
		if f.from != "" {
			*f.to = safetext.Clip(f.from, maxText)
		}
	}
	if d.round == 0 {
		d.SiteID, d.Site = item.SiteID, m.sites[item.SiteID]
		if d.Status == "" && !item.Connected {
			d.Status = event.DeviceDisconnected
		}
	}
	if !alike(d.Device, before) {
		m.touched(d, before, now)
	}
}

// addDevice makes room for a device; nil when there is none.
func (m *State) addDevice(mac event.MAC) *device {
	if len(m.devices) >= m.o.MaxDevices {
		m.stats.LeftDevices++
		return nil
	}
	d := &device{Device: event.Device{Source: m.o.Source, OrgID: m.o.OrgID, MAC: mac}}
	m.devices[mac] = d
	delete(m.goneDevices, mac)
	return d
}

// identity is what says which device or client a row is about, and where.
type identity struct {
	mac  event.MAC
	site string
}

func identityOf(row mist.Object) identity {
	id := identity{site: safetext.Clip(row.ID("site_id"), maxText)}
	for _, name := range []string{"mac", "id", "device_id"} {
		v, _ := row.Lookup(name)
		if mac, ok := parseMAC(v); ok {
			id.mac = mac
			break
		}
	}
	return id
}
