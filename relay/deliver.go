package relay

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/store"
)

// draft is one message that is due: what it says, and whose changes it tells.
type draft struct {
	message event.RelayMessage
	lanes   []*event.Lane // those that changed
	notice  *Notice
	states  map[int64]event.Alert // the alerts of lanes, as the notice says them
	repeat  bool                  // it may have arrived before
}

// bucket are lanes that one message tells.
type bucket struct {
	key      string
	severity event.Severity // of the worst
	lanes    []*event.Lane
}

// deliver makes one exchange about what is due.
func (q *alertQueue) deliver(ctx context.Context, now time.Time) (time.Time, error) {
	buckets, next, err := q.due(ctx, now)
	if err != nil {
		return now, err
	}
	k := &store.OutboxCommit{}
	var drafts []*draft
	most := q.sender.batch()
	if q.sender.limits.Keeps {
		most = q.sender.parallel()
	}
	if q.alone > 0 {
		most = 1
	}
	for _, b := range buckets {
		d, at, err := q.draft(ctx, k, b, now)
		if err != nil {
			return now, err
		}
		if d == nil {
			next = earlier(next, at)
			continue
		}
		if drafts = append(drafts, d); len(drafts) == most || b.lanes[0].Parked > 1 {
			break
		}
	}
	if len(k.Lanes)+len(k.Dropped)+len(k.Letters) > 0 {
		if err := q.commit(ctx, k); err != nil {
			return now, err
		}
	}
	if len(drafts) == 0 {
		return next, nil
	}
	if q.sender.parallel() > 1 {
		return time.Time{}, q.exchangeEach(ctx, drafts)
	}
	return time.Time{}, q.exchange(ctx, drafts)
}

func earlier(a, b time.Time) time.Time {
	if b.IsZero() || !a.IsZero() && a.Before(b) {
		return a
	}
	return b
}

// due are the lanes whose time has come, by the message that will tell them, with those
// that the same message can tell although they would still gather others: first what has
// failed least, then what has waited longest. next is when another one is due.
func (q *alertQueue) due(ctx context.Context, now time.Time) (out []bucket, next time.Time, err error) {
	next = now.Add(idleWait)
	lanes := make([]*event.Lane, 0, len(q.pending))
	for _, l := range q.pending {
		if !l.Due.After(now.Add(q.gathers())) {
			lanes = append(lanes, l)
		}
		if l.Due.After(now) {
			next = earlier(next, l.Due)
		}
	}
	slices.SortFunc(lanes, func(a, b *event.Lane) int {
		return cmp.Or(cmp.Compare(a.Attempts+a.Parked, b.Attempts+b.Parked), a.Since.Compare(b.Since), cmp.Compare(a.AlertID, b.AlertID))
	})
	at := map[string]int{}
	for _, l := range lanes {
		key, severity, err := q.bucketOf(ctx, l)
		if err != nil {
			return nil, next, err
		}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, bucket{key: key})
		}
		out[i].lanes = append(out[i].lanes, l)
		out[i].severity = max(out[i].severity, severity)
	}
	out = slices.DeleteFunc(out, func(b bucket) bool {
		return !slices.ContainsFunc(b.lanes, func(l *event.Lane) bool { return !l.Due.After(now) })
	})
	out, free := q.capped(out, now)
	return out, earlier(next, free), nil
}

// draft is the message of a bucket. It is nil when there is nothing to say, or not yet:
// then at is when.
func (q *alertQueue) draft(ctx context.Context, k *store.OutboxCommit, b bucket, now time.Time) (_ *draft, at time.Time, err error) {
	d := &draft{states: map[int64]event.Alert{}}
	if d.message, err = q.messageOf(ctx, b, now); err != nil {
		return nil, at, err
	}
	for _, l := range q.withSame(b.lanes) {
		a, say, err := q.judge(ctx, k, l, d.message.Title, now)
		if err != nil {
			return nil, at, err
		}
		if say {
			d.lanes, d.states[l.AlertID] = append(d.lanes, l), a
		}
	}
	if len(d.lanes) == 0 {
		return nil, at, nil
	}
	if err := q.compose(ctx, d, now); err != nil {
		return nil, at, err
	}
	if q.silent(d) {
		for _, l := range d.lanes {
			q.told(ctx, k, l, d.states[l.AlertID], d.message, now)
		}
		return nil, at, nil
	}
	if at := d.message.Updated.Add(q.gap(d)); d.message.Posted && at.After(now) {
		for _, l := range d.lanes {
			l.Due = at
		}
		return nil, at, nil
	}
	return d, at, nil
}

// withSame adds what else waits for the message of some lanes: the message says how
// all of its alerts are.
func (q *alertQueue) withSame(lanes []*event.Lane) []*event.Lane {
	id := lanes[0].Message
	if id == 0 {
		return lanes
	}
	out := slices.Clone(lanes)
	for _, l := range q.pending {
		if l.Message == id && !slices.Contains(lanes, l) {
			out = append(out, l)
		}
	}
	return out
}

// silent reports whether a change is not worth a message: where each is posted anew, an
// ack is only noise. A message that is over stays so, whatever its alerts do besides.
func (q *alertQueue) silent(d *draft) bool {
	if d.notice.Why != Update || !q.sender.limits.Groups {
		return false
	}
	return d.message.Over && d.notice.Over() || !q.sender.limits.Keeps && !d.partial()
}

// partial reports whether some of a message's alerts are newly over, and others not.
func (d *draft) partial() bool {
	return slices.ContainsFunc(d.lanes, func(l *event.Lane) bool {
		a := d.states[l.AlertID]
		return a.Resolved != nil && l.State != event.Resolved
	})
}

// gap is how long a message stays as it is before the next change: what rings people
// does not wait, but for alerts that join one by one. The first that joins is told soon,
// because it shows that this is not about one device; then they are told by the dozen.
func (q *alertQueue) gap(d *draft) time.Duration {
	if !q.sender.limits.Groups {
		return 0
	}
	joined := d.notice.Why == Worse && len(d.notice.Joined) > 0
	switch {
	case !joined && d.notice.Why.Rings():
		return 0
	case joined && !q.sender.limits.Keeps:
		return min(time.Minute, time.Duration(q.o.Config.GroupWindow))
	case !q.sender.limits.Keeps:
		return time.Duration(q.o.Config.GroupWindow)
	case joined && len(d.notice.Alerts)-len(d.notice.Joined) > 1:
		return min(max(d.message.Updated.Sub(d.message.Opened), 20*time.Second), time.Minute)
	}
	return 3 * time.Second
}

// judge decides whether there is something to say about one alert, and gives up what is
// too old. What is not said is noted in k.
func (q *alertQueue) judge(ctx context.Context, k *store.OutboxCommit, l *event.Lane, title string, now time.Time) (event.Alert, bool, error) {
	a, err := q.o.Journal.Alert(ctx, l.AlertID)
	gone := errors.Is(err, event.ErrNotFound)
	if gone {
		a = event.Alert{ID: l.AlertID, Title: title, Severity: l.Severity, Opened: l.Read, Resolved: &now, State: event.Resolved, Source: event.SourceFoghorn}
		if l.SentN > 0 && l.State != event.Resolved {
			return a, true, nil // it was sent, so its end is, too
		}
	} else if err != nil {
		return a, false, err
	}
	old := now.Sub(l.Since) > time.Duration(q.o.Config.DropAfter)
	switch {
	case l.Parked > 0 && old:
		q.bury(ctx, k, l, a)
		return a, false, nil
	case l.SentN > 0 && q.differs(l, &a, now):
		return a, true, nil
	case l.SentN > 0, gone:
	case a.Resolved != nil && old:
		q.drop(k, l.AlertID, "older than the relay's drop_after")
	case q.stillHolds(l, &a, now):
		return a, true, nil
	}
	q.settle(ctx, k, l)
	return a, false, nil
}

// stillHolds reports whether an alert that was not sent yet is to be sent: it is open
// and the query chooses it, or it was so for longer than the relay holds alerts. People
// are not called for what was over before foghorn heard of it, such as the past that is
// read from the cloud at the first start.
func (q *alertQueue) stillHolds(l *event.Lane, a *event.Alert, now time.Time) bool {
	if a.Resolved == nil {
		return q.where.Alert(a, now)
	}
	if limits := q.sender.limits; (limits.Groups || limits.Keeps) && a.Resolved.Before(l.Since) {
		return false
	}
	return a.Resolved.Sub(a.Opened) >= time.Duration(q.o.Config.Hold)
}

// differs reports whether an alert is not as it was sent, or people must be reminded.
func (q *alertQueue) differs(l *event.Lane, a *event.Alert, now time.Time) bool {
	return l.State != a.State || l.Severity != a.Severity || l.Owner != a.Owner || q.remind(l, a, now)
}

func (q *alertQueue) remind(l *event.Lane, a *event.Alert, now time.Time) bool {
	return !l.RemindAt.IsZero() && !now.Before(l.RemindAt) && a.State == event.Open
}

// end ends that something waits about an alert.
func (q *alertQueue) end(k *store.OutboxCommit, l *event.Lane) {
	l.Pending, l.Attempts, l.Parked, l.Letter, l.Status, l.Error = false, 0, 0, false, 0, ""
	delete(q.pending, l.AlertID)
	k.Lanes = append(k.Lanes, *l)
}

// told notes that a message says how an alert is.
func (q *alertQueue) told(ctx context.Context, k *store.OutboxCommit, l *event.Lane, a event.Alert, m event.RelayMessage, now time.Time) {
	l.Message, l.SentN = m.ID, max(l.ReadN, l.SentN, 1)
	l.State, l.Severity, l.Owner = a.State, a.Severity, a.Owner
	l.RemindAt = time.Time{}
	if remind := time.Duration(q.o.Config.Remind); remind > 0 && a.State == event.Open {
		l.RemindAt = now.Add(remind)
	}
	q.settle(ctx, k, l)
}
