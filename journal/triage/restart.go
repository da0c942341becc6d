package triage

import (
	"strings"
	"time"

	"foghorn/journal/event"
)

// maxTitle bounds, in bytes, what a title grows to by what joins it.
const maxTitle = 1024

// restarts takes in that what a condition is about started anew. An outage that
// is on, or ended no longer ago than ReopenWithin, was that restart: the event
// joins its alert and the reason goes into the title. Without one the restart
// is the first word of an outage nobody told: it makes the condition's alert,
// which is then alone, ends by time, and becomes that of the outage if its
// opening turns up after all.
func (m *Machine) restart(e *event.Event, look Lookup) error {
	at := m.clampTime(e.Time, e.Received)
	a, err := m.find(e.Signal.Key, look)
	if err != nil {
		return err
	}
	switch {
	case a == nil:
		a = m.newRestartAlert(e, at)
	case isRestartOnly(a) && at.After(m.expiry(a)):
		m.expire(a, e)
		a = m.newRestartAlert(e, at)
	case isRestartOnly(a):
		repeatOneShot(a, e.Signal, at)
	case a.Resolved != nil && at.Sub(*a.Resolved) > m.rules.ReopenWithin:
		m.keepOrphan(a.Key, a.LastSeen)
		a = m.newRestartAlert(e, at)
	case !at.Before(a.Opened):
		a.Title = joinTitle(a.Title, e.Signal.Title)
	}
	m.attach(a, e)
	return nil
}

func (m *Machine) newRestartAlert(e *event.Event, at time.Time) *event.Alert {
	a := m.newAlert(e, e.Signal.Key, at)
	a.Kind, a.ExpiresAfter = event.KindRestarted, m.rules.RestartFor
	return a
}

// alone reports whether only restarts stand behind the alert of a condition.
func isRestartOnly(a *event.Alert) bool { return a.Signal == event.Restart }

// adopt takes in the opening of a condition whose alert is alone. One from
// before the restart is of the outage that the restart ended; a later one is the
// next outage. The alert of a restart long past is left as it is.
func (m *Machine) promoteRestart(a *event.Alert, e *event.Event, w observation) *event.Alert {
	s, over := e.Signal, m.orphans[e.Signal.Key]
	opened, ended := w.outage(over)
	switch {
	case w.lastSeen.Sub(m.expiry(a)) > m.rules.ReopenWithin:
		m.expire(a, e)
		return m.newOutage(e, w, over)
	case ended && a.Opened.Sub(over) > m.rules.ReopenWithin:
		return a // the restart was not of that outage, which is long over
	}
	restart, last := a.Title, a.LastSeen
	a.Kind, a.Severity, a.Title, a.Count, a.Signal = s.Kind, s.Severity, s.Title, 1, s.Type
	a.Expires, a.ExpiresAfter = nil, 0
	if opened.After(last) {
		setReopened(a, opened)
	} else {
		a.Title = joinTitle(s.Title, restart)
		a.Opened, a.Resolved = opened, nil
	}
	a.LastSeen = w.lastSeen
	if ended {
		setResolved(a, over)
	}
	return a
}

// joined puts the sentence about a restart behind a title, without the words
// both begin with: "ap1 is down" and "ap1 restarted: power cycle" become "ap1 is
// down; restarted: power cycle". The same restart told again changes nothing; one
// told with its reason replaces one told without.
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

// retitle gives the alert its newest title, unless it is the one it has, with
// or without what joined it.
func setTitle(a *event.Alert, title string) {
	if !strings.HasPrefix(a.Title, title) {
		a.Title = title
	}
}
