package triage

import "foghorn/event"

// family is the alarms of one kind at one site.
type family struct{ site, kind string }

// clears takes in that a condition is over by the word of a sender that does not
// say which: Mist's "DHCP Recovered" has an id of its own and names neither the
// failure's nor its devices (FACTS section 5). It ends the one unresolved alarm
// of that kind at that site. Where there are several, or it speaks of another
// device, or was sent before the alarm was last seen, nothing can be told for
// certain and nothing is done.
func (m *Machine) clears(e *event.Event, look Lookup) error {
	if e.SiteID == "" {
		return nil
	}
	at := m.when(e.Time, e.Received)
	var sole *event.Alert
	for id := range m.standing[family{e.SiteID, e.Signal.Kind}] {
		a, err := m.findID(id, look)
		if err != nil {
			return err
		}
		if a == nil || a.Resolved != nil || a.SiteID != e.SiteID || a.Kind != e.Signal.Kind {
			continue // it was trimmed, or moved to another site
		}
		if sole != nil {
			return nil
		}
		sole = a
	}
	if sole == nil || at.Before(sole.LastSeen) || e.DeviceMAC != "" && sole.DeviceMAC != "" && e.DeviceMAC != sole.DeviceMAC {
		return nil
	}
	resolve(sole, at)
	m.attach(sole, e)
	return nil
}

// track keeps what clears goes by: the unresolved alarms by kind and site. Every
// unresolved alert is loaded, so a machine that was loaded again has the same.
func (m *Machine) track(a *event.Alert) {
	if a.MistAlarmID == "" || a.SiteID == "" {
		return
	}
	f := family{a.SiteID, a.Kind}
	ids := m.standing[f]
	switch {
	case a.Resolved == nil && ids == nil:
		m.standing[f] = map[int64]struct{}{a.ID: {}}
	case a.Resolved == nil:
		ids[a.ID] = struct{}{}
	default:
		delete(ids, a.ID)
		if len(ids) == 0 {
			delete(m.standing, f)
		}
	}
}
