package triage

import (
	"time"

	"foghorn/journal/event"
)

// oneShotKey is the key of an alert made from a one-shot signal. The prefix keeps it
// apart from the alert of a condition with the same key.
func oneShotKey(s *event.Signal) string { return "once:" + s.Key }

// oneShot handles something that happens once and has no end: a first event makes an
// alert, repeats are counted, and the alert expires when none has come for a while. A
// repeat after that makes a new alert, whether or not a tick has ended the old one.
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
	case at.After(m.expiry(a)), m.isLongClosed(a, at):
		m.expire(a, e)
		a = m.newAlert(e, key, at)
	default:
		repeatOneShot(a, e.Signal, at)
	}
	a.ExpiresAfter = m.expiresAfter(e)
	m.attach(a, e)
	return nil
}

// repeatOneShot counts a repeat. The same event reported by a second topic is no
// repeat: it has the same time, but for the fraction of a second that some topics
// leave out.
func repeatOneShot(a *event.Alert, s *event.Signal, at time.Time) {
	if s.Distinct || !sameSecond(at, a.LastSeen) && !sameSecond(at, a.Opened) {
		a.Count++
	}
	if at.Before(a.LastSeen) {
		return
	}
	if at.After(a.LastSeen) {
		// If a tick ended the alert, it did so too early: this repeat happened
		// before the end and puts it off.
		reopenOneShot(a, at)
		a.LastSeen = at
	}
	a.Severity = s.Severity
	setTitle(a, s.Title)
}

// reopenOneShot makes the alert of a repeat open. A closed one opens by a repeat from
// after that time only.
func reopenOneShot(a *event.Alert, at time.Time) {
	switch {
	case !a.ClosedByHand():
		a.Resolved = nil
	case at.After(*a.Resolved):
		setReopened(a, at)
	}
}

func sameSecond(a, b time.Time) bool { return a.Sub(b).Abs() < time.Second }

// expiresAfter is how long after it was last seen an alert of this event expires; 0
// for one that something else ends.
func (m *Machine) expiresAfter(e *event.Event) time.Duration {
	switch s := e.Signal; {
	case e.Test:
		return m.rules.TestFor
	case s.Type == event.Restart:
		return m.rules.RestartFor
	case s.Type != event.OneShot:
		return 0
	case s.ExpiresAfter > 0:
		return s.ExpiresAfter
	default:
		return m.rules.OneShotFor
	}
}

// expiresByTime reports whether time alone ends the alert. Nothing reports the end of
// a one-shot, of a restart, or of an alarm that its sender reports with a time to
// live; and nobody waits for the end of a test.
func expiresByTime(a *event.Alert) bool {
	return a.Test || a.Signal == event.OneShot || a.Signal == event.Restart || a.Signal == event.Report && a.Expires != nil
}

// expiry is when an alert that expires is over, unless it is repeated before.
func (m *Machine) expiry(a *event.Alert) time.Time {
	if a.Signal == event.Report && !a.Test {
		return *a.Expires
	}
	return a.LastSeen.Add(a.ExpiresAfter)
}

// expire ends an alert at its expiry where no tick has done so.
func (m *Machine) expire(a *event.Alert, e *event.Event) {
	if a.Resolved == nil {
		end := m.expiry(a)
		a.Resolved = &end
		m.touch(a, e.Received)
		m.endCall(cause{at: end}) // the time ended it, and not the event
	}
}
