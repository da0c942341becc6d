package triage

import (
	"time"

	"foghorn/journal/event"
)

// For a pair, LastSeen is the time of the latest word on the condition, opening
// or closing. While the alert is unresolved that word is an opening. Once it is
// resolved it is a closing, and may be later than Resolved when the opening in
// between has not arrived yet. So one column tells, in whatever order events
// come, which word was the last.
//
// Count is how many outages the alert is about, or the count of Mist's own alarm
// where that is higher. The same outage told again raises Events alone.

// word is what an opening says: that a condition was on, from when to when. An
// event tells one moment, an alarm that it began and was seen again since.
type word struct {
	began, seen time.Time
	alarm       bool
}

func (m *Machine) word(e *event.Event) word {
	s := e.Signal
	w := word{seen: m.seen(e), alarm: s.MistAlarmID != ""}
	w.began = w.seen
	if began := m.when(s.Began, e.Received); !s.Began.IsZero() && began.Before(w.seen) {
		w.began = began
	}
	return w
}

// seen is the time a signal speaks of.
func (m *Machine) seen(e *event.Event) time.Time {
	if t := e.Signal.LastSeen; !t.IsZero() {
		return m.when(t, e.Received)
	}
	return m.when(e.Time, e.Received)
}

// after reports whether the word is a later one than that the condition ended.
// Of an event of the same time the later to arrive counts; an alarm is told
// again and again, and needs a later time to say that it is on once more.
func (w word) after(end time.Time) bool {
	return w.seen.After(end) || !w.alarm && w.seen.Equal(end)
}

// life says when the outage began that the word is about, and whether it is over,
// if the condition is known to have ended at over (zero: not known).
func (w word) life(over time.Time) (opened time.Time, ended bool) {
	switch {
	case over.IsZero() || w.began.After(over):
		return w.began, false
	case w.after(over):
		return w.seen, false // it ended in between: this is the next one
	}
	return w.began, true
}

// opens takes in that a condition began.
func (m *Machine) opens(e *event.Event, look Lookup) error {
	w := m.word(e)
	a, err := m.find(e.Signal.Key, look)
	if err != nil {
		return err
	}
	switch {
	case a == nil:
		a = m.begin(e, w, m.recovered[e.Signal.Key])
	case alone(a):
		a = m.adopt(a, e, w)
	case explained(a, e.Signal, w):
		m.backdate(a, w.began)
		judge(a, e.Signal, w)
	case a.Resolved == nil:
		m.repeat(a, e, w)
	case unnamed(e.Signal) && !w.after(*a.Resolved):
		m.alsoOn(a, w)
	case !w.after(*a.Resolved):
		// It is late: that outage is over.
		m.backdate(a, w.began)
		judge(a, e.Signal, w)
	case w.seen.Sub(*a.Resolved) > m.rules.ReopenWithin:
		a = m.begin(e, w, a.LastSeen)
	default:
		m.relapse(a, e, w)
	}
	if id := e.Signal.MistAlarmID; id != "" && (a.MistAlarmID == "" || !w.seen.Before(a.Opened)) {
		m.toldBy(a, id)
	}
	a.Count = max(a.Count, e.Signal.Count)
	m.attach(a, e)
	if e.Signal.Scope != "" {
		return m.review(a, e, w.seen, look)
	}
	return nil
}

// begin makes the alert of a new outage. If the condition is known to have been
// over at a later time already, the outage ended then.
func (m *Machine) begin(e *event.Event, w word, over time.Time) *event.Alert {
	opened, ended := w.life(over)
	a := m.open(e, e.Signal.Key, w.seen)
	a.Opened = opened
	if ended {
		resolve(a, over)
	}
	return a
}

// repeat takes in another opening of an outage that is on.
func (m *Machine) repeat(a *event.Alert, e *event.Event, w word) {
	if m.anew(a, e.Signal, w) {
		a.Raises++
	}
	m.backdate(a, w.began)
	judge(a, e.Signal, w)
	if !w.seen.Before(a.LastSeen) {
		a.LastSeen = w.seen
		retitle(a, e.Signal.Title)
	}
}

// relapse takes in that a condition began again soon after its end.
func (m *Machine) relapse(a *event.Alert, e *event.Event, w word) {
	over := a.LastSeen
	if !unnamed(e.Signal) { // else it may have been the end of another object
		m.recover(a.Key, *a.Resolved)
	}
	opened, _ := w.life(*a.Resolved)
	reopen(a, opened)
	a.LastSeen, a.Title = w.seen, e.Signal.Title
	judge(a, e.Signal, w)
	if over.After(w.seen) {
		resolve(a, over)
	}
}

// unnamed reports whether a signal is about a condition whose object nobody named.
func unnamed(s *event.Signal) bool { return s.Scope != "" && s.Object == "" }

// alsoOn takes in the opening of an outage without an object from before the
// unknown object's alert was resolved. Of a named object it would be over; here
// it may be another's, so that the end which was taken for the only outage's may
// not have been that of this one.
func (m *Machine) alsoOn(a *event.Alert, w word) {
	told := a.Raises
	reopen(a, w.seen)
	a.LastSeen, a.Raises = w.seen, told+1
}

// backdate moves the beginning of an outage to an earlier telling of it, if the
// two are close and the condition is not known to have ended in between.
func (m *Machine) backdate(a *event.Alert, began time.Time) {
	over := m.recovered[a.Key]
	between := over.After(began) && !over.After(a.Opened)
	if began.Before(a.Opened) && a.Opened.Sub(began) <= m.rules.Echo && !between {
		a.Opened = began
	}
}

// judge sets the severity by an opening of the present outage: the latest word
// holds, but of an outage that both events and Mist's alarm tell it is the worse
// of the two.
func judge(a *event.Alert, s *event.Signal, w word) {
	switch {
	case w.seen.Before(a.Opened):
	case w.alarm || a.MistAlarmID != "":
		a.Severity = max(a.Severity, s.Severity)
	case a.Resolved == nil && !w.seen.Before(a.LastSeen):
		a.Severity = s.Severity
	}
}

// closes takes in that a condition ended.
func (m *Machine) closes(e *event.Event, look Lookup) error {
	s, at := e.Signal, m.seen(e)
	a, err := m.find(s.Key, look)
	if err != nil {
		return err
	}
	if a == nil {
		m.recover(s.Key, at)
		return nil
	}
	known, ended := m.recovered[s.Key]
	switch {
	case s.Aggregated && ended && !known.Before(s.Began) && !known.After(at):
		// An alarm of several devices tells of an end that is known.
	case s.MistAlarmID != "" && a.MistAlarmID != "" && s.MistAlarmID != a.MistAlarmID:
		// The alarm about another outage is over.
	case alone(a), at.Before(a.Opened):
		// It ended something older than the outage that is on, or one that was
		// not told yet.
		m.recover(s.Key, at)
	case a.Resolved != nil:
		a.LastSeen = later(a.LastSeen, at)
		if at.Before(*a.Resolved) && a.Resolved.Sub(at) <= m.rules.Echo {
			a.Resolved = &at
		}
	case at.Before(a.LastSeen):
		// It ended the outage that was on before the latest opening: this
		// alert did resolve and reopen, only the news of it came late.
		m.recover(s.Key, at)
		reopen(a, a.LastSeen)
	default:
		resolve(a, at)
	}
	if a.MistAlarmID == "" {
		m.toldBy(a, s.MistAlarmID)
	}
	m.attach(a, e)
	return nil
}

// recover remembers an end that no alert tells. When memory for them is full
// those of further conditions are not remembered; what is remembered never
// shrinks, so that a machine loaded again remembers the same.
func (m *Machine) recover(key string, at time.Time) {
	known, ok := m.recovered[key]
	if ok && !at.After(known) || !ok && len(m.recovered) >= m.rules.Recoveries {
		return
	}
	m.recovered[key] = at
	m.fresh[key] = struct{}{}
}

// resolve ends the alert at a time of the sender's.
func resolve(a *event.Alert, at time.Time) {
	a.Resolved = &at
	a.LastSeen = later(a.LastSeen, at)
}

// reopen makes the alert that of a new outage, which began at the given time.
// Opened moves there, so that Down is the length of the present outage.
func reopen(a *event.Alert, at time.Time) {
	a.Resolved = nil
	a.Opened = at
	a.LastSeen = later(a.LastSeen, at)
	a.Raises, a.UnclearEnd, a.UnclearAmong = 1, nil, 0
	a.Flaps++
	a.Count = max(a.Count, a.Flaps+1)
	if a.AckedAt != nil && a.AckedAt.Before(at) {
		a.AckedAt, a.Owner = nil, ""
		a.Sync, a.SyncActivity = event.Sync{}, 0
	}
}
