package relay

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
)

// maxMembers bounds the alerts of one message.
const maxMembers = 500

// overflow is the key of what is told together because the cap of a minute is reached.
const overflow = "overflow"

// bucketOf names the message that tells an alert: the one it has, or that of its site
// and kind.
func (q *alertQueue) bucketOf(ctx context.Context, l *event.Lane) (string, error) {
	if l.Message != 0 {
		return "message " + strconv.FormatInt(l.Message, 10), nil
	}
	single := "alert " + strconv.FormatInt(l.AlertID, 10)
	if !q.groups() || l.Parked > 1 {
		return single, nil
	}
	a, err := q.o.Journal.Alert(ctx, l.AlertID)
	if errors.Is(err, event.ErrNotFound) {
		return single, nil
	}
	return a.Source + " " + a.SiteID + " " + a.Kind, err
}

// capped keeps the new messages of a minute under the relay's cap. When only one more
// may come, it tells all the rest.
func (q *alertQueue) capped(buckets []bucket, now time.Time) (out []bucket, free time.Time) {
	most := q.o.Config.MaxPerMinute
	if !q.groups() || most == 0 {
		return buckets, free
	}
	q.forget(now)
	left := most - len(q.opened)
	var rest []bucket
	for _, b := range buckets {
		if b.lanes[0].Message != 0 {
			out = append(out, b)
			continue
		}
		rest = append(rest, b)
	}
	switch {
	case len(rest) == 0:
	case left <= 0:
		free = q.opened[len(q.opened)-most].Add(time.Minute)
	case left == 1 && len(rest) > 1:
		all := bucket{key: overflow}
		for _, b := range rest {
			all.lanes = append(all.lanes, b.lanes...)
		}
		all.lanes = all.lanes[:min(len(all.lanes), maxMembers)]
		out = append(out, all)
	default:
		out = append(out, rest[:min(left, len(rest))]...)
	}
	return out, free
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
		return q.summarize(ctx, n)
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
			return Reopened
		case a.Severity > l.Severity:
			why = Worse
		case why == Update && q.remind(l, &a, n.Now):
			why = Reminder
		}
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
	if q.o.Link != nil {
		n.Link = q.o.Link(&n.Alerts[0])
	}
	return nil
}

// nouns are what one device of a type is called, and several.
var nouns = map[string][2]string{"ap": {"AP", "APs"}, "switch": {"switch", "switches"}, "gateway": {"gateway", "gateways"}, "mxedge": {"Mist Edge", "Mist Edges"}}

// devices are of several types, or of one without a noun.
var devices = [2]string{"device", "devices"}

// kindDown is the kind of alerts about devices that are not connected.
const kindDown = "device_down"

// summarize is the sentence about several alerts.
func (q *alertQueue) summarize(ctx context.Context, n *Notice) error {
	first := &n.Alerts[0]
	sites := map[string]bool{}
	same := true
	for i := range n.Alerts {
		a := &n.Alerts[i]
		sites[a.SiteID] = true
		same = same && a.Kind == first.Kind && a.SiteID == first.SiteID
	}
	total, open := len(n.Alerts), n.Unresolved()
	if !same {
		worst := slices.MaxFunc(n.Alerts, func(a, b event.Alert) int { return cmp.Compare(a.Severity, b.Severity) })
		n.Summary = fmt.Sprintf("And %d more alerts at %s, the worst: %s", total, human.CountOf(len(sites), "site"), worst.Title)
		if open < total {
			n.Summary += fmt.Sprintf("; %d resolved", total-open)
		}
		return nil
	}
	where := first.Site
	if where == "" {
		where = first.Source
	}
	if first.Kind == kindDown {
		kind, err := q.typeOf(ctx, n)
		if err != nil {
			return err
		}
		noun, of := devices, 0
		if _, ok := nouns[kind]; ok {
			noun = nouns[kind]
			of, err = q.devicesOf(ctx, first.SiteID, kind)
		}
		n.Summary = where + ": " + downSentence(noun, open, total, of)
		return err
	}
	switch {
	case open == 0:
		n.Summary = fmt.Sprintf("%s: all %d are over, the first was %s", where, total, first.Title)
	case open < total:
		n.Summary = fmt.Sprintf("%s: %d of %s open, the first: %s", where, open, human.CountOf(total, "alert"), first.Title)
	default:
		n.Summary = fmt.Sprintf("%s: %s, the first: %s", where, human.CountOf(total, "alert"), first.Title)
	}
	return nil
}

// downSentence says how many devices are down: of all that the site has, where that
// is known.
func downSentence(noun [2]string, open, total, of int) string {
	named := noun[1]
	if open == 1 {
		named = noun[0]
	}
	switch {
	case open == 0:
		return fmt.Sprintf("all %d %s up again", total, noun[1])
	case open < total:
		return fmt.Sprintf("%d %s still down, %d up again", open, named, total-open)
	case of >= total:
		return fmt.Sprintf("%d of %d %s down", open, of, noun[1])
	}
	return fmt.Sprintf("%d %s down", open, named)
}

// typeOf is the type of the devices that the alerts are about; empty when they differ.
// The event that opened an alert has the alert's id.
func (q *alertQueue) typeOf(ctx context.Context, n *Notice) (string, error) {
	kind := ""
	for i := range n.Alerts {
		e, err := q.o.Journal.Event(ctx, n.Alerts[i].ID)
		if errors.Is(err, event.ErrNotFound) {
			continue
		}
		if err != nil {
			return "", err
		}
		if kind != "" && e.DeviceType != kind {
			return "", nil
		}
		kind = e.DeviceType
	}
	return kind, nil
}

// devicesOf is how many devices of a type a site has; 0 when it is not known.
func (q *alertQueue) devicesOf(ctx context.Context, siteID, deviceType string) (int, error) {
	if siteID == "" {
		return 0, nil
	}
	sites, err := q.o.Journal.SiteStates(ctx, siteID)
	if err != nil {
		return 0, err
	}
	for i := range sites {
		for _, t := range sites[i].Types {
			if t.Type == deviceType {
				return t.Devices, nil
			}
		}
	}
	return 0, nil
}
