package triage

import (
	"time"

	"foghorn/journal/event"
)

// onceKey is the key of an alert made from a one-off. It keeps such an alert apart
// from one of a condition of the same name.
func oneShotKey(s *event.Signal) string { return "once:" + s.Key }

// happens takes in a one-off: the first makes an alert, repeats are counted,
// and after its time without one it is over. A repeat later than that is a
// new alert, whether or not a tick had ended the old one yet.
func (m *Machine) oneShot(e *event.Event, look Lookup) error {
	at := m.clampTime(e.Time, e.Received)
	key := oneShotKey(e.Signal)
	a, err := m.find(key, look)
	if err != nil {
		return err
	}
	switch {
	case a == nil:
		a = m.newAlert(e, key, at)
	case at.After(m.expiry(a)):
		m.expire(a, e)
		a = m.newAlert(e, key, at)
	default:
		repeatOneShot(a, e.Signal, at)
	}
	if a.ExpiresAfter = e.Signal.ExpiresAfter; a.ExpiresAfter == 0 {
		a.ExpiresAfter = m.rules.OneShotFor
	}
	m.attach(a, e)
	return nil
}

// again takes in a repeat of a one-off. The same one told by a second topic is
// not a repeat: it carries the same time, but for the fraction of a second that
// some topics leave out.
func repeatOneShot(a *event.Alert, s *event.Signal, at time.Time) {
	if s.Distinct || !sameSecond(at, a.LastSeen) && !sameSecond(at, a.Opened) {
		a.Count++
	}
	if at.Before(a.LastSeen) {
		return
	}
	if at.After(a.LastSeen) {
		// If a tick ended it meanwhile it did so too early: this repeat
		// happened before the end, and moves it.
		a.LastSeen, a.Resolved = at, nil
	}
	a.Severity = s.Severity
	setTitle(a, s.Title)
}

func sameSecond(a, b time.Time) bool { return a.Sub(b).Abs() < time.Second }

// ends reports whether time alone ends the alert: nothing reports the end of a
// one-off, of a restart, and of what a sender reports with a time until it expires.
func expiresByTime(a *event.Alert) bool {
	return a.Signal == event.OneShot || a.Signal == event.Restart || a.Signal == event.Report && a.Expires != nil
}

// expiry is when an alert that time ends is over, if it is not repeated before.
func (m *Machine) expiry(a *event.Alert) time.Time {
	if a.Signal == event.Report {
		return *a.Expires
	}
	return a.LastSeen.Add(a.ExpiresAfter)
}

// expire ends an alert at its expiry where no tick has done so yet.
func (m *Machine) expire(a *event.Alert, e *event.Event) {
	if a.Resolved == nil {
		end := m.expiry(a)
		a.Resolved = &end
		m.touch(a, e.Received)
		m.endCall(cause{at: end}) // the time ended it, and not the event
	}
}
