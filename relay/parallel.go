package relay

import (
	"context"
	"slices"
	"time"

	"foghorn/journal/store"
)

// sendEach makes an exchange for each of several events at once: those of one alert go
// one after another, the others leave for the next time. An event that fails while
// another is taken is parked, so that the position can go on.
func (q *eventQueue) sendEach(ctx context.Context, k *store.OutboxCommit, items []Item, began time.Time) error {
	items = apart(items)
	now := q.o.time.Now()
	flight := &store.Flight{At: now, Items: len(items), Last: items[len(items)-1].Event.ID}
	again := q.repeats(items)
	if err := q.begun(ctx, flight, again); err != nil {
		return err
	}
	works := make([]*Work, len(items))
	for i := range items {
		works[i] = &Work{Items: items[i : i+1], Now: now}
	}
	results, err := q.sender.exchanges(ctx, works, func(int) error { return nil })
	if err != nil {
		return err
	}
	at(StepAnswered)
	q.last = q.o.time.Now()
	q.o.turns.worked(q.last, now.Sub(began))
	taking := q.answeredAll(results)
	for i, x := range results {
		switch {
		case x.Outcome == Sent:
			q.taken(k, items[i:i+1], x, items[i].Event.ID)
		case x.Outcome == Refused:
			q.refused(k, items[i:i+1], x)
		case taking:
			k.Letters = append(k.Letters, q.letter(items[i].Event, x))
			q.after = items[i].Event.ID
		}
	}
	if !taking {
		q.failed(items, results[0])
		if slices.ContainsFunc(results, func(x result) bool { return x.uncertain }) {
			q.lost(flight, again)
		}
	}
	return q.finish(ctx, k)
}

// apart are the first items of which no two are about one alert.
func apart(items []Item) []Item {
	seen := map[int64]bool{}
	for i := range items {
		id := items[i].Event.AlertID
		if id != 0 && seen[id] {
			return items[:i]
		}
		seen[id] = true
	}
	return items
}

// answeredAll notes the ends of several exchanges. It reports whether the service works:
// it has taken or refused one of them.
func (r *Relay) answeredAll(results []result) bool {
	i := slices.IndexFunc(results, func(x result) bool { return x.Outcome == Sent || x.Outcome == Refused })
	for k, x := range results {
		if k != max(i, 0) && x.Outcome != Sent {
			r.noteError(x)
		}
	}
	r.answered(results[max(i, 0)], false)
	return i >= 0
}

// exchangeEach makes an exchange for each of several messages at once.
func (q *alertQueue) exchangeEach(ctx context.Context, drafts []*draft) error {
	now := q.o.time.Now()
	flight := q.flightOf(drafts, now)
	works := make([]*Work, len(drafts))
	for i, d := range drafts {
		works[i] = &Work{Items: []Item{{Notice: d.notice}}, Handle: d.message.Handle, Now: now}
	}
	again := q.repeats(flight.Alerts...)
	if err := q.begun(ctx, flight, again); err != nil {
		return err
	}
	results, err := q.sender.exchanges(ctx, works, func(i int) error { return q.progress(ctx, drafts[i], works[i], flight) })
	if err != nil {
		return err
	}
	at(StepAnswered)
	q.answeredAll(results)
	k := &store.OutboxCommit{}
	doubt := &store.Flight{At: now}
	for i, x := range results {
		d := drafts[i : i+1]
		switch x.Outcome {
		case Sent:
			d[0].message.Handle = works[i].Handle
			q.taken(ctx, k, d, x)
		case Refused:
			q.refused(ctx, k, d, x)
		default:
			q.failed(ctx, k, d, x)
			for _, l := range d[0].lanes {
				if x.uncertain {
					doubt.Alerts = append(doubt.Alerts, l.AlertID)
				}
			}
		}
	}
	if doubt.Items = len(doubt.Alerts); doubt.Items > 0 {
		q.lost(doubt, q.repeats(doubt.Alerts...))
	}
	if err := q.commit(ctx, k); err != nil {
		return err
	}
	at(StepDone)
	return nil
}
