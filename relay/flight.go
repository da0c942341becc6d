package relay

import (
	"context"
	"slices"

	"foghorn/journal/store"
)

// A flight is what is being sent. Until its answer is committed, nobody knows whether the
// service has it: so it is committed before it leaves, and found again after a kill. What
// is sent again after that may come twice, and is counted.

// restoreFlight takes up what was under way when the relay ended. What of it was being
// sent a second time has perhaps come a second time, too.
func (r *Relay) restoreFlight(ctx context.Context) (err error) {
	if r.flight, err = r.o.Outbox.Flight(ctx, r.state.Name); err != nil || r.flight == nil {
		return err
	}
	r.state.Repeated += int64(r.flight.Again)
	r.flight.Again = 0
	// The last request is not among the rows of what was sent, and may have left a moment ago.
	r.sender.channel = r.o.Config.Channel
	r.sender.pace.sent(r.o.Config.Channel, r.o.time.Now())
	return nil
}

// begun commits what is about to be sent, beside what may have arrived before. again is
// how many of its items are among those.
func (r *Relay) begun(ctx context.Context, f *store.Flight, again int) error {
	f = join(r.flight, f)
	f.Again = again
	if err := r.commit(ctx, &store.OutboxCommit{Flight: f, Soft: true}); err != nil {
		return err
	}
	at(StepRead)
	return nil
}

// lost notes that what was sent may have arrived.
func (r *Relay) lost(f *store.Flight, again int) {
	r.flight = join(r.flight, f)
	r.state.Repeated += int64(again)
}

// join is what may have arrived of two flights.
func join(a, b *store.Flight) *store.Flight {
	out := *b
	if a == nil {
		return &out
	}
	out.Last = max(a.Last, b.Last)
	out.Alerts = slices.Clone(a.Alerts)
	for _, id := range b.Alerts {
		if !slices.Contains(out.Alerts, id) {
			out.Alerts = append(out.Alerts, id)
		}
	}
	return &out
}

// repeats is how many of these items may have arrived before. Those up to the position are
// letters, which leave on their own.
func (q *eventQueue) repeats(items []Item) (n int) {
	if q.flight == nil {
		return 0
	}
	for i := range items {
		if id := items[i].Event.ID; id > q.after && id <= q.flight.Last {
			n++
		}
	}
	return n
}

// repeats is how many of these alerts may have been told before.
func (q *alertQueue) repeats(alerts ...int64) (n int) {
	for _, id := range alerts {
		if q.flight != nil && slices.Contains(q.flight.Alerts, id) {
			n++
		}
	}
	return n
}

// landed says that the answer about an alert is known. If it may have arrived before, it
// has come twice.
func (q *alertQueue) landed(alert int64) {
	if q.repeats(alert) == 0 {
		return
	}
	q.state.Repeated++
	f := *q.flight
	f.Alerts = slices.DeleteFunc(slices.Clone(f.Alerts), func(id int64) bool { return id == alert })
	if q.flight = &f; len(f.Alerts) == 0 {
		q.flight = nil
	}
}
