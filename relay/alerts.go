package relay

import (
	"context"
	"errors"
	"slices"
	"time"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// alertQueue sends how alerts are. It reads transitions and remembers for each alert
// what was sent last, so that pending changes become one message, whose last state wins.
type alertQueue struct {
	*Relay
	pending map[int64]*event.Lane
	version int64 // see Relay.control
	// checked is when the alerts whose recovery was not sent were last held against the
	// journal.
	checked time.Time
	opened  []time.Time // of the new messages of the last minute
	alone   int         // so many exchanges are about one message: one of them is refused

	unread  int64 // transitions that were not read yet, as of counted
	counted time.Time
}

const (
	// maxPending bounds what is taken out of the backlog. The rest stays a position.
	maxPending = 1000
	readSteps  = 200
	checkEvery = time.Hour
	countEvery = 30 * time.Second
	// gatherFor is how long a change waits for others of its site and kind.
	gatherFor = 2 * time.Second
)

func (q *alertQueue) restore(ctx context.Context) error {
	lanes, err := q.o.Outbox.PendingLanes(ctx, q.state.Name)
	if err != nil {
		return err
	}
	q.pending = map[int64]*event.Lane{}
	for i := range lanes {
		q.pending[lanes[i].AlertID] = &lanes[i]
	}
	rows, err := q.o.Outbox.SentRows(ctx, q.state.Name, 200)
	for _, row := range slices.Backward(rows) {
		if row.Why == string(First) {
			q.opened = append(q.opened, row.At)
		}
	}
	return err
}

// step reads transitions and sends what is due.
func (q *alertQueue) step(ctx context.Context) (time.Time, error) {
	now := q.o.time.Now()
	if err := q.retryLetters(ctx); err != nil {
		return now, err
	}
	if err := q.check(ctx, now); err != nil {
		return now, err
	}
	if err := q.readAll(ctx); err != nil {
		return now, err
	}
	if at := q.sender.ready(now); !at.IsZero() {
		return at, nil
	}
	return q.deliver(ctx, now)
}

// readAll takes transitions out of the backlog, as long as not too many wait.
func (q *alertQueue) readAll(ctx context.Context) error {
	for len(q.pending) < maxPending {
		steps, err := q.o.Journal.Transitions(ctx, q.state.Cursor, readSteps)
		if err != nil || len(steps) == 0 {
			return err
		}
		if err := q.take(ctx, steps); err != nil {
			return err
		}
		if len(steps) < readSteps {
			return nil
		}
	}
	return nil
}

// take notes the transitions of one page, and moves the position behind them.
func (q *alertQueue) take(ctx context.Context, steps []event.Transition) error {
	lanes, err := q.lanes(ctx, steps)
	if err != nil {
		return err
	}
	changed := map[int64]bool{}
	for _, t := range steps {
		if err := q.observe(ctx, lanes, t, changed); err != nil {
			return err
		}
		q.state.Cursor = t.Cursor
	}
	k := &store.OutboxCommit{}
	for id := range changed {
		l := lanes[id]
		if l.Pending {
			q.pending[id] = l
		}
		k.Lanes = append(k.Lanes, *l)
	}
	return q.commit(ctx, k)
}

// lanes are what is known of the alerts of some transitions; of the others there is a
// new lane.
func (q *alertQueue) lanes(ctx context.Context, steps []event.Transition) (map[int64]*event.Lane, error) {
	out := map[int64]*event.Lane{}
	var unknown []int64
	for _, t := range steps {
		if l, ok := q.pending[t.AlertID]; ok {
			out[t.AlertID] = l
		} else if out[t.AlertID] == nil {
			out[t.AlertID] = &event.Lane{AlertID: t.AlertID}
			unknown = append(unknown, t.AlertID)
		}
	}
	known, err := q.o.Outbox.Lanes(ctx, q.state.Name, unknown...)
	for i := range known {
		out[known[i].AlertID] = &known[i]
	}
	return out, err
}

// observe decides what one transition means for the relay: an alert that was sent is
// brought up to date whatever happens to it; another one begins when the query
// chooses it.
func (q *alertQueue) observe(ctx context.Context, lanes map[int64]*event.Lane, t event.Transition, changed map[int64]bool) error {
	l := lanes[t.AlertID]
	if t.N <= l.ReadN {
		return nil // a rebuild gave it again
	}
	a, err := q.o.Journal.Alert(ctx, t.AlertID)
	gone := errors.Is(err, event.ErrNotFound)
	if err != nil && !gone {
		return err
	}
	now := q.o.time.Now()
	after := journal.AlertAfter(a, t)
	if l.SentN == 0 && (l.Pending || gone || t.To == event.Resolved || q.own(&a) || !q.where.Alert(&after, now)) {
		if l.Pending {
			l.ReadN, l.Read = t.N, now
			changed[t.AlertID] = true
		}
		return nil // it is judged when it is due
	}
	l.ReadN, l.Read = t.N, now
	changed[t.AlertID] = true
	if !l.Pending {
		l.Pending, l.Attempts = true, 0
		if l.Since, err = q.arrived(ctx, t); err != nil {
			return err
		}
	}
	l.Due = l.Since.Add(q.gathers())
	if l.SentN == 0 {
		l.Due = l.Due.Add(time.Duration(q.o.Config.Hold))
	}
	return nil
}

// own reports whether an alert is about this relay: its own trouble does not go out by it.
func (q *alertQueue) own(a *event.Alert) bool {
	return a.Key == event.HealthKey(event.CheckRelay, event.SourceFoghorn, q.state.Name)
}

// gathers is how long a change waits for others that one message can tell with it.
func (q *alertQueue) gathers() time.Duration {
	if q.groups() {
		return gatherFor
	}
	return 0
}

func (q *alertQueue) groups() bool { return q.sender.limits.Groups && q.o.Config.Group != "none" }

// arrived is when the cause of a transition reached foghorn. The transition's own time
// can be long before: that of the outage.
func (q *alertQueue) arrived(ctx context.Context, t event.Transition) (time.Time, error) {
	if t.CauseEvent == 0 {
		return t.Time, nil
	}
	e, err := q.o.Journal.Event(ctx, t.CauseEvent)
	if errors.Is(err, event.ErrNotFound) {
		return t.Time, nil
	}
	return e.Received, err
}

// check finds alerts that were sent, and of whose end no transition will tell: they
// ended while the view had other rules, or are no longer in it. It also finds those
// that nobody has acknowledged for so long that people are reminded.
func (q *alertQueue) check(ctx context.Context, now time.Time) error {
	every := checkEvery
	if remind := time.Duration(q.o.Config.Remind); remind > 0 {
		every = min(every, max(remind/10, 10*time.Second))
	}
	if now.Sub(q.checked) < every {
		return nil
	}
	lanes, err := q.o.Outbox.UnendedLanes(ctx, q.state.Name)
	if err != nil {
		return err
	}
	k := &store.OutboxCommit{}
	remind := map[int64]bool{} // messages
	for i := range lanes {
		if l := &lanes[i]; !l.RemindAt.IsZero() && !now.Before(l.RemindAt) && l.Message != 0 {
			remind[l.Message] = true
		}
	}
	for i := range lanes {
		l := &lanes[i]
		if l.Pending || q.pending[l.AlertID] != nil {
			continue
		}
		if remind[l.Message] && l.RemindAt.After(now) {
			l.RemindAt = now // one reminder for all that the message tells
		}
		due, err := q.overlooked(ctx, l, now)
		if err != nil {
			return err
		}
		if due {
			l.Pending, l.Since, l.Due = true, now, now
			q.pending[l.AlertID] = l
			k.Lanes = append(k.Lanes, *l)
		}
	}
	q.checked = now
	if len(k.Lanes) == 0 {
		return nil
	}
	return q.commit(ctx, k)
}

// overlooked reports whether something must be sent about an alert without a transition.
func (q *alertQueue) overlooked(ctx context.Context, l *event.Lane, now time.Time) (bool, error) {
	a, err := q.o.Journal.Alert(ctx, l.AlertID)
	if errors.Is(err, event.ErrNotFound) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if a.Resolved != nil {
		return true, nil
	}
	return !l.RemindAt.IsZero() && !now.Before(l.RemindAt) && a.State == event.Open, nil
}

// backlog is what is pending, but for what is listed as parked; of what was not read yet,
// that there is something.
func (q *alertQueue) backlog(ctx context.Context) (int64, *time.Time, error) {
	n := int64(0)
	var oldest *time.Time
	for _, l := range q.pending {
		if l.Letter {
			continue
		}
		n++
		if oldest == nil || l.Since.Before(*oldest) {
			since := l.Since
			oldest = &since
		}
	}
	if len(q.pending) < maxPending {
		return n, oldest, nil
	}
	if now := q.o.time.Now(); now.Sub(q.counted) >= countEvery {
		var err error
		if q.unread, err = q.o.Journal.CountTransitions(ctx, q.state.Cursor); err != nil {
			return 0, nil, err
		}
		q.counted = now
	}
	return n + q.unread, oldest, nil
}
