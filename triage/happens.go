package triage

import (
	"strings"
	"time"

	"foghorn/event"
)

// oncePrefix starts the key of every alert made from a one-off. It keeps such
// an alert apart from a pair of the same name, and it is how a machine that was
// loaded again knows that the alert ends by time.
const oncePrefix = "once:"

// happens takes in a one-off: the first makes an alert, repeats are counted,
// and after HappensFor without one it is over. A repeat later than that is a
// new alert, whether or not a tick had ended the old one yet.
func (m *Machine) happens(e *event.Event, look Lookup) error {
	s := e.Signal
	at := m.when(e.Time, e.Received)
	key := oncePrefix + s.Key
	a, err := m.find(key, look)
	if err != nil {
		return err
	}
	switch {
	case a == nil:
		a = m.open(e, key, at)
	case at.After(m.expiry(a)):
		if a.Resolved == nil {
			end := m.expiry(a)
			a.Resolved = &end
			m.touch(a, e.Received)
		}
		a = m.open(e, key, at)
	default:
		a.Count++
		if at.After(a.LastSeen) {
			// If a tick ended it meanwhile it did so too early: this repeat
			// happened before the end, and moves it.
			a.LastSeen, a.Resolved = at, nil
		}
		if !at.Before(a.LastSeen) {
			a.Severity, a.Title = s.Severity, s.Title
		}
	}
	m.attach(a, e)
	return nil
}

// once reports whether the alert was made from a one-off.
func once(a *event.Alert) bool { return strings.HasPrefix(a.Key, oncePrefix) }

// expiry is when a one-off is over, if it is not repeated before.
func (m *Machine) expiry(a *event.Alert) time.Time { return a.LastSeen.Add(m.rules.HappensFor) }
