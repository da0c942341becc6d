package triage

import (
	"strings"
	"time"

	"foghorn/journal/event"
)

// oncePrefix starts the key of every alert made from a one-off. It keeps such
// an alert apart from a pair of the same name, and it is how a machine that was
// loaded again knows that the alert ends by time: "once:" and the signal's key,
// or "once/5m0s:" when the signal says how long it lasts.
const oncePrefix = "once"

func onceKey(s *event.Signal) string {
	if s.ExpiresAfter > 0 {
		return oncePrefix + "/" + s.ExpiresAfter.String() + ":" + s.Key
	}
	return oncePrefix + ":" + s.Key
}

// happens takes in a one-off: the first makes an alert, repeats are counted,
// and after its time without one it is over. A repeat later than that is a
// new alert, whether or not a tick had ended the old one yet.
func (m *Machine) happens(e *event.Event, look Lookup) error {
	at := m.when(e.Time, e.Received)
	key := onceKey(e.Signal)
	a, err := m.find(key, look)
	if err != nil {
		return err
	}
	switch {
	case a == nil:
		a = m.open(e, key, at)
	case at.After(m.expiry(a)):
		m.expire(a, e)
		a = m.open(e, key, at)
	default:
		again(a, e.Signal, at)
	}
	m.attach(a, e)
	return nil
}

// again takes in a repeat of a one-off. The same one told by a second topic is
// not a repeat: it carries the same time, but for the fraction of a second that
// some topics leave out.
func again(a *event.Alert, s *event.Signal, at time.Time) {
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
	retitle(a, s.Title)
}

func sameSecond(a, b time.Time) bool { return a.Sub(b).Abs() < time.Second }

// once reports whether the alert was made from a one-off.
func once(a *event.Alert) bool {
	rest, ok := strings.CutPrefix(a.Key, oncePrefix)
	return ok && rest != "" && (rest[0] == ':' || rest[0] == '/')
}

// ends reports whether time alone ends the alert.
func ends(a *event.Alert) bool { return once(a) || alone(a) || tracked(a) }

// tracked reports whether the alert is of a sender that tells it again and again,
// and never that it is over: when it leaves was set by the last telling.
func tracked(a *event.Alert) bool { return a.Expires != nil && !once(a) && !alone(a) }

// expiry is when an alert that time ends is over, if it is not repeated before.
func (m *Machine) expiry(a *event.Alert) time.Time {
	if tracked(a) {
		return *a.Expires
	}
	if alone(a) {
		return a.LastSeen.Add(m.rules.RestartFor)
	}
	if rest, ok := strings.CutPrefix(a.Key, oncePrefix+"/"); ok {
		lasts, _, _ := strings.Cut(rest, ":")
		if d, err := time.ParseDuration(lasts); err == nil {
			return a.LastSeen.Add(d)
		}
	}
	return a.LastSeen.Add(m.rules.HappensFor)
}

// expire ends an alert at its expiry where no tick has done so yet.
func (m *Machine) expire(a *event.Alert, e *event.Event) {
	if a.Resolved == nil {
		end := m.expiry(a)
		a.Resolved = &end
		m.touch(a, e.Received)
		m.changed(cause{at: end}) // the time ended it, and not the event
	}
}
