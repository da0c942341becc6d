package projector

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/store"
)

// memLog is a log in memory.
type memLog struct {
	mu      sync.Mutex
	records []event.Record
	wake    chan struct{}
	// broken is what Read returns once it comes to record brokenAt; for as many
	// times as heals says, or forever when it is 0.
	broken   error
	brokenAt int64
	brokenTo int64 // the last record that cannot be read
	heals    int
	reads    int // that came to it
}

func newLog(records ...event.Record) *memLog {
	l := &memLog{wake: make(chan struct{}, 1)}
	l.append(records...)
	return l
}

func (l *memLog) append(records ...event.Record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range records {
		r.Seq = int64(len(l.records)) + 1
		l.records = append(l.records, r)
	}
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *memLog) Read(_ context.Context, after int64, maxRecords int, maxBytes int64) ([]event.Record, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []event.Record
	if l.broken != nil && after+1 >= l.brokenAt && after < l.brokenTo {
		if l.reads++; l.heals == 0 || l.reads <= l.heals {
			return nil, l.broken
		}
	}
	for _, r := range l.records[min(after, int64(len(l.records))):] {
		if l.broken != nil && r.Seq == l.brokenAt && len(out) > 0 {
			break
		}
		if maxBytes -= int64(len(r.Body)); len(out) == maxRecords || maxBytes < 0 && len(out) > 0 {
			break
		}
		out = append(out, r)
	}
	return out, nil
}

func (l *memLog) Damage(_ context.Context, after int64) (event.Record, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken == nil || l.heals != 0 && l.reads >= l.heals {
		return event.Record{}, store.ErrNotFound
	}
	return event.Record{Seq: l.brokenTo, First: after + 1, Damage: "pages are gone"}, nil
}

func (l *memLog) Last(context.Context) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return int64(len(l.records)), nil
}

// memView is a view in memory whose transactions really are all or nothing,
// and which can be made to fail at any of its calls.
type memView struct {
	mu      sync.Mutex
	state   *memState
	commits int
	calls   int
	failAt  int    // the call that fails, counted from 1; 0: none
	failing bool   // every call fails
	panicOn string // the text of an event that PutEvent panics on
}

type memState struct {
	Position   int64
	Prints     map[uint64]int64
	Events     map[int64]event.Event
	Deliveries map[int64]event.Delivery
	Alerts     map[int64]event.Alert
	Activities map[int64]event.Activity
	Steps      []step
	Scores     map[string]event.SLEScore
	Names      map[string]store.Name
	Channels   map[string]event.Subscription
	Unknown    int64
	Undecoded  int64
	Damaged    int64
	Sum        int64
}

// step is a transition whose cursor is part of the dump.
type step struct {
	event.Transition
	At event.TransitionCursor
}

func newView() *memView {
	return &memView{state: &memState{
		Prints: map[uint64]int64{}, Events: map[int64]event.Event{}, Deliveries: map[int64]event.Delivery{},
		Alerts: map[int64]event.Alert{}, Activities: map[int64]event.Activity{},
		Scores: map[string]event.SLEScore{}, Names: map[string]store.Name{},
		Channels: map[string]event.Subscription{},
	}}
}

func (s *memState) clone() *memState {
	c := *s
	c.Prints, c.Events, c.Deliveries = maps.Clone(s.Prints), maps.Clone(s.Events), maps.Clone(s.Deliveries)
	c.Alerts, c.Activities = maps.Clone(s.Alerts), maps.Clone(s.Activities)
	c.Steps = slices.Clone(s.Steps)
	c.Scores, c.Names = maps.Clone(s.Scores), maps.Clone(s.Names)
	c.Channels = maps.Clone(s.Channels)
	return &c
}

// dump renders everything in the view, so that two views can be compared.
func (v *memView) dump() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	b, err := json.MarshalIndent(v.state, "", " ")
	if err != nil {
		panic(err)
	}
	return string(b)
}

func (v *memView) read(fn func(s *memState)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	fn(v.state)
}

var errInjected = errors.New("the disk is gone")

// call counts a call and fails if it is its turn. The lock is held.
func (v *memView) call(what string) error {
	v.calls++
	if v.calls == v.failAt || v.failing {
		return fmt.Errorf("%s: %w", what, errInjected)
	}
	return nil
}

func (v *memView) Position(context.Context) (int64, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.state.Position, v.call("position")
}

func (v *memView) LiveAlerts(_ context.Context, sinceMS int64) ([]event.Alert, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	var out []event.Alert
	for _, a := range v.state.Alerts {
		if a.Resolved == nil || a.Resolved.UnixMilli() >= sinceMS {
			out = append(out, copyAlert(a))
		}
	}
	return out, v.call("live alerts")
}

func (v *memView) LastTransition(context.Context) (event.TransitionCursor, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if n := len(v.state.Steps); n > 0 {
		return v.state.Steps[n-1].At, v.call("last transition")
	}
	return event.TransitionCursor{}, v.call("last transition")
}

func (v *memView) Names(context.Context) ([]store.Name, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Collect(maps.Values(v.state.Names)), v.call("names")
}

func (v *memView) Update(_ context.Context, fn func(store.Tx) error) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.call("begin"); err != nil {
		return err
	}
	tx := &memTx{v: v, s: v.state.clone()}
	if err := fn(tx); err != nil {
		return err
	}
	if err := v.call("commit"); err != nil {
		return err
	}
	v.state = tx.s
	v.commits++
	return v.call("after the commit")
}

type memTx struct {
	v *memView
	s *memState
}

func (t *memTx) Claim(e *event.Event) (int64, error) {
	if err := t.v.call("claim"); err != nil {
		return 0, err
	}
	if known, ok := t.s.Prints[e.Fingerprint]; ok {
		return known, nil
	}
	t.s.Prints[e.Fingerprint] = e.ID
	return 0, nil
}

func (t *memTx) Release(e *event.Event) error {
	if t.s.Prints[e.Fingerprint] != e.ID {
		return fmt.Errorf("event %d was not claimed", e.ID)
	}
	delete(t.s.Prints, e.Fingerprint)
	return t.v.call("release")
}

func (t *memTx) PutEvent(e *event.Event) error {
	if t.v.panicOn != "" && e.Text == t.v.panicOn {
		panic("cannot put " + e.Text)
	}
	c := *e
	c.Signal, c.SLE = nil, nil
	t.s.Events[e.ID] = c
	return t.v.call("put event")
}

func (t *memTx) AddDuplicate(id int64) error {
	e, ok := t.s.Events[id]
	if !ok {
		return fmt.Errorf("no event %d", id)
	}
	e.Duplicates++
	t.s.Events[id] = e
	return t.v.call("add duplicate")
}

func (t *memTx) PutDelivery(d *event.Delivery) error {
	if len(d.Body) != 0 {
		return errors.New("a delivery came with its body")
	}
	t.s.Deliveries[d.ID] = *d
	return t.v.call("put delivery")
}

// copyAlert shares no time with the alert.
func copyAlert(a event.Alert) event.Alert {
	for _, p := range []**time.Time{&a.Resolved, &a.AckedAt, &a.SnoozedUntil, &a.UnclearEnd, &a.Expires} {
		if *p != nil {
			t := **p
			*p = &t
		}
	}
	return a
}

func (t *memTx) Alert(id int64) (*event.Alert, error) {
	if err := t.v.call("alert"); err != nil {
		return nil, err
	}
	a, ok := t.s.Alerts[id]
	if !ok {
		return nil, nil
	}
	c := copyAlert(a)
	return &c, nil
}

func (t *memTx) ResolvedSince(scope string, since time.Time) (ids []int64, err error) {
	for id, a := range t.s.Alerts {
		if a.Scope == scope && a.Resolved != nil && !a.Resolved.Before(since) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func (t *memTx) AlertEvents(alert int64, limit int) ([]event.Event, error) {
	var found []event.Event
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(t.s.Events))) {
		if e := t.s.Events[id]; e.AlertID == alert && len(found) < limit {
			found = append(found, e)
		}
	}
	return found, t.v.call("alert events")
}

func (t *memTx) AlertByKey(key string) (*event.Alert, error) {
	var newest int64
	for id, a := range t.s.Alerts {
		if a.Key == key {
			newest = max(newest, id)
		}
	}
	return t.Alert(newest)
}

func (t *memTx) PutAlert(a *event.Alert) error {
	t.s.Alerts[a.ID] = copyAlert(*a)
	return t.v.call("put alert")
}

func (t *memTx) PutTransition(tr *event.Transition) error {
	if n := len(t.s.Steps); n > 0 && !tr.Cursor.After(t.s.Steps[n-1].At) {
		return fmt.Errorf("the transition at %v comes after that at %v", tr.Cursor, t.s.Steps[n-1].At)
	}
	t.s.Steps = append(t.s.Steps, step{*tr, tr.Cursor})
	return t.v.call("put transition")
}

func (t *memTx) PutActivity(a *event.Activity) error {
	t.s.Activities[a.ID] = *a
	return t.v.call("put activity")
}

func (t *memTx) Activity(id int64) (*event.Activity, error) {
	if a, ok := t.s.Activities[id]; ok {
		return &a, t.v.call("activity")
	}
	return nil, t.v.call("activity")
}

func (t *memTx) PutSubscription(s event.Subscription) error {
	t.s.Channels[s.Source+" "+s.Channel] = s
	return t.v.call("put subscription")
}

func (t *memTx) Subscribed(source, channel string) (bool, error) {
	_, has := t.s.Channels[source+" "+channel]
	return has, t.v.call("subscribed")
}

func (t *memTx) DropSubscription(source, channel string) error {
	delete(t.s.Channels, source+" "+channel)
	return t.v.call("drop subscription")
}

func (t *memTx) PutScore(s event.SLEScore) error {
	key := s.SiteID + " " + s.Metric
	if old, ok := t.s.Scores[key]; !ok || !s.Time.Before(old.Time) {
		t.s.Scores[key] = s
	}
	return t.v.call("put score")
}

func (t *memTx) PutName(n store.Name) error {
	t.s.Names[strings.Join([]string{n.Kind, n.ID}, " ")] = n
	return t.v.call("put name")
}

func (t *memTx) AddCounts(unknown, undecoded int64) error {
	t.s.Unknown += unknown
	t.s.Undecoded += undecoded
	return t.v.call("add counts")
}

func (t *memTx) PutDamage(first, last int64) error {
	t.s.Damaged += last - first + 1
	return t.v.call("put damage")
}

func (t *memTx) SetSum(sum int64) error {
	t.s.Sum = sum
	return t.v.call("set sum")
}

func (t *memTx) SetPosition(seq int64) error {
	t.s.Position = seq
	return t.v.call("set position")
}
