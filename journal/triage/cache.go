package triage

import (
	"slices"

	"foghorn/journal/event"
)

// find returns the newest alert of a key, or nil.
func (m *Machine) find(key string, look Lookup) (*event.Alert, error) {
	if a := m.byKey[key]; a != nil {
		return a, nil
	}
	a, err := look.AlertByKey(key)
	if a == nil || err != nil {
		return nil, err
	}
	a = m.cache(a)
	m.byKey[key] = a
	return a, nil
}

// Newest returns the newest alert of a key as it is now, or nil. It belongs to the
// machine.
func (m *Machine) Newest(key string, look Lookup) (*event.Alert, error) { return m.find(key, look) }

// findID returns an alert by its id, or nil.
func (m *Machine) findID(id int64, look Lookup) (*event.Alert, error) {
	if a := m.byID[id]; a != nil {
		return a, nil
	}
	a, err := look.Alert(id)
	if a == nil || err != nil {
		return nil, err
	}
	return m.cache(a), nil
}

// cache keeps an alert in memory. A cached alert wins over one from a look-up, because
// it may have changed since it was written. The index by key stays as it is: an old
// alert can be cached because an operator changed it, while the newest of its key is
// not, and then a look-up has to say which is the newest.
func (m *Machine) cache(a *event.Alert) *event.Alert {
	if have := m.byID[a.ID]; have != nil {
		return have
	}
	if a.Last.N > 0 {
		a.State = a.Last.State // a snooze whose end is a transition already is over
	}
	m.byID[a.ID] = a
	m.arm(a)
	m.indexAlarm(a)
	m.indexScope(a)
	return a
}

// forget drops alerts that ended long ago, and beyond MaxCached those with the oldest
// LastSeen, resolved ones first. Nothing is lost: they can be looked up.
func (m *Machine) forget() {
	if m.now.Sub(m.lastSweep).Abs() >= m.rules.ReopenWithin {
		m.lastSweep = m.now
		limit := m.now.Add(-2 * m.rules.ReopenWithin)
		for _, a := range m.byID {
			if a.Resolved != nil && a.LastSeen.Before(limit) {
				m.drop(a)
			}
		}
	}
	if len(m.byID) <= m.rules.MaxCached {
		return
	}
	all := make([]*event.Alert, 0, len(m.byID))
	for _, a := range m.byID {
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b *event.Alert) int {
		if (a.Resolved != nil) != (b.Resolved != nil) {
			if a.Resolved != nil {
				return -1
			}
			return 1
		}
		return a.LastSeen.Compare(b.LastSeen)
	})
	for _, a := range all[:len(all)-m.rules.MaxCached*3/4] {
		m.drop(a)
	}
}

func (m *Machine) drop(a *event.Alert) {
	delete(m.byID, a.ID)
	if m.byKey[a.Key] == a {
		delete(m.byKey, a.Key)
	}
}
