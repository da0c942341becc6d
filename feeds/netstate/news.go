package netstate

import (
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// Connection takes what a webhook told of a device: that the cloud gained or
// lost it at that time of the cloud's. It is in the log already, so no change is
// told, and it comes up to a minute before the next list of devices would. What
// was heard of the device since then counts for more.
func (m *State) Connection(mac event.MAC, status string, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d := m.devices[mac]
	if d == nil || d.told == "" || d.Status == status {
		return
	}
	when := m.own(at)
	if when.Before(d.Since) || status == event.DeviceDisconnected && d.heard.After(at) && d.framed.After(when) {
		return
	}
	now := m.o.Clock.Now()
	before := d.Device
	d.Status, d.told, d.Since = status, status, when
	m.touched(d, before, now)
}

// Named takes the new name of a device that somebody renamed by foghorn.
func (m *State) Named(mac event.MAC, name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if d := m.devices[mac]; d != nil && name != "" && d.Name != name {
		before := d.Device
		d.Name = safetext.Clip(name, maxText)
		m.touched(d, before, m.o.Clock.Now())
	}
}
