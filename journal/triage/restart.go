package triage

import (
	"strings"
	"time"

	"foghorn/journal/event"
)

// maxTitle bounds a title, in bytes, to which the reasons of restarts are added.
const maxTitle = 1024

// restart handles a device that started anew. If an outage of it is open, or ended no
// longer than ReopenWithin ago, the restart belongs to that outage: the event joins
// its alert and the reason goes into the title. Otherwise nobody has reported the
// outage. The restart then makes the condition's alert, which expires, and which
// becomes that of the outage if its raise arrives later.
func (m *Machine) restart(e *event.Event, look Lookup) error {
	at := m.clampTime(e.Time, e.Received)
	a, err := m.find(e.Signal.Key, look)
	if err != nil {
		return err
	}
	switch {
	case a == nil:
		a = m.newRestartAlert(e, at)
	case isRestartOnly(a) && (at.After(m.expiry(a)) || m.isLongClosed(a, at)):
		m.expire(a, e)
		a = m.newRestartAlert(e, at)
	case isRestartOnly(a):
		repeatOneShot(a, e.Signal, at)
	case a.Resolved != nil && at.Sub(*a.Resolved) > m.rules.ReopenWithin:
		m.keepOrphan(a.Key, later(a.LastSeen, *a.Resolved))
		a = m.newRestartAlert(e, at)
	case !at.Before(a.Opened):
		a.OpenTitle = joinTitle(a.OpenTitle, e.Signal.Title)
	}
	m.attach(a, e)
	return nil
}

// newRestartAlert makes the alert of a restart whose outage nobody has reported.
func (m *Machine) newRestartAlert(e *event.Event, at time.Time) *event.Alert {
	a := m.newAlert(e, e.Signal.Key, at)
	a.Kind = event.KindRestarted
	return a
}

// isRestartOnly reports whether the alert consists of restarts only.
func isRestartOnly(a *event.Alert) bool { return a.Signal == event.Restart }

// promoteRestart handles the raise of a condition whose alert consists of restarts
// only. A raise from before the restart reports the outage that the restart ended; a
// later one reports the next outage. The alert of a restart long past is left alone.
func (m *Machine) promoteRestart(a *event.Alert, e *event.Event, w observation) *event.Alert {
	s, over := e.Signal, m.orphans[e.Signal.Key]
	opened, ended := w.outage(over)
	switch {
	case w.lastSeen.Sub(m.expiry(a)) > m.rules.ReopenWithin:
		m.expire(a, e)
		return m.newOutage(e, w, over)
	case ended && a.Opened.Sub(over) > m.rules.ReopenWithin:
		return a // the restart does not belong to that outage, which is long over
	}
	restart, last, closed := a.OpenTitle, a.LastSeen, a.ClosedByHand() && !isBack(a, w)
	a.Kind, a.Severity, a.OpenTitle, a.Count, a.Signal = s.Kind, s.Severity, s.Title, 1, s.Type
	a.Expires, a.ExpiresAfter = nil, m.expiresAfter(e)
	switch {
	case closed:
		a.OpenTitle = joinTitle(s.Title, restart)
		if opened.Before(a.Opened) {
			a.Opened = opened
		}
	case opened.After(last):
		setReopened(a, opened)
	case a.ClosedByHand():
		setReopened(a, w.lastSeen)
		a.OpenTitle = joinTitle(s.Title, restart)
	default:
		a.OpenTitle = joinTitle(s.Title, restart)
		a.Opened, a.Resolved = opened, nil
	}
	a.LastSeen = w.lastSeen
	if ended {
		setResolved(a, over)
	}
	return a
}

// joinTitle appends the sentence about a restart to a title, without the words that
// both begin with: "ap1 down" and "ap1 restarted: power cycle" become "ap1 down;
// restarted: power cycle". A repeated restart changes nothing, and one with its reason
// replaces one without.
func joinTitle(title, more string) string {
	i := 0
	for i < len(title) && i < len(more) && title[i] == more[i] {
		i++
	}
	more = more[strings.LastIndexByte(more[:i], ' ')+1:]
	head, last := title, ""
	if at := strings.LastIndex(title, "; "); at >= 0 {
		head, last = title[:at], title[at+2:]
	}
	switch {
	case last != "" && strings.HasPrefix(last, more):
		return title
	case last != "" && strings.HasPrefix(more, last):
		title = head
	}
	if len(title)+len("; ")+len(more) > maxTitle {
		return title
	}
	return title + "; " + more
}

// setTitle gives the alert its newest title, unless its title already begins with it.
func setTitle(a *event.Alert, title string) {
	if !strings.HasPrefix(a.OpenTitle, title) {
		a.OpenTitle = title
	}
}
