package relay

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

// History is what a back-test reads.
type History interface {
	Journal
	TransitionsBefore(ctx context.Context, upTo event.TransitionCursor, limit int) ([]event.Transition, error)
}

// virtual is the time of a back-test. Nobody waits in it: it moves on.
type virtual struct {
	now time.Time
	// waits is called before time moves on within an exchange.
	waits func()
}

func (v *virtual) Now() time.Time { return v.now }

func (v *virtual) Wait(ctx context.Context, until time.Time, _ <-chan struct{}) (bool, error) {
	if v.waits != nil {
		v.waits()
	}
	v.to(until)
	return false, ctx.Err()
}

func (v *virtual) to(t time.Time) {
	if t.After(v.now) {
		v.now = t
	}
}

// past is a journal as it was at the virtual time. What changes without a transition
// (counts, notes, names of sites) it shows as it is now.
type past struct {
	History
	time  *virtual
	since time.Time

	steps    []arrival // in the order of their cursors
	start    event.TransitionCursor
	events   []event.Event // that the query chooses, by id
	record   int64         // the last one before the first event
	alerts   map[int64]event.Alert
	lives    map[int64][]event.Transition // all transitions of an alert
	messages map[int64][]event.Event
	raws     map[int64]json.RawMessage // read lately: a batch is read again while it gathers
	cut      bool                      // there is more than the bounds allow
}

// arrival is a transition, and when foghorn learned of it.
type arrival struct {
	event.Transition
	at time.Time
}

// Bounds of what a back-test reads.
const (
	maxPastSteps  = 20_000
	maxPastEvents = 50_000
	pastPage      = 500
)

func newPast(h History, v *virtual, since time.Time) *past {
	return &past{History: h, time: v, since: since, alerts: map[int64]event.Alert{}, lives: map[int64][]event.Transition{}, messages: map[int64][]event.Event{}, raws: map[int64]json.RawMessage{}}
}

// readSteps reads the transitions of the span, newest first.
func (p *past) readSteps(ctx context.Context, until time.Time) error {
	at, err := p.History.LastTransition(ctx)
	if err != nil {
		return err
	}
	for upTo, before := at, false; !before && !p.cut; {
		page, err := p.TransitionsBefore(ctx, upTo, pastPage)
		if err != nil {
			return err
		}
		for _, t := range page {
			arrived, err := p.arrived(ctx, t)
			if err != nil {
				return err
			}
			if before = arrived.Before(p.since); before {
				p.start = t.Cursor
				break
			}
			p.steps = append(p.steps, arrival{t, arrived})
		}
		if len(page) < pastPage {
			break
		}
		upTo = page[len(page)-1].Cursor
		upTo.Place-- // those before it
		p.cut = len(p.steps) >= maxPastSteps
	}
	slices.Reverse(p.steps)
	for i := range p.steps { // what came later was not known earlier
		if i > 0 && p.steps[i].at.Before(p.steps[i-1].at) {
			p.steps[i].at = p.steps[i-1].at
		}
	}
	if p.cut && len(p.steps) > 0 {
		p.start = p.steps[0].Cursor
		p.steps = p.steps[1:]
	}
	for len(p.steps) > 0 && p.steps[len(p.steps)-1].at.After(until) {
		p.steps = p.steps[:len(p.steps)-1]
	}
	return nil
}

// arrived is when the cause of a transition reached foghorn; see alertQueue.arrived.
func (p *past) arrived(ctx context.Context, t event.Transition) (time.Time, error) {
	if t.CauseEvent == 0 {
		return t.Time, nil
	}
	e, err := p.History.Event(ctx, t.CauseEvent)
	if errors.Is(err, event.ErrNotFound) {
		return t.Time, nil
	}
	return e.Received, err
}

// readEvents reads the events of the span that the query chooses.
func (p *past) readEvents(ctx context.Context, where *query.Query, until time.Time) error {
	page := query.Page{Where: query.And(where, query.And(query.Since(p.since), query.Until(until))), Now: p.time.now, OldestFirst: true, Limit: pastPage}
	for {
		rows, err := p.History.Events(ctx, page)
		if err != nil {
			return err
		}
		p.events = append(p.events, rows...)
		if len(rows) < pastPage {
			break
		}
		if p.cut = len(p.events) >= maxPastEvents; p.cut {
			break
		}
		page.After = rows[len(rows)-1].ID
	}
	for i := range p.events {
		e := &p.events[i]
		if i > 0 && e.Received.Before(p.events[i-1].Received) {
			e.Received = p.events[i-1].Received
		}
	}
	if len(p.events) > 0 {
		p.record, _ = event.SplitID(p.events[0].ID)
		p.record--
	}
	return nil
}

// next is when the next item arrives; zero when none does.
func (p *past) next() time.Time {
	if i := len(p.known()); i < len(p.steps) {
		return p.steps[i].at
	}
	if i := len(p.received()); i < len(p.events) {
		return p.events[i].Received
	}
	return time.Time{}
}

// known are the transitions that have arrived.
func (p *past) known() []arrival {
	i, _ := slices.BinarySearchFunc(p.steps, p.time.now, func(s arrival, now time.Time) int {
		if s.at.After(now) {
			return 1
		}
		return -1
	})
	return p.steps[:i]
}

// received are the events that have arrived.
func (p *past) received() []event.Event {
	i, _ := slices.BinarySearchFunc(p.events, p.time.now, func(e event.Event, now time.Time) int {
		if e.Received.After(now) {
			return 1
		}
		return -1
	})
	return p.events[:i]
}

// cursor is the newest transition that has arrived.
func (p *past) cursor() event.TransitionCursor {
	if known := p.known(); len(known) > 0 {
		return known[len(known)-1].Cursor
	}
	return p.start
}

func (p *past) Position(context.Context) (int64, error) {
	record := max(p.record, p.cursor().Record)
	if seen := p.received(); len(seen) > 0 {
		last, _ := event.SplitID(seen[len(seen)-1].ID)
		record = max(record, last)
	}
	return record, nil
}

// LogEnd is the position: the log has what came later, and nobody knew.
func (p *past) LogEnd(ctx context.Context) (int64, error) { return p.Position(ctx) }

func (p *past) LastTransition(context.Context) (event.TransitionCursor, error) {
	return p.cursor(), nil
}

func (p *past) Transitions(_ context.Context, after event.TransitionCursor, limit int) (out []event.Transition, err error) {
	for _, s := range p.behind(after) {
		if len(out) == limit {
			break
		}
		out = append(out, s.Transition)
	}
	return out, nil
}

func (p *past) CountTransitions(_ context.Context, after event.TransitionCursor) (int64, error) {
	return int64(len(p.behind(after))), nil
}

// behind are the transitions after a cursor that have arrived.
func (p *past) behind(after event.TransitionCursor) []arrival {
	known := p.known()
	i, _ := slices.BinarySearchFunc(known, after, func(s arrival, at event.TransitionCursor) int {
		if later(s.Cursor, at) {
			return 1
		}
		return -1
	})
	return known[i:]
}

func later(a, b event.TransitionCursor) bool {
	return a.Record > b.Record || a.Record == b.Record && a.Place > b.Place
}

// Events are those that have arrived; the relay asks with the query that readEvents had.
func (p *past) Events(_ context.Context, page query.Page) (out []event.Event, err error) {
	seen := p.received()
	i, _ := slices.BinarySearchFunc(seen, page.After+1, func(e event.Event, id int64) int { return int(min(1, max(-1, e.ID-id))) })
	for ; i < len(seen) && len(out) < page.Limit && (page.Before == 0 || seen[i].ID < page.Before); i++ {
		out = append(out, seen[i])
	}
	return out, nil
}

func (p *past) CountEvents(ctx context.Context, page query.Page) (int64, error) {
	page.Limit = maxPastEvents
	rows, err := p.Events(ctx, page)
	return int64(len(rows)), err
}

// AlertTransitions are those of an alert that have arrived.
func (p *past) AlertTransitions(ctx context.Context, id int64) ([]event.Transition, error) {
	all, ok := p.lives[id]
	if !ok {
		var err error
		if all, err = p.History.AlertTransitions(ctx, id); err != nil {
			return nil, err
		}
		p.lives[id] = all
	}
	at := p.cursor()
	n := 0
	for n < len(all) && !later(all[n].Cursor, at) {
		n++
	}
	return all[:n], nil
}

func (p *past) Alert(ctx context.Context, id int64) (event.Alert, error) {
	a, ok := p.alerts[id]
	if !ok {
		var err error
		if a, err = p.History.Alert(ctx, id); err != nil {
			return a, err
		}
		p.alerts[id] = a
	}
	steps, err := p.AlertTransitions(ctx, id)
	if err != nil {
		return a, err
	}
	if len(steps) == 0 {
		return a, event.ErrNotFound // it had not opened yet
	}
	return journal.AlertAfter(a, steps[len(steps)-1]), nil
}

// maxPastRaws bounds the elements that are kept.
const maxPastRaws = 5000

func (p *past) Raw(ctx context.Context, id int64) (json.RawMessage, error) {
	if raw, ok := p.raws[id]; ok {
		return raw, nil
	}
	raw, err := p.History.Raw(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(p.raws) >= maxPastRaws {
		clear(p.raws)
	}
	p.raws[id] = raw
	return raw, nil
}

// maxPastMessages bounds the newest events of an alert that are looked through.
const maxPastMessages = 50

func (p *past) AlertEvents(ctx context.Context, id int64, limit int) (out []event.Event, err error) {
	all, ok := p.messages[id]
	if !ok {
		if all, err = p.History.AlertEvents(ctx, id, maxPastMessages); err != nil {
			return nil, err
		}
		p.messages[id] = all
	}
	for i := range all {
		if !all[i].Received.After(p.time.now) && len(out) < limit {
			out = append(out, all[i])
		}
	}
	return out, nil
}
