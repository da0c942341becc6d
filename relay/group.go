package relay

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"foghorn/journal/event"
)

// maxMembers bounds the alerts of one message.
const maxMembers = 500

// overflow is the key of what is told together because the cap of a minute is reached.
const overflow = "overflow"

// bucketOf names the message that tells an alert: the one it has, or that of its site
// and kind. Of the latter it also returns how bad the alert is.
func (q *alertQueue) bucketOf(ctx context.Context, l *event.Lane) (key string, severity event.Severity, err error) {
	if l.Message != 0 {
		return "message " + strconv.FormatInt(l.Message, 10), l.Severity, nil
	}
	single := "alert " + strconv.FormatInt(l.AlertID, 10)
	if !q.groups() || l.Parked > 1 {
		return single, l.Severity, nil
	}
	a, err := q.o.Journal.Alert(ctx, l.AlertID)
	if errors.Is(err, event.ErrNotFound) {
		return single, l.Severity, nil
	}
	return a.Source + " " + a.SiteID + " " + a.Kind, a.Severity, err
}

// capped keeps the new messages of a minute under the relay's cap: when there are more,
// the worst get messages of their own, and the last message tells all the rest.
func (q *alertQueue) capped(buckets []bucket, now time.Time) (out []bucket, free time.Time) {
	most := q.o.Config.MaxPerMinute
	if !q.sender.limits.Groups || most == 0 {
		return buckets, free
	}
	q.forget(now)
	left := most - len(q.opened)
	var rest []bucket
	for _, b := range buckets {
		if b.lanes[0].Message != 0 || b.lanes[0].Parked > 1 { // what is refused goes alone
			out = append(out, b)
			continue
		}
		rest = append(rest, b)
	}
	switch {
	case len(rest) <= left:
		return append(out, rest...), free
	case left <= 0:
		return out, q.opened[len(q.opened)-most].Add(time.Minute)
	}
	slices.SortStableFunc(rest, func(a, b bucket) int { return cmp.Compare(b.severity, a.severity) })
	all := bucket{key: overflow}
	for _, b := range rest[left-1:] {
		all.lanes = append(all.lanes, b.lanes...)
	}
	all.lanes = all.lanes[:min(len(all.lanes), maxMembers)]
	return append(append(out, rest[:left-1]...), all), free
}

// messageOf is the message that tells a bucket: the one it has, a recent one of its
// site and kind that it joins, or a new one.
func (q *alertQueue) messageOf(ctx context.Context, b bucket, now time.Time) (event.RelayMessage, error) {
	if id := b.lanes[0].Message; id != 0 {
		m, err := q.o.Outbox.RelayMessage(ctx, q.state.Name, id)
		if err == nil || !errors.Is(err, event.ErrNotFound) {
			return m, err
		}
	}
	first := slices.MinFunc(b.lanes, func(a, b *event.Lane) int { return cmp.Compare(a.AlertID, b.AlertID) })
	fresh := event.RelayMessage{ID: first.AlertID, Group: b.key, Opened: now}
	if !q.groups() || b.key == overflow || b.lanes[0].Parked > 1 {
		fresh.Group = ""
		return fresh, nil
	}
	recent, err := q.o.Outbox.GroupMessages(ctx, q.state.Name, b.key, now.Add(-time.Duration(q.o.Config.GroupWindow)))
	for _, m := range recent {
		if !m.Over && len(m.Members)+len(b.lanes) <= maxMembers {
			return m, err
		}
	}
	return fresh, err
}

// compose writes the notice of a draft.
func (q *alertQueue) compose(ctx context.Context, d *draft, now time.Time) error {
	n := &Notice{Now: now}
	before := slices.Clone(d.message.Members)
	for _, l := range d.lanes {
		if !slices.Contains(before, l.AlertID) {
			n.Joined = append(n.Joined, l.AlertID)
		}
		n.Steps += max(1, l.ReadN-l.SentN)
	}
	d.message.Members = append(before, n.Joined...)
	for _, id := range d.message.Members {
		a, ok := d.states[id]
		if !ok {
			var err error
			if a, err = q.o.Journal.Alert(ctx, id); errors.Is(err, event.ErrNotFound) {
				continue
			} else if err != nil {
				return err
			}
		}
		n.Alerts = append(n.Alerts, a)
	}
	slices.SortStableFunc(n.Alerts, func(a, b event.Alert) int { return cmp.Or(a.Opened.Compare(b.Opened), cmp.Compare(a.ID, b.ID)) })
	if len(n.Joined) == len(n.Alerts) {
		n.Joined = nil
	}
	if n.Why = q.why(d, n); n.Why == Reminder {
		n.Reminder = d.lanes[0].RemindAt
	}
	d.notice = n
	if err := q.cause(ctx, n, d.lanes[len(d.lanes)-1]); err != nil {
		return err
	}
	if len(n.Alerts) > 1 {
		return q.summarize(ctx, d)
	}
	return nil
}

// why is the reason of a notice.
func (q *alertQueue) why(d *draft, n *Notice) Why {
	if !d.message.Posted {
		return First
	}
	if n.Over() {
		if d.message.Over {
			return Update
		}
		return Resolved
	}
	why := Update
	if len(n.Joined) > 0 {
		why = Worse
	}
	for _, l := range d.lanes {
		a := d.states[l.AlertID]
		switch {
		case l.SentN == 0 || a.Resolved != nil:
		case l.State == event.Resolved:
			n.Again = append(n.Again, nameOf(&a))
		case a.Severity > l.Severity:
			why = Worse
		case why == Update && q.remind(l, &a, n.Now):
			why = Reminder
		}
	}
	if len(n.Again) > 0 {
		return Reopened
	}
	return why
}

// cause adds what the newest transition was, who caused it, and the newest event.
func (q *alertQueue) cause(ctx context.Context, n *Notice, l *event.Lane) error {
	n.Time, n.N = n.Now, max(l.ReadN, 1)
	steps, err := q.o.Journal.AlertTransitions(ctx, l.AlertID)
	if err != nil {
		return err
	}
	if len(steps) > 0 {
		t := steps[len(steps)-1]
		n.Step, n.Time, n.N = t.Name(), t.Time, t.N
		if t.CauseActivity != 0 {
			acts, err := q.o.Journal.ActivitiesByID(ctx, t.CauseActivity)
			if err != nil {
				return err
			}
			if len(acts) == 1 {
				n.Actor, n.Reason = acts[0].Actor, acts[0].Reason
			}
		}
	}
	events, err := q.o.Journal.AlertEvents(ctx, n.Alerts[0].ID, 1)
	if err != nil || len(events) == 0 {
		return err
	}
	e := &events[0]
	if e.Raw, err = q.o.Journal.Raw(ctx, e.ID); err != nil {
		e.Raw = nil // its record is damaged or gone; the alert says enough
	}
	n.Event = e
	if q.o.Link != nil && n.atOneSite() {
		n.Link = q.o.Link(&n.Alerts[0])
	}
	return nil
}
