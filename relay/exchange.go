package relay

import (
	"context"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/store"
)

// exchange sends drafts as one work, and commits what came of it.
func (q *alertQueue) exchange(ctx context.Context, drafts []*draft) error {
	work := &Work{Now: q.o.time.Now()}
	for _, d := range drafts {
		work.Items = append(work.Items, Item{Notice: d.notice})
	}
	flight := q.flightOf(drafts, work.Now)
	if len(drafts) == 1 {
		work.Handle = drafts[0].message.Handle
	}
	again := q.repeats(flight.Alerts...)
	if err := q.begun(ctx, flight, again); err != nil {
		return err
	}
	x, err := q.sender.exchange(ctx, work, func() error { return q.progress(ctx, drafts[0], work, flight) })
	if err != nil {
		return err
	}
	at(StepAnswered)
	q.answered(x, drafts[0].lanes[0].Parked > 0 && x.ambiguous())
	q.alone = max(0, q.alone-1)
	k := &store.OutboxCommit{}
	switch x.Outcome {
	case Sent:
		drafts[0].message.Handle = work.Handle
		q.taken(ctx, k, drafts[:min(x.Items, len(drafts))], x)
	case Refused:
		q.refused(ctx, k, drafts, x)
	default:
		q.failed(ctx, k, drafts, x)
		if x.uncertain {
			q.lost(flight, again)
		}
	}
	if err := q.commit(ctx, k); err != nil {
		return err
	}
	at(StepDone)
	return nil
}

// flightOf lists the alerts of drafts that are on their way, and marks the drafts that
// repeat what may have arrived.
func (q *alertQueue) flightOf(drafts []*draft, now time.Time) *store.Flight {
	flight := &store.Flight{At: now, Items: len(drafts)}
	for _, d := range drafts {
		for _, l := range d.lanes {
			flight.Alerts = append(flight.Alerts, l.AlertID)
			d.repeat = d.repeat || q.repeats(l.AlertID) > 0
		}
	}
	return flight
}

// progress commits how far the exchange about a message has come. Its lanes belong to
// it from now on, so that a relay that is killed goes on and does not begin again.
func (q *alertQueue) progress(ctx context.Context, d *draft, work *Work, flight *store.Flight) error {
	at(StepAnswered)
	d.message.Handle = work.Handle
	for _, l := range d.lanes {
		q.landed(l.AlertID)
	}
	k := &store.OutboxCommit{Flight: join(q.flight, flight), Messages: []event.RelayMessage{d.message}}
	for _, l := range d.lanes {
		l.Message = d.message.ID
		k.Lanes = append(k.Lanes, *l)
	}
	if err := q.commit(ctx, k); err != nil {
		return err
	}
	at(StepDone)
	return nil
}

// taken notes what was sent.
func (q *alertQueue) taken(ctx context.Context, k *store.OutboxCommit, drafts []*draft, x result) {
	now := q.o.time.Now()
	for _, d := range drafts {
		n := d.notice
		m := &d.message
		if n.Why == First && !m.Posted {
			q.opened = append(q.opened, now)
		}
		m.Updated, m.Posted, m.Over, m.Title = now, true, n.Over(), n.Title()
		k.Messages = append(k.Messages, *m)
		row := event.RelaySent{At: now, AlertID: d.lanes[0].AlertID, Why: string(n.Why), Title: n.Title(), Items: len(d.lanes),
			Steps: n.Steps, Requests: max(1, x.requests/len(drafts)), Took: x.took, Repeat: d.repeat}
		for _, l := range d.lanes {
			q.landed(l.AlertID)
			q.latency.add(now.Sub(l.Due))
			q.state.Sent++
			q.told(ctx, k, l, d.states[l.AlertID], *m, now)
		}
		k.Sent = append(k.Sent, row)
	}
	q.parkOthers(k, now)
}

// parkOthers notes what this success shows: what failed before and still waits failed
// for its own sake, if it fails again. It waits apart, longer each time.
func (q *alertQueue) parkOthers(k *store.OutboxCommit, now time.Time) {
	for _, l := range q.pending {
		if l.Attempts == 0 {
			continue
		}
		l.Attempts, l.Parked = 0, l.Parked+1
		l.Due = now.Add(min(longRetry, time.Second<<min(l.Parked-1, 10)))
		k.Lanes = append(k.Lanes, *l)
	}
}

// failed notes an attempt that the service did not take.
func (q *alertQueue) failed(ctx context.Context, k *store.OutboxCommit, drafts []*draft, x result) {
	now := q.o.time.Now()
	for _, d := range drafts {
		for _, l := range d.lanes {
			if x.ambiguous() {
				l.Attempts++
			}
			l.Status, l.Error = x.status, x.Reason
			if l.Parked > 0 && x.ambiguous() {
				l.Due = now.Add(min(longRetry, time.Second<<min(l.Parked, 10)))
				l.Attempts, l.Parked = 0, l.Parked+1
				q.list(ctx, k, l, d.states[l.AlertID], x)
			}
			k.Lanes = append(k.Lanes, *l)
		}
	}
}

// refused parks the message that the service does not want. Of several it may not say
// which: then each goes alone next time.
func (q *alertQueue) refused(ctx context.Context, k *store.OutboxCommit, drafts []*draft, x result) {
	n := x.Items
	if n < 0 || n >= len(drafts) {
		if len(drafts) > 1 {
			q.alone = len(drafts)
			return
		}
		n = 0
	}
	if n > 0 {
		q.taken(ctx, k, drafts[:n], x)
	}
	for _, l := range drafts[n].lanes {
		q.park(ctx, k, l, drafts[n].states[l.AlertID], x)
	}
}

// list keeps what the service answers about an alert that fails for its own sake.
func (q *alertQueue) list(ctx context.Context, k *store.OutboxCommit, l *event.Lane, a event.Alert, x result) {
	letter := q.letterOf(ctx, l, a)
	letter.Attempts++
	letter.Status, letter.Answer, letter.Due = x.status, x.Reason, l.Due
	k.Letters, l.Letter = append(k.Letters, letter), true
}

// park keeps an alert that the service refuses apart from the others, and lists it.
func (q *alertQueue) park(ctx context.Context, k *store.OutboxCommit, l *event.Lane, a event.Alert, x result) {
	l.Parked++
	l.Status, l.Error = x.status, x.Reason
	letter := q.again(q.letterOf(ctx, l, a), x)
	l.Due, l.Letter = letter.Due, true
	k.Letters = append(k.Letters, letter)
	if letter.State == event.LetterDead {
		q.end(k, l)
		return
	}
	k.Lanes = append(k.Lanes, *l)
}

// bury gives up an alert that failed for its own sake until it was too old.
func (q *alertQueue) bury(ctx context.Context, k *store.OutboxCommit, l *event.Lane, a event.Alert) {
	now := q.o.time.Now()
	letter := q.letterOf(ctx, l, a)
	letter.State, letter.Died, letter.Attempts, letter.Status, letter.Answer = event.LetterDead, &now, max(letter.Attempts, l.Parked), l.Status, l.Error
	k.Letters = append(k.Letters, letter)
	q.end(k, l)
}

// letterOf is the letter of an alert that is still tried, or a new one.
func (q *alertQueue) letterOf(ctx context.Context, l *event.Lane, a event.Alert) event.DeadLetter {
	if letter, ok := q.knownLetter(ctx, l.AlertID); ok {
		return letter
	}
	return event.DeadLetter{Relay: q.state.Name, AlertID: l.AlertID, Title: a.Title, State: event.LetterParked, First: q.o.time.Now()}
}

func (q *alertQueue) knownLetter(ctx context.Context, alert int64) (event.DeadLetter, bool) {
	letters, err := q.o.Outbox.LettersOf(ctx, 0, alert)
	if err != nil {
		return event.DeadLetter{}, false // another letter is better than none
	}
	for _, l := range letters {
		if l.Relay == q.state.Name && l.State != event.LetterDead {
			return l, true
		}
	}
	return event.DeadLetter{}, false
}

// settle ends that something waits about an alert: it was sent, or there is nothing to say.
// Then it is not listed any more either.
func (q *alertQueue) settle(ctx context.Context, k *store.OutboxCommit, l *event.Lane) {
	if l.Letter || l.Parked > 0 {
		if letter, ok := q.knownLetter(ctx, l.AlertID); ok {
			k.Gone = append(k.Gone, letter.ID)
		}
	}
	q.end(k, l)
}

// retryLetters takes up the alerts that a person asked to try again.
func (q *alertQueue) retryLetters(ctx context.Context) error {
	if q.version == q.control {
		return nil
	}
	letters, err := q.o.Outbox.Letters(ctx, q.state.Name, maxLetters, event.LetterRetry)
	if err != nil {
		return err
	}
	k := &store.OutboxCommit{}
	now := q.o.time.Now()
	for _, letter := range letters {
		l := q.pending[letter.AlertID]
		if l == nil {
			known, err := q.o.Outbox.Lanes(ctx, q.state.Name, letter.AlertID)
			if err != nil {
				return err
			}
			l = &event.Lane{AlertID: letter.AlertID, ReadN: 1}
			if len(known) > 0 {
				l = &known[0]
			}
		}
		l.Pending, l.Since, l.Due, l.Parked, l.Attempts, l.Letter = true, now, now, 1, 0, true
		letter.State, letter.Died, letter.First = event.LetterParked, nil, now
		q.pending[l.AlertID] = l
		k.Lanes, k.Letters = append(k.Lanes, *l), append(k.Letters, letter)
	}
	if len(letters) > 0 {
		if err := q.commit(ctx, k); err != nil {
			return err
		}
	}
	q.version = q.control
	return nil
}

// forget drops the times of new messages that no cap needs any more.
func (q *alertQueue) forget(now time.Time) {
	for len(q.opened) > 0 && now.Sub(q.opened[0]) >= time.Minute {
		q.opened = q.opened[1:]
	}
}
