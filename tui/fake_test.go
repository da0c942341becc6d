package tui

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/journal/triage"
)

// fakeJournal keeps rows in memory and answers as the view does.
type fakeJournal struct {
	mu         sync.Mutex
	events     []event.Event // oldest first
	alerts     []event.Alert
	deliveries []event.Delivery // oldest first
	activities []event.Activity
	scores     []event.SLEScore
	devices    []event.Device
	clients    []event.LiveClient
	webhooks   []event.Webhook
	sites      []event.Site  // besides those that have scores
	frames     []event.Frame // newest first
	status     event.Status
	err        error
	lags       bool // the view does not show what was done
	channels   map[string]bool
	asked      []query.Page // of events, for tests on what was asked
	changed    chan struct{}
}

func newFakeJournal() *fakeJournal {
	return &fakeJournal{changed: make(chan struct{}, 1), channels: map[string]bool{}}
}

func (j *fakeJournal) signal() {
	select {
	case j.changed <- struct{}{}:
	default:
	}
}

func (j *fakeJournal) addEvents(evs ...event.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.events = append(j.events, evs...)
	j.status.Counts.Events += int64(len(evs))
	j.signal()
}

func (j *fakeJournal) addDeliveries(ds ...event.Delivery) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.deliveries = append(j.deliveries, ds...)
	j.status.Counts.Deliveries += int64(len(ds))
	j.signal()
}

// putAlert adds an alert or replaces the one with its id, and keeps the counts.
func (j *fakeJournal) putAlert(a event.Alert) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if i := slices.IndexFunc(j.alerts, func(o event.Alert) bool { return o.ID == a.ID }); i >= 0 {
		j.alerts[i] = a
	} else {
		j.alerts = append(j.alerts, a)
	}
	j.count()
	j.signal()
}

func (j *fakeJournal) count() {
	c := &j.status.Counts
	c.Alerts, c.Unresolved, c.OpenBySev = map[event.State]int64{}, map[event.Severity]int64{}, map[event.Severity]int64{}
	for _, a := range j.alerts {
		c.Alerts[a.State]++
		if a.State != event.Resolved {
			c.Unresolved[a.Severity]++
		}
		if a.State == event.Open {
			c.OpenBySev[a.Severity]++
		}
	}
}

// page cuts rows, which come newest first, as query.Page says.
func page[T any](rows []T, p query.Page, id func(T) int64, match func(*T) bool) []T {
	var out []T
	if p.OldestFirst {
		rows = backwards(rows)
	}
	for _, r := range rows {
		if p.Limit > 0 && len(out) == p.Limit {
			break
		}
		if n := id(r); p.Before != 0 && n >= p.Before || n <= p.After && p.After != 0 {
			continue
		}
		if match(&r) {
			out = append(out, r)
		}
	}
	return out
}

func backwards[T any](rows []T) []T {
	rows = slices.Clone(rows)
	slices.Reverse(rows)
	return rows
}

func (j *fakeJournal) Events(ctx context.Context, p query.Page) ([]event.Event, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.asked = append(j.asked, p)
	return page(backwards(j.events), p, func(e event.Event) int64 { return e.ID },
		func(e *event.Event) bool { return p.Where.Event(e, p.Now) }), cmp.Or(j.err, ctx.Err())
}

func (j *fakeJournal) Alerts(ctx context.Context, p query.Page) ([]event.Alert, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	rows := slices.Clone(j.alerts)
	for i := range rows {
		rows[i].Derive(p.Now)
	}
	slices.SortStableFunc(rows, func(a, b event.Alert) int {
		over := func(a event.Alert) int {
			if a.Resolved != nil {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(over(a), over(b)), cmp.Compare(b.Severity, a.Severity), b.Opened.Compare(a.Opened))
	})
	return page(rows, p, func(a event.Alert) int64 { return a.ID },
		func(a *event.Alert) bool { return p.Where.Alert(a, p.Now) }), cmp.Or(j.err, ctx.Err())
}

func (j *fakeJournal) Deliveries(ctx context.Context, p query.Page) ([]event.Delivery, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return page(backwards(j.deliveries), p, func(d event.Delivery) int64 { return d.ID },
		func(d *event.Delivery) bool { return p.Where.Delivery(d, p.Now) }), cmp.Or(j.err, ctx.Err())
}

func (j *fakeJournal) eventsWhere(limit int, match func(event.Event) bool) []event.Event {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []event.Event
	for _, e := range backwards(j.events) {
		if len(out) < limit && match(e) {
			out = append(out, e)
		}
	}
	return out
}

func (j *fakeJournal) AlertEvents(_ context.Context, id int64, limit int) ([]event.Event, error) {
	return j.eventsWhere(limit, func(e event.Event) bool { return e.AlertID == id }), nil
}

func (j *fakeJournal) DeliveryEvents(_ context.Context, id int64, limit int) ([]event.Event, error) {
	return j.eventsWhere(limit, func(e event.Event) bool { return e.DeliveryID == id }), nil
}

func (j *fakeJournal) Activities(_ context.Context, target string, limit int) ([]event.Activity, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []event.Activity
	for _, a := range backwards(j.activities) {
		if len(out) < limit && a.Target == target {
			out = append(out, a)
		}
	}
	return out, nil
}

func (j *fakeJournal) Scores(context.Context) ([]event.SLEScore, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.scores), j.err
}

func (j *fakeJournal) Status(ctx context.Context) (event.Status, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.status, cmp.Or(j.err, ctx.Err())
}

func (j *fakeJournal) Values(_ context.Context, field, prefix string, limit int) ([]string, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []string
	for _, e := range j.events {
		v := map[string]string{"site": e.Site, "device": e.Device, "topic": e.Topic, "ssid": e.SSID}[field]
		if v != "" && strings.HasPrefix(v, prefix) && !slices.Contains(out, v) && len(out) < limit {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out, nil
}

func (j *fakeJournal) Raw(_ context.Context, id int64) (json.RawMessage, error) {
	found := j.eventsWhere(1, func(e event.Event) bool { return e.ID == id })
	if len(found) == 0 {
		return nil, errors.New("no such event")
	}
	return found[0].Raw, nil
}

func (j *fakeJournal) Delivery(_ context.Context, id int64) (event.Delivery, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, d := range j.deliveries {
		if d.ID == id {
			return d, nil
		}
	}
	return event.Delivery{}, errors.New("no such delivery")
}

func (j *fakeJournal) Changed() <-chan struct{} { return j.changed }

// noLookup has no alerts beyond those the machine was loaded with.
type noLookup struct{}

func (noLookup) Alert(int64) (*event.Alert, error)          { return nil, nil }
func (noLookup) AlertByKey(string) (*event.Alert, error)    { return nil, nil }
func (noLookup) EndedIn(string, time.Time) ([]int64, error) { return nil, nil }

// Do carries activities out at once, as log and projector together would, by the
// program's own rules.
func (j *fakeJournal) Do(_ context.Context, acts ...event.Activity) (ids []int64, err error) {
	if j.err != nil {
		return nil, j.err
	}
	for _, act := range acts {
		j.mu.Lock()
		act.ID = j.status.Position + 1
		j.status.Position, j.status.LogEnd = act.ID, act.ID
		machine := triage.New(triage.DefaultRules())
		machine.Load(slices.Clone(j.alerts), nil)
		switch act.Action {
		case event.ActionSubscribe, event.ActionUnsubscribe:
			act.Result = "ok"
			if on := act.Action == event.ActionSubscribe; j.channels[act.Target] == on {
				act.Result = map[bool]string{true: "it already has a subscription", false: "nobody has subscribed to it"}[on]
			} else {
				j.channels[act.Target] = on
			}
		case event.ActionUndo:
			i := slices.IndexFunc(j.activities, func(o event.Activity) bool { return o.ID == act.Undoes })
			of := j.activities[i]
			err = machine.Undo(&act, &of, noLookup{})
		default:
			err = machine.Activity(&act, noLookup{})
		}
		j.activities = append(j.activities, act)
		j.mu.Unlock()
		if err != nil {
			return nil, err
		}
		ids = append(ids, act.ID)
		for _, a := range machine.Changes().Alerts {
			j.putAlert(*a)
		}
	}
	return ids, nil
}

// Await has nothing to wait for, unless the journal lags.
func (j *fakeJournal) Await(_ context.Context, ids ...int64) (acts []event.Activity, shown bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, a := range j.activities {
		if slices.Contains(ids, a.ID) && !j.lags {
			acts = append(acts, a)
		}
	}
	return acts, !j.lags
}

func (j *fakeJournal) NewActivities(_ context.Context, after int64, limit int) ([]event.Activity, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []event.Activity
	for _, a := range j.activities {
		if a.ID > after && len(out) < limit {
			out = append(out, a)
		}
	}
	return out, nil
}
