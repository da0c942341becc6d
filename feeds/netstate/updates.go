package netstate

import (
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// SetConnection applies what a webhook reported: that the cloud gained or lost a
// device at that time of the cloud's. The log has the webhook already, so that
// nothing is emitted. The report comes up to a minute before the next list of
// devices; a frame that the device sent since then counts for more.
func (m *State) SetConnection(mac event.MAC, status string, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d := m.devices[mac]
	if d == nil || d.reported == "" || d.Status == status {
		return
	}
	when := m.toLocal(at)
	if when.Before(d.Since) || status == event.DeviceDisconnected && d.cloudSeen.After(at) && d.lastFrame.After(when) {
		return
	}
	now := m.o.Clock.Now()
	before := d.Device
	d.Status, d.reported, d.Since = status, status, when
	m.markDirty(d, before, now)
}

// SetName takes the new name of a device that somebody renamed by foghorn.
func (m *State) SetName(mac event.MAC, name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if d := m.devices[mac]; d != nil && name != "" && d.Name != name {
		before := d.Device
		d.Name = safetext.Clip(name, maxText)
		m.markDirty(d, before, m.o.Clock.Now())
	}
}
