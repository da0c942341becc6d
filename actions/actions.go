package actions

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"sync"

	"foghorn/internal/clock"
	"foghorn/internal/signal"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

// ErrReadOnly refuses every change while read_only is set.
var ErrReadOnly = errors.New("read-only: acks, notes and actions are switched off (read_only, --read-only)")

// View is what actions read.
type View interface {
	Alert(ctx context.Context, id int64) (event.Alert, error)
	Alerts(ctx context.Context, p query.Page) ([]event.Alert, error)
	Webhooks(ctx context.Context) ([]event.Webhook, error)
	Status(ctx context.Context) (event.Status, error)
	// Position is the last record of the log that is wholly in the view.
	Position(ctx context.Context) (int64, error)
	Activities(ctx context.Context, target string, limit int) ([]event.Activity, error)
	// ActivitiesByID returns those of the activities that the view has, by id.
	ActivitiesByID(ctx context.Context, ids ...int64) ([]event.Activity, error)
	// PendingActivities are those that Mist has not answered, by id.
	PendingActivities(ctx context.Context) ([]event.Activity, error)
	journal.Carried
	Deliveries(ctx context.Context, p query.Page) ([]event.Delivery, error)
	// Delivery returns one with its body.
	Delivery(ctx context.Context, id int64) (event.Delivery, error)
}

// Cloud is one organization and how to reach its API. API is nil where this process
// has no token for it, though another one may: its changes then wait for the
// collector.
type Cloud struct {
	Source string
	OrgID  string
	API    API
	// CurrentAPI replaces API where the client changes with its token.
	CurrentAPI func() API
	// Missing is why there is no client; nil when that is not known.
	Missing error
}

// Options are what actions need.
type Options struct {
	Log      event.Appender
	View     View
	Clouds   []Cloud
	Relays   Relays // nil where no relay ever ran
	Clock    clock.Clock
	ReadOnly bool
	Logger   *slog.Logger // nil: silent
	// OnResult receives the outcomes of what Send and Flush sent, once they are in
	// the log; it may be nil.
	OnResult func(results []event.Activity)
}

// Actions takes the actions of a process's operators. It is safe for concurrent use.
type Actions struct {
	opt     Options
	clouds  map[string]Cloud
	jobs    Jobs // nil: none can be started
	refresh func(ctx context.Context, source, site string) error

	mu       sync.Mutex
	last     int64                  // the last record that this process appended
	queue    []job                  // waits for Send
	inFlight map[int64]bool         // ids of activities that this process is sending or will send
	recent   map[string][]recentAct // by target; see claim
	// recentCount is how many there are.
	recentCount int
	wake        signal.Signal
	running     sync.Mutex // one flush at a time

	sleNames sleNames
}

// maxQueue bounds the acks that wait in this process. The collector finds the others
// in the journal.
const maxQueue = 20_000

// New makes the actions of a process. Nothing is sent before Send or Flush.
func New(o Options) *Actions {
	if o.Clock == nil {
		o.Clock = clock.Real{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	a := &Actions{opt: o, clouds: map[string]Cloud{}, inFlight: map[int64]bool{}, recent: map[string][]recentAct{}, wake: signal.New()}
	for _, c := range o.Clouds {
		a.clouds[c.Source] = c
	}
	return a
}

// OnRefresh sets what reads the webhooks of a source from Mist, or of one of its
// sites; without a source, of all organizations. It is set before the first action.
func (a *Actions) OnRefresh(f func(ctx context.Context, source, site string) error) { a.refresh = f }

// Sources names the organizations whose API this process can call.
func (a *Actions) Sources() []string {
	var out []string
	for _, c := range a.opt.Clouds {
		if c.API != nil || c.CurrentAPI != nil {
			out = append(out, c.Source)
		}
	}
	return out
}

// cloud returns the organization of a source, or why its API cannot be called from
// here.
func (a *Actions) cloud(source string) (Cloud, error) {
	c, ok := a.clouds[source]
	if c.CurrentAPI != nil {
		c.API = c.CurrentAPI()
	}
	switch {
	case !ok:
		return c, fmt.Errorf("%s has no connection to the Mist API: it needs a token and an org_id in the configuration", source)
	case c.API == nil && c.Missing != nil:
		return c, c.Missing
	case c.API == nil:
		return c, fmt.Errorf("this process has no token for %s (the secret could not be fetched here)", source)
	}
	return c, nil
}

// Append appends activities and returns their ids when they are durable. Send and
// Flush send to Mist what is for it; Await says when the view shows them.
func (a *Actions) Append(ctx context.Context, acts ...event.Activity) ([]int64, error) {
	if a.opt.ReadOnly {
		return nil, ErrReadOnly
	}
	acts = slices.Clone(acts)
	var ids []string
	for i := range acts {
		if id, ok := event.AlertIDOf(acts[i].Target); ok && changesOwner(acts[i].Action) {
			ids = append(ids, strconv.FormatInt(id, 10))
		}
	}
	alerts, unreadable := a.alertsByID(ctx, ids)
	jobs := make([]job, 0, len(acts))
	for i := range acts {
		if acts[i].Time.IsZero() {
			acts[i].Time = a.opt.Clock.Now()
		}
		if j, ok := a.prepare(ctx, &acts[i], alerts, unreadable); ok {
			j.index = i
			jobs = append(jobs, j)
		}
	}
	seqs, err := a.append(ctx, acts...)
	if err != nil {
		return nil, err
	}
	for i := range jobs {
		jobs[i].act = acts[jobs[i].index]
		jobs[i].act.ID = seqs[jobs[i].index]
	}
	a.enqueue(jobs)
	return seqs, nil
}

// prepare completes an activity that changes the owner of an alert: whether it goes
// to Mist, and who owned the alert before. It reports whether this process sends it.
func (a *Actions) prepare(ctx context.Context, act *event.Activity, alerts map[string]event.Alert, unreadable error) (job, bool) {
	if !changesOwner(act.Action) || act.Sync.State != event.SyncNone {
		return job{}, false
	}
	id, ok := event.AlertIDOf(act.Target)
	if !ok {
		return job{}, false
	}
	alert, known := alerts[strconv.FormatInt(id, 10)]
	switch {
	case unreadable != nil:
		// It may be a Mist alarm. The collector checks once the view can be read.
		act.Sync.State = event.SyncPending
		return job{}, false
	case !known:
		return job{}, false
	}
	act.Before = alert.Owner
	if alert.MistAlarmID == "" {
		return job{}, false
	}
	c, ok := a.clouds[alert.Source]
	switch {
	case !ok && a.collectorHasToken(ctx, alert.Source):
		act.Source, act.Sync.State = alert.Source, event.SyncPending
		return job{}, false
	case !ok:
		act.Sync = noToken(alert.Source)
		return job{}, false
	case c.API == nil && c.CurrentAPI == nil:
		act.Source, act.Sync.State = alert.Source, event.SyncPending
		return job{}, false
	}
	act.Source, act.Sync.State = alert.Source, event.SyncSending
	return job{alarm: alert.MistAlarmID}, true
}

// changesOwner reports whether an action may change who owns an alert, which is
// all that Mist keeps of it.
func changesOwner(action string) bool {
	return action == event.ActionAck || action == event.ActionUnack || action == event.ActionUndo
}

// collectorHasToken reports whether the collector has a token for a source that this
// process has no configuration of: then it sends the ack to Mist.
func (a *Actions) collectorHasToken(ctx context.Context, source string) bool {
	s, err := a.opt.View.Status(ctx)
	if err != nil {
		return false
	}
	for _, b := range s.Budgets {
		if slices.Contains(b.Sources, source) {
			return true
		}
	}
	return false
}

// noToken is the sync of a change that cannot be sent to Mist.
func noToken(source string) event.Sync {
	return event.Sync{State: event.SyncLocal, Reason: source + " has no token and org_id for the Mist API"}
}

// append puts activities into the log and returns their ids.
func (a *Actions) append(ctx context.Context, acts ...event.Activity) ([]int64, error) {
	records := make([]event.Record, 0, len(acts))
	for _, act := range acts {
		r, err := event.ActivityRecord(act)
		if err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	ids, err := a.opt.Log.Append(ctx, records...)
	if err == nil {
		a.mu.Lock()
		a.last = max(a.last, slices.Max(ids))
		a.mu.Unlock()
	}
	return ids, err
}

// result is the activity that records the outcome of another one in Mist.
func (a *Actions) result(of event.Activity, sync event.Sync, text string) event.Activity {
	return event.Activity{
		Time: a.opt.Clock.Now(), Actor: of.Actor, Action: event.ActionResult, Target: event.ActivityTarget(of.ID),
		Source: of.Source, Sync: sync, Result: text,
	}
}
