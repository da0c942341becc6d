package relay

import (
	"context"
	"errors"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/journal/store"
)

// eventQueue sends events in the order of their ids. What waits is a position: nothing
// of a backlog is copied, but for items that the destination refused.
type eventQueue struct {
	*Relay
	after int64 // the last event that is done with
	// few bounds a batch while the relay looks for the item that its service refuses:
	// halved with each refusal.
	few int
	// suspect is an item that the service has failed on several times, alone. It is
	// parked once another item is taken, which shows that the service works.
	suspect *event.Event
	fault   result
	blocked map[int64]bool // alerts one of whose events is parked
	letters time.Time      // when a parked item is due; zero for none
	gathers time.Time      // nothing is read before: a batch waits for more
	last    time.Time      // when the last batch was sent
	version int64          // see Relay.control

	counted int64 // the last event that queued includes
	queued  int64
	oldest  time.Time
}

// eventPage is how many events are read at a time, and countPage how many ids are
// counted in one publication of the state.
const (
	eventPage  = 1000
	suspectTry = 3
)

func cursorOf(id int64) event.TransitionCursor {
	seq, place := event.SplitID(id)
	return event.TransitionCursor{Record: seq, Place: place}
}

func (q *eventQueue) restore(ctx context.Context) error {
	q.after = event.ID(q.state.Cursor.Record, q.state.Cursor.Place)
	q.counted = q.after
	q.few = q.sender.batch()
	return q.readLetters(ctx)
}

// step sends one batch, or one parked item that is due.
func (q *eventQueue) step(ctx context.Context) (time.Time, error) {
	now := q.o.time.Now()
	if at := q.sender.ready(now); !at.IsZero() {
		return at, nil
	}
	if done, next, err := q.retry(ctx, now); done || err != nil {
		return next, err
	}
	if q.gathers.After(now) {
		return earlier(q.gathers, q.letters), nil
	}
	if at, err := q.turn(ctx, now); err != nil || !at.IsZero() {
		return at, err
	}
	items, end, err := q.read(ctx, now)
	if err != nil {
		return now, err
	}
	if len(items) == 0 {
		return q.idle(ctx, now, end)
	}
	if wait := q.gather(items, now); wait > 0 {
		q.gathers = now.Add(wait)
		return earlier(q.gathers, q.letters), nil
	}
	return time.Time{}, q.send(ctx, items, end, now)
}

// read returns the next events that the relay chooses, without those of parked alerts,
// and the id up to which it has looked.
func (q *eventQueue) read(ctx context.Context, now time.Time) (items []Item, end int64, err error) {
	at, err := q.o.Journal.Position(ctx)
	if err != nil {
		return nil, 0, err
	}
	end = event.ID(at, event.MaxEventsPerRecord-1)
	limit := min(eventPage, q.few)
	after := q.after
	if q.suspect != nil {
		after, limit = q.suspect.ID, 1
	}
	for {
		events, err := q.o.Journal.Events(ctx, query.Page{Where: q.where, Now: now, After: after, Before: end + 1, OldestFirst: true, Limit: limit})
		if err != nil {
			return nil, 0, err
		}
		if items, err = q.untold(ctx, events); err != nil {
			return nil, 0, err
		}
		full := len(events) == limit
		if full {
			after = events[len(events)-1].ID
		}
		switch {
		case full && len(items) == 0:
			continue
		case full:
			end = after
		}
		return items, end, nil
	}
}

// turn is when it is this relay's turn to read; the zero time for now.
func (q *eventQueue) turn(ctx context.Context, now time.Time) (time.Time, error) {
	if !q.o.turns.due(now) {
		return time.Time{}, nil
	}
	end, err := q.o.Journal.LogEnd(ctx)
	if err != nil {
		return now, err
	}
	at, err := q.o.Journal.Position(ctx)
	if err != nil {
		return now, err
	}
	return q.o.turns.wait(now, end, at), nil
}

// elements reads the events as they came.
func (q *eventQueue) elements(ctx context.Context, items []Item) (err error) {
	for i := range items {
		e := items[i].Event
		if e.Raw, err = q.o.Journal.Raw(ctx, e.ID); err == nil || errors.Is(err, event.ErrNotFound) {
			continue
		}
		if ctx.Err() != nil {
			return err
		}
		q.o.Logger.Warn("a relay sends an event without its element", "relay", q.state.Name, "event", e.ID, "error", err)
	}
	return nil
}

// gather is how long to wait for a fuller batch. One that is not full leaves no sooner
// after the one before, or each slice of a busy journal would be a batch of its own.
func (q *eventQueue) gather(items []Item, now time.Time) time.Duration {
	limits := q.sender.limits
	if len(items) >= q.sender.batch() || limits.Wait == 0 || q.few < q.sender.batch() || q.suspect != nil {
		return 0
	}
	since := items[0].Event.Received
	if q.last.After(since) {
		since = q.last
	}
	return limits.Wait - now.Sub(since)
}

// idle moves the position over what the relay does not choose. That is committed with
// the state: a position that is a little behind only costs reading.
func (q *eventQueue) idle(ctx context.Context, now time.Time, end int64) (time.Time, error) {
	if q.suspect != nil { // nothing else is there to show whether the service works
		return q.sender.until, q.send(ctx, []Item{{Event: q.suspect}}, 0, now)
	}
	q.after = max(q.after, end)
	q.state.Cursor = cursorOf(q.after)
	if !q.letters.IsZero() {
		return q.letters, nil
	}
	return now.Add(idleWait), nil
}

// send makes one exchange about a batch that is read since began, and commits what came
// of it.
func (q *eventQueue) send(ctx context.Context, items []Item, end int64, began time.Time) error {
	k := &store.OutboxCommit{}
	items, end = q.sort(k, items, end)
	if len(items) == 0 {
		q.after, q.few = max(q.after, end), q.sender.batch()
		return q.finish(ctx, k)
	}
	if err := q.elements(ctx, items); err != nil {
		return err
	}
	if q.sender.parallel() > 1 && len(items) > 1 {
		return q.sendEach(ctx, k, items, began)
	}
	work := &Work{Items: items, Now: q.o.time.Now()}
	flight := &store.Flight{At: work.Now, Items: len(items), Last: items[len(items)-1].Event.ID}
	again := q.repeats(items)
	if err := q.begun(ctx, flight, again); err != nil {
		return err
	}
	x, err := q.sender.exchange(ctx, work, func() error { return nil })
	if err != nil {
		return err
	}
	at(StepAnswered)
	q.last = q.o.time.Now()
	if x.Outcome == Sent { // the others do not rest for a service that is down: its tries are rare
		q.o.turns.worked(q.last, work.Now.Sub(began)+x.encoding)
	}
	q.answered(x, false)
	switch x.Outcome {
	case Sent:
		q.taken(k, items, x, end)
	case Refused:
		q.refused(k, items, x)
	default:
		q.failed(items, x)
		if x.uncertain {
			q.lost(flight, again)
		}
	}
	return q.finish(ctx, k)
}

// finish commits a batch. The fsync comes with the next state, within a second: a kill
// takes nothing back, and when the power fails, that second is sent again.
func (q *eventQueue) finish(ctx context.Context, k *store.OutboxCommit) error {
	q.state.Cursor = cursorOf(q.after)
	k.Soft = len(k.Letters)+len(k.Dropped) == 0
	q.loose = q.loose || k.Soft
	if q.flight != nil && q.after >= q.flight.Last {
		q.flight = nil
	}
	if err := q.commit(ctx, k); err != nil {
		return err
	}
	at(StepDone)
	if len(k.Letters) > 0 {
		return q.readLetters(ctx)
	}
	return nil
}

// sort takes out what is too old, and what must wait behind a parked item, from the
// front. What comes behind one of those is left for the next batch: end is then the last
// item of this one.
func (q *eventQueue) sort(k *store.OutboxCommit, items []Item, end int64) ([]Item, int64) {
	now := q.o.time.Now()
	oldest := now.Add(-time.Duration(q.o.Config.DropAfter))
	if age := q.sender.limits.Age; age > 0 && now.Add(-age).After(oldest) {
		oldest = now.Add(-age)
	}
	for i, it := range items {
		e := it.Event
		old, blocked := e.Received.Before(oldest), e.AlertID != 0 && q.blocked[e.AlertID]
		if !old && !blocked {
			continue
		}
		if i > 0 && items[i-1].Event.ID > q.after {
			return items[:i], items[i-1].Event.ID
		}
		if old {
			q.drop(k, e.ID, "older than the relay's drop_after, or than the service takes")
		} else {
			k.Letters = append(k.Letters, q.letter(e, result{Verdict: Verdict{Reason: "waits behind an earlier event of its alert"}}))
		}
		q.after = e.ID
	}
	for len(items) > 0 && items[0].Event.ID <= q.after && q.suspect == nil {
		items = items[1:]
	}
	return items, end
}

// drop counts an item that is given up, in a row of its run.
func (r *Relay) drop(k *store.OutboxCommit, id int64, why string) {
	r.state.Dropped++
	if n := len(k.Dropped); n > 0 && k.Dropped[n-1].Why == why {
		k.Dropped[n-1].To = id
		k.Dropped[n-1].Count++
		return
	}
	k.Dropped = append(k.Dropped, event.RelayDrop{Relay: r.state.Name, At: r.o.time.Now(), From: id, To: id, Count: 1, Why: why})
}

// taken moves the position behind what was sent.
func (q *eventQueue) taken(k *store.OutboxCommit, items []Item, x result, end int64) {
	n := min(x.Items, len(items))
	last := items[n-1].Event
	if q.suspect != nil && last.ID != q.suspect.ID {
		k.Letters = append(k.Letters, q.letter(q.suspect, q.fault)) // the service works: it is the item
	}
	q.suspect = nil
	q.noteSent(k, items[:n], x)
	q.after = last.ID
	if n == len(items) {
		q.after = max(q.after, end)
	}
	q.few = min(q.sender.batch(), q.few*2)
}

func (q *eventQueue) noteSent(k *store.OutboxCommit, items []Item, x result) {
	now := q.o.time.Now()
	last := items[len(items)-1].Event
	row := event.RelaySent{At: now, EventID: last.ID, Title: last.Text, Items: len(items), Requests: x.requests, Took: x.took}
	if n := q.repeats(items); n > 0 {
		row.Repeat = true
		q.state.Repeated += int64(n)
	}
	q.state.Sent += int64(len(items))
	q.queued = max(0, q.queued-int64(len(items)))
	for i := range items {
		q.latency.add(now.Sub(items[i].Event.Received))
	}
	k.Sent = append(k.Sent, row)
}

// refused finds the item that the service does not want: it says which, or smaller
// batches show it. That one is parked, and the others go on.
func (q *eventQueue) refused(k *store.OutboxCommit, items []Item, x result) {
	n := x.Items
	if n < 0 || n >= len(items) {
		if len(items) > 1 {
			q.few = max(1, len(items)/2)
			return
		}
		n = 0
	}
	if n > 0 {
		q.noteSent(k, items[:n], x)
	}
	if q.suspect != nil && q.suspect.ID != items[n].Event.ID {
		k.Letters = append(k.Letters, q.letter(q.suspect, q.fault)) // the service judges items: it works
	}
	k.Letters = append(k.Letters, q.letter(items[n].Event, x))
	q.after, q.suspect = items[n].Event.ID, nil
}

// failed looks whether it is the item and not the service, once the service has failed
// on it several times: the batch shrinks to one item, and each time that one fails the
// next one is tried at once. So nothing is passed over that only waits for the service.
func (q *eventQueue) failed(items []Item, x result) {
	switch {
	case q.suspect != nil:
		q.suspect = nil // the next one fails too: it is the service
	case !x.ambiguous() || q.sender.failures < suspectTry:
	case len(items) > 1:
		q.few = 1
	default:
		q.suspect, q.fault = items[0].Event, x
		q.sender.until = q.o.time.Now().Add(firstPause)
	}
}

// backlog counts what waits: all of it once, and then what is new.
func (q *eventQueue) backlog(ctx context.Context) (int64, *time.Time, error) {
	pos, err := q.o.Journal.Position(ctx)
	if err != nil {
		return 0, nil, err
	}
	end := event.ID(pos, event.MaxEventsPerRecord-1)
	if q.counted < q.after {
		q.counted, q.queued = q.after, 0
	}
	if end > q.counted {
		n, err := q.o.Journal.CountEvents(ctx, query.Page{Where: q.where, Now: q.o.time.Now(), After: q.counted, Before: end + 1})
		if err != nil {
			return 0, nil, err
		}
		q.queued += n
		q.counted = end
	}
	if q.queued == 0 {
		return 0, nil, nil
	}
	first, err := q.o.Journal.Events(ctx, query.Page{Where: q.where, Now: q.o.time.Now(), After: q.after, OldestFirst: true, Limit: 1})
	if err != nil || len(first) == 0 {
		q.queued = 0
		return 0, nil, err
	}
	q.oldest = first[0].Received
	return q.queued, &q.oldest, nil
}
