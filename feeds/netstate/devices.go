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
	cloudSeen    time.Time // the cloud's own last_seen, by its clock; the row's is by ours
	lastFrame    time.Time // time of the last frame
	written      time.Time // Updated as the view has it
	reported     string    // connected or disconnected, as the log has it; empty before either
	sweep        int       // the last sweep that had it
	sweepsMissed int       // complete sweeps since then
	inInventory  bool
}

// Kind is which devices a sweep is complete for.
type Kind int

// The lists of devices that REST has.
const (
	OrgDevices Kind = iota // access points, switches and gateways
	MxEdges
)

func (k Kind) covers(deviceType string) bool { return (deviceType == typeMxEdge) == (k == MxEdges) }

const typeMxEdge = "mxedge"

// Sweep is one reading of a list of devices, page by page.
type Sweep struct {
	m      *State
	kind   Kind
	number int
	newest time.Time // the newest last_seen of a connected device
}

// BeginSweep starts a reading of a list.
func (m *State) BeginSweep(k Kind) *Sweep {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sweeps++
	return &Sweep{m: m, kind: k, number: m.sweeps}
}

// Add takes rows of the list. It keeps no reference to them.
func (r *Sweep) Add(rows ...mist.Object) {
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

// maxSweepsMissed is how many complete readings a device must be missing from
// before it is gone: a list is read in pages while it changes.
const maxSweepsMissed = 2

// End says that every page was read. What the list did not have is gone.
func (r *Sweep) End() {
	m := r.m
	m.mu.Lock()
	defer m.mu.Unlock()
	for mac, d := range m.devices {
		if d.sweep == r.number || !r.kind.covers(d.Type) {
			continue
		}
		if d.sweepsMissed++; d.sweepsMissed >= maxSweepsMissed && !d.inInventory {
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

func (m *State) addRow(r *Sweep, row mist.Object, now time.Time) {
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
	d.sweep, d.sweepsMissed = r.number, 0
	p := readRow(row, &d.Device)
	d.SiteID, d.Site = id.site, m.sites[id.site]
	if r.kind == MxEdges {
		d.Type = typeMxEdge
	}
	m.applyStatus(d, p, now)
	m.markDirty(d, before, now)
}

// DeviceFrame applies a frame of the stream about devices of a site: an object
// or a list of them. It skips devices that no sweep has had yet, because frames
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
		p := readRow(row, &d.Device)
		// A frame decides neither the name nor the type nor the status.
		d.Name, d.Type, d.Status = before.Name, before.Type, before.Status
		p.status = ""
		m.noteSkew(p.heard, now, false)
		d.lastFrame = now
		m.applyFrame(d, p, now)
		m.markDirty(d, before, now)
	}
}

// markDirty notes that a row is to be written, if it is worth it by now.
func (m *State) markDirty(d *device, before event.Device, now time.Time) {
	d.Updated = now
	if d.Name != before.Name {
		for mac, c := range m.clients {
			if c.AP == d.MAC {
				m.changedClients[mac] = true
			}
		}
	}
	if !sameButTimes(d.Device, before) || now.Sub(d.written) >= rewriteEvery || now.Before(d.written) {
		m.changedDevices[d.MAC] = true
	}
}

// sameButTimes reports whether two rows differ in nothing but times that move on.
func sameButTimes(a, b event.Device) bool {
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
		if len(changed) == maxRows {
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

// Inventory applies the whole inventory of the organization: the devices that
// there are, whether the stats have them or not. Mist's lists of stats look at a
// day unless asked otherwise, and what is down for longer may not be on them.
func (m *State) Inventory(items []mist.InventoryItem) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.o.Clock.Now()
	for _, d := range m.devices {
		d.inInventory = false
	}
	for _, item := range items {
		if mac, ok := event.ParseMAC(item.MAC); ok && item.SiteID != "" && m.keeps(item.SiteID) {
			m.applyInventory(mac, item, now)
		}
	}
	for mac, d := range m.devices {
		if !d.inInventory && d.sweepsMissed >= maxSweepsMissed && OrgDevices.covers(d.Type) {
			m.dropDevice(mac)
		}
	}
}

// applyInventory takes one item of the inventory. It decides the status of a device only
// as long as no stats do, and never reports a change, because the inventory has no times.
func (m *State) applyInventory(mac event.MAC, item mist.InventoryItem, now time.Time) {
	d := m.devices[mac]
	if d == nil {
		if d = m.addDevice(mac); d == nil {
			return
		}
	}
	before := d.Device
	d.inInventory = true
	for _, f := range []struct {
		to   *string
		from string
	}{{&d.Name, item.Name}, {&d.Serial, item.Serial}, {&d.Model, item.Model}, {&d.Type, item.Type}, {&d.ID, item.ID}} {
		if f.from != "" {
			*f.to = safetext.Clip(f.from, maxText)
		}
	}
	if d.sweep == 0 {
		d.SiteID, d.Site = item.SiteID, m.sites[item.SiteID]
		if d.Status == "" && !item.Connected {
			d.Status = event.DeviceDisconnected
		}
	}
	if !sameButTimes(d.Device, before) {
		m.markDirty(d, before, now)
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
