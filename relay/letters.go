package relay

import (
	"context"
	"errors"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/store"
)

// parkedFor is how long an item that the service refuses is still tried: somebody may
// be mending its channel, index or template. After that it is a dead letter, which
// only a person tries again, and its alert goes on without it.
const (
	parkedFor  = 15 * time.Minute
	firstRetry = 30 * time.Second
	longRetry  = 5 * time.Minute
	maxLetters = 1000
)

// letter is an event that is parked.
func (q *eventQueue) letter(e *event.Event, x result) event.DeadLetter {
	now := q.o.time.Now()
	return event.DeadLetter{Relay: q.state.Name, EventID: e.ID, AlertID: e.AlertID, Title: e.Text, State: event.LetterParked, First: now,
		Due: now.Add(firstRetry), Attempts: min(1, x.requests), Status: x.status, Answer: x.Reason}
}

// readLetters finds the alerts that wait, and when the next parked item is due.
func (q *eventQueue) readLetters(ctx context.Context) error {
	letters, err := q.o.Outbox.Letters(ctx, q.state.Name, maxLetters, event.LetterParked, event.LetterRetry)
	if err != nil {
		return err
	}
	q.blocked, q.letters = map[int64]bool{}, time.Time{}
	for i := range letters {
		l := &letters[i]
		if l.AlertID != 0 && l.State == event.LetterParked {
			q.blocked[l.AlertID] = true
		}
		due := l.Due
		if l.State == event.LetterRetry {
			due = q.o.time.Now()
		}
		if q.letters.IsZero() || due.Before(q.letters) {
			q.letters = due
		}
	}
	return nil
}

// retry sends the next parked item that is due. Of an alert only the oldest is tried.
func (q *eventQueue) retry(ctx context.Context, now time.Time) (done bool, next time.Time, err error) {
	if q.version != q.control { // somebody may have asked for another try
		q.version = q.control
		if err := q.readLetters(ctx); err != nil {
			return false, now, err
		}
	}
	if q.letters.IsZero() || q.letters.After(now) {
		return false, now, nil
	}
	letters, err := q.o.Outbox.Letters(ctx, q.state.Name, maxLetters, event.LetterParked, event.LetterRetry)
	if err != nil {
		return false, now, err
	}
	waiting := map[int64]bool{}
	for i := range letters {
		l := &letters[i]
		if waiting[l.AlertID] && l.AlertID != 0 || l.State == event.LetterParked && l.Due.After(now) {
			waiting[l.AlertID] = true
			continue
		}
		return true, time.Time{}, q.resend(ctx, l)
	}
	return false, now, q.readLetters(ctx)
}

// resend tries one parked item.
func (q *eventQueue) resend(ctx context.Context, l *event.DeadLetter) error {
	k := &store.OutboxCommit{}
	e, err := q.o.Journal.Event(ctx, l.EventID)
	if errors.Is(err, event.ErrNotFound) {
		q.drop(k, l.EventID, "retention removed it before it was sent")
		k.Gone = []int64{l.ID}
		return q.settle(ctx, k)
	}
	if err != nil {
		return err
	}
	if e.Raw, err = q.o.Journal.Raw(ctx, e.ID); err != nil {
		q.o.Logger.Warn("a relay sends an event without its element", "relay", q.state.Name, "event", e.ID, "error", err)
	}
	items := []Item{{Event: &e}}
	x, err := q.sender.exchange(ctx, &Work{Items: items, Now: q.o.time.Now()}, func() error { return nil })
	if err != nil {
		return err
	}
	q.answered(x, l.Attempts > 0)
	if x.Outcome == Sent {
		q.noteSent(k, items, x)
		k.Gone = []int64{l.ID}
		return q.settle(ctx, k)
	}
	k.Letters = []event.DeadLetter{q.again(*l, x)}
	return q.settle(ctx, k)
}

// again is a letter after one more refusal: parked for longer, or dead.
func (r *Relay) again(l event.DeadLetter, x result) event.DeadLetter {
	now := r.o.time.Now()
	limit := parkedFor
	if x.Outcome != Refused {
		limit = time.Duration(r.o.Config.DropAfter)
	}
	l.Attempts++
	l.Status, l.Answer, l.State = x.status, x.Reason, event.LetterParked
	l.Due = now.Add(min(longRetry, firstRetry<<min(l.Attempts, 10)))
	if now.Sub(l.First) >= limit {
		l.State, l.Died = event.LetterDead, &now
	}
	return l
}

func (q *eventQueue) settle(ctx context.Context, k *store.OutboxCommit) error {
	if err := q.commit(ctx, k); err != nil {
		return err
	}
	return q.readLetters(ctx)
}
