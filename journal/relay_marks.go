package journal

import (
	"context"
	"slices"
	"time"

	"foghorn/journal/event"
)

// MarkState says what became of an alert or an event at one relay.
type MarkState string

// The states of a mark.
const (
	MarkSent    MarkState = "sent"
	MarkQueued  MarkState = "queued"  // it waits, in a paused relay too
	MarkHeld    MarkState = "held"    // until Next: the relay sends what still holds then
	MarkFailed  MarkState = "failed"  // and is tried again at Next
	MarkParked  MarkState = "parked"  // refused, and tried again at Next
	MarkDead    MarkState = "dead"    // refused, and not tried again by itself
	MarkDropped MarkState = "dropped" // too old to be sent
	MarkBefore  MarkState = "before"  // it happened before the relay began
)

// RelayMark is what became of an alert or an event at one relay.
type RelayMark struct {
	Relay  string
	State  MarkState
	Why    string    // why an alert was sent last: first, resolved ...
	At     time.Time // when it was sent last
	Next   time.Time
	Status int // of the answer that refused it
	Paused bool
}

// Settled reports whether nothing will change the mark unless something happens to what
// it is of.
func (m RelayMark) Settled() bool {
	return m.State != MarkQueued && m.State != MarkHeld && m.State != MarkFailed && m.State != MarkParked
}

// maxSentOf bounds how much of what was sent about an alert is looked through.
const maxSentOf = 100

// AlertMarks says what became of an alert at each relay that has to do with it, in the
// order of their names.
func AlertMarks(ctx context.Context, box Relays, alert int64) ([]RelayMark, error) {
	relays, err := box.Relays(ctx)
	if err != nil || len(relays) == 0 {
		return nil, err
	}
	lanes, err := box.AlertLanes(ctx, alert)
	if err != nil {
		return nil, err
	}
	letters, err := box.LettersOf(ctx, 0, alert)
	if err != nil {
		return nil, err
	}
	sent, err := box.SentOf(ctx, alert, maxSentOf)
	if err != nil {
		return nil, err
	}
	var out []RelayMark
	for i := range relays {
		r := &relays[i]
		m := RelayMark{Relay: r.Name, Paused: r.PausedAt != nil}
		if m.ofLetter(letters, sent) || m.ofLane(r, lanes, sent) {
			out = append(out, m)
		}
	}
	return out, nil
}

// lastSent is the newest of what a relay sent.
func lastSent(sent []event.RelaySent, relay string) (event.RelaySent, bool) {
	i := slices.IndexFunc(sent, func(s event.RelaySent) bool { return s.Relay == relay })
	if i < 0 {
		return event.RelaySent{}, false
	}
	return sent[i], true
}

// ofLetter marks what the relay's destination refused; the newest letter counts, unless
// something was sent since.
func (m *RelayMark) ofLetter(letters []event.DeadLetter, sent []event.RelaySent) bool {
	last, _ := lastSent(sent, m.Relay)
	for _, l := range slices.Backward(letters) {
		if l.Relay != m.Relay || l.Died != nil && last.At.After(*l.Died) {
			continue
		}
		m.Status = l.Status
		switch l.State {
		case event.LetterDead:
			m.State = MarkDead
		case event.LetterRetry:
			m.State = MarkQueued
		default:
			m.State, m.Next = MarkParked, l.Due
		}
		return true
	}
	return false
}

// ofLane marks what a relay of alerts has sent, or is about to send; false when it has
// nothing to do with the alert.
func (m *RelayMark) ofLane(r *event.RelayState, lanes map[string]event.Lane, sent []event.RelaySent) bool {
	l, ok := lanes[r.Name]
	if !ok {
		return false
	}
	switch {
	case l.Pending && l.Error != "":
		m.State, m.Status, m.Next = MarkFailed, l.Status, l.Due
		if r.Retry != nil && r.Retry.After(m.Next) {
			m.Next = *r.Retry
		}
	case l.Pending && l.SentN == 0 && l.Attempts == 0 && l.Due.Sub(l.Since) > heldAfter:
		m.State, m.Next = MarkHeld, l.Due
	case l.Pending:
		m.State = MarkQueued
	case l.SentN > 0:
		m.State, m.Why = MarkSent, string(l.State)
		if last, ok := lastSent(sent, r.Name); ok {
			m.Why, m.At = last.Why, last.At
		}
	default:
		return false // it was over before it was to be sent
	}
	return true
}

// heldAfter is how long a relay may wait for more of the same before an alert counts as
// held.
const heldAfter = 10 * time.Second

// EventMarks says what became of an event at each relay of events whose query chooses
// it, in the order of their names. plans are the configured relays: the query is theirs.
func EventMarks(ctx context.Context, box Relays, plans []RelayPlan, e *event.Event, now time.Time) ([]RelayMark, error) {
	relays, err := box.Relays(ctx)
	if err != nil || len(relays) == 0 {
		return nil, err
	}
	letters, err := box.LettersOf(ctx, e.ID, 0)
	if err != nil {
		return nil, err
	}
	var out []RelayMark
	for i := range relays {
		r := &relays[i]
		m := RelayMark{Relay: r.Name, Paused: r.PausedAt != nil}
		found := m.ofLetter(letters, nil)
		if !found && r.Send == "events" && r.State != event.RelayRemoved {
			if found, err = m.ofEvent(ctx, box, r, plans, e, now); err != nil {
				return nil, err
			}
		}
		if found {
			out = append(out, m)
		}
	}
	return out, nil
}

// maxDropRows bounds how many runs of dropped events are looked through.
const maxDropRows = 100

// ofEvent marks an event by how far the relay has come; false when its query does not
// choose the event, or is not known.
func (m *RelayMark) ofEvent(ctx context.Context, box Relays, r *event.RelayState, plans []RelayPlan, e *event.Event, now time.Time) (bool, error) {
	i := slices.IndexFunc(plans, func(p RelayPlan) bool { return p.Name == r.Name && p.Send == r.Send })
	if i < 0 {
		return false, nil
	}
	where, err := plans[i].where()
	if err != nil {
		return false, err
	}
	if !where.Event(e, now) {
		return false, nil
	}
	seq, place := event.SplitID(e.ID)
	switch at := (event.TransitionCursor{Record: seq, Place: place}); {
	case !at.After(r.Start):
		m.State = MarkBefore
	case at.After(r.Cursor):
		m.State = MarkQueued
	default:
		m.State = MarkSent
	}
	if m.State != MarkSent || r.Dropped == 0 {
		return true, nil
	}
	drops, err := box.Drops(ctx, r.Name, maxDropRows)
	if slices.ContainsFunc(drops, func(d event.RelayDrop) bool { return d.From <= e.ID && e.ID <= d.To }) {
		m.State = MarkDropped
	}
	return true, err
}
