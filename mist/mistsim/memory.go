package mistsim

import (
	"slices"
	"time"
)

// How much the cloud remembers. A real one keeps weeks; a test or a demo asks
// for the last hours.
const (
	maxAlarms = 4000
	maxEvents = 20000
	maxAudits = 4000
	// nearby is how far back a second telling of the same is looked for.
	nearby = 64
)

// memory holds the events sent by webhooks, and those that only searches find: the
// same happening has the same id, time, type and address both ways. It is
// guarded like the world it belongs to.
type memory struct {
	alarms []*kept[alarm] // in the order of their first event
	byID   map[string]*kept[alarm]
	down   map[string]string // ids of open alarms about devices that are down, by MAC
	events []kept[deviceEvent]
	audits []kept[audit]
	told   int
}

// kept is a past event with a serial number, which makes its position unique.
type kept[T any] struct {
	told int
	of   T
	ack  *ack // of an alarm: who took it on
}

// ack is that somebody took an alarm on.
type ack struct {
	by   principal
	at   time.Time
	note string
}

// keep remembers an element of a topic that can be searched later. What comes
// twice, by two webhooks, is remembered once.
func (m *memory) keep(element any) {
	m.told++
	switch e := element.(type) {
	case alarm:
		m.keepAlarm(e)
	case deviceEvent:
		recent := m.events[max(len(m.events)-nearby, 0):]
		if !slices.ContainsFunc(recent, func(k kept[deviceEvent]) bool { return k.of == e }) {
			m.events = bounded(append(m.events, kept[deviceEvent]{told: m.told, of: e}), maxEvents)
		}
	case audit:
		recent := m.audits[max(len(m.audits)-nearby, 0):]
		if !slices.ContainsFunc(recent, func(k kept[audit]) bool { return k.of.ID == e.ID }) {
			m.audits = bounded(append(m.audits, kept[audit]{told: m.told, of: e}), maxAudits)
		}
	}
}

func (m *memory) keepAlarm(a alarm) {
	if m.byID == nil {
		m.byID = map[string]*kept[alarm]{}
	}
	if k := m.byID[a.ID]; k != nil {
		k.of = a
		return
	}
	k := &kept[alarm]{told: m.told, of: a}
	m.byID[a.ID] = k
	m.alarms = append(m.alarms, k)
	if len(m.alarms) > maxAlarms {
		for _, old := range m.alarms[:maxAlarms/8] {
			delete(m.byID, old.of.ID)
		}
		m.alarms = slices.Delete(m.alarms, 0, maxAlarms/8)
	}
}

// bounded drops the oldest eighth of what has grown too long.
func bounded[T any](all []T, most int) []T {
	if len(all) > most {
		all = slices.Delete(all, 0, most/8)
	}
	return all
}

// Alarms about lost devices are not among those this organization has switched
// on for its webhooks (docs/mist-api.md, Webhook configuration): only those
// hear of them who ask.
var downAlarms = map[string][2]string{
	AP:      {"device_down", "device_reconnected"},
	Switch:  {"switch_down", "switch_reconnected"},
	Gateway: {"gateway_down", "gateway_reconnected"},
}

// missed raises the alarm that a device is down, without a webhook.
func (w *world) missed(d *Device) {
	kinds, ok := downAlarms[d.Type]
	if !ok {
		return
	}
	a := w.deviceAlarm(d, kinds[0], "warn")
	if w.memory.down == nil {
		w.memory.down = map[string]string{}
	}
	w.memory.down[d.MAC] = a.ID
	w.memory.keep(a)
}

// found ends it: Mist has an alarm of its own for that, and holds the first
// resolved.
func (w *world) found(d *Device) {
	id, ok := w.memory.down[d.MAC]
	if !ok {
		return
	}
	delete(w.memory.down, d.MAC)
	if k := w.memory.byID[id]; k != nil {
		w.memory.keep(k.of.over(w.now))
	}
	w.memory.keep(w.deviceAlarm(d, downAlarms[d.Type][1], "info"))
}

func (w *world) deviceAlarm(d *Device, kind, severity string) alarm {
	a := newAlarm(w.org, w.siteOf(d), uuid(w.side), kind, "infrastructure", severity, w.now)
	a.Hostnames = []string{d.Name}
	switch d.Type {
	case AP:
		a.APs = []string{d.MAC}
	case Switch:
		a.Switches = []string{d.MAC}
	case Gateway:
		a.Gateways = []string{d.MAC}
	}
	return a
}
