package actions

import (
	"context"
	"errors"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// The collector retries acks that are pending, and those whose process ended while
// it was sending them. It checks every retryEvery and backs off up to maxBackoff.
const (
	orphanAfter = 30 * time.Second
	// unansweredAfter is the same for actions that are never sent twice. It is
	// longer than a call and the wait for its effect may take.
	unansweredAfter = 2 * time.Minute
	retryEvery      = 5 * time.Second
	maxBackoff      = 5 * time.Minute
	// maxFinished bounds the memory of outcomes that the view does not show yet.
	maxFinished = 50_000
)

// retrier is the collector's part: it sends what other processes left behind.
type retrier struct {
	*Actions
	backoffs map[string]backoff // by source
	finished map[int64]bool     // final for us; the view may still say pending
	logged   map[int64]bool     // the log says that they are pending
}

// backoff delays calls to a source that could not be reached.
type backoff struct {
	tries int
	until time.Time
}

// RetryPending sends the journal's unsent acks until ctx ends. Only the collector
// runs it; two at a time would send the same acks twice, which Mist ignores.
func (a *Actions) RetryPending(ctx context.Context) error {
	c := a.retrier()
	tick, stop := a.opt.Clock.NewTicker(retryEvery)
	defer stop()
	for {
		c.retryDue(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
	}
}

func (a *Actions) retrier() *retrier {
	return &retrier{Actions: a, backoffs: map[string]backoff{}, finished: map[int64]bool{}, logged: map[int64]bool{}}
}

// retryDue sends every pending activity whose backoff is over.
func (c *retrier) retryDue(ctx context.Context) {
	acts, err := c.opt.View.PendingActivities(ctx)
	if err != nil {
		if ctx.Err() == nil {
			c.opt.Logger.Warn("read the pending activities", "error", err)
		}
		return
	}
	if len(c.finished) > maxFinished {
		clear(c.finished)
	}
	var jobs []job
	for _, act := range acts {
		if j, ok := c.due(ctx, act); ok {
			jobs = append(jobs, j)
		}
	}
	for _, b := range batches(jobs) {
		if ctx.Err() != nil {
			return
		}
		if c.opt.Clock.Now().Before(c.backoffs[b.source].until) {
			continue
		}
		c.sendBatch(ctx, b)
	}
}

// due reports whether to send an activity now. It records the outcome of those
// that will never be sent.
func (c *retrier) due(ctx context.Context, act event.Activity) (job, bool) {
	now := c.opt.Clock.Now()
	switch {
	case c.finished[act.ID], c.isInFlight(act.ID), now.Before(c.backoffs[act.Source].until):
		return job{}, false
	case act.Sync.State == event.SyncSending && now.Sub(act.Time) < orphanAge(act.Action):
		return job{}, false // its process is still sending it
	}
	if !changesOwner(act.Action) {
		c.recordUnknown(ctx, act)
		return job{}, false
	}
	id, _ := event.AlertIDOf(act.Target)
	alert, err := c.opt.View.Alert(ctx, id)
	switch {
	case errors.Is(err, event.ErrNotFound):
		c.recordFinal(ctx, act, event.Sync{State: event.SyncFailed, Reason: "the alert is no longer in the journal"})
		return job{}, false
	case err != nil:
		return job{}, false // unreadable for now; the next round tries again
	case alert.MistAlarmID == "":
		c.recordFinal(ctx, act, event.Sync{State: event.SyncLocal, Reason: "this is not a Mist alarm"})
		return job{}, false
	}
	act.Source = alert.Source
	superseded, err := c.superseded(ctx, act)
	if err != nil {
		return job{}, false
	}
	if superseded {
		c.recordFinal(ctx, act, event.Sync{State: event.SyncDone})
		return job{}, false
	}
	return job{act: act, alarm: alert.MistAlarmID}, true
}

// orphanAge is how old an activity must be before its process counts as gone.
func orphanAge(action string) time.Duration {
	if changesOwner(action) {
		return orphanAfter
	}
	return unansweredAfter
}

// recordUnknown gives an outcome to actions that are not retried: they may already
// have been executed. A rename is checked against the device's present name.
func (c *retrier) recordUnknown(ctx context.Context, act event.Activity) {
	outcome := event.Sync{State: event.SyncFailed, Reason: "outcome unknown: the process ended before Mist answered"}
	if mac, ok := event.DeviceMACOf(act.Target); ok && act.Action == event.ActionRename {
		devices, err := c.opt.View.Devices(ctx, query.Page{Where: query.Is("mac", string(mac)), Now: c.opt.Clock.Now(), Limit: maxSameMAC})
		if err != nil {
			return // unreadable for now; the next round tries again
		}
		for _, d := range devices {
			if d.Source == act.Source && d.Name == act.After {
				outcome = event.Sync{State: event.SyncDone}
			}
		}
	}
	c.recordFinal(ctx, act, outcome)
}

// maxSameMAC is more than the sources that can have one device.
const maxSameMAC = 100

// superseded reports whether a later activity changed the owner again: sending
// the older one now would undo it in Mist.
func (c *retrier) superseded(ctx context.Context, act event.Activity) (bool, error) {
	acts, err := c.opt.View.Activities(ctx, act.Target, 20)
	if err != nil {
		return false, err
	}
	for _, o := range acts {
		if o.ID > act.ID && o.Source != "" && changesOwner(o.Action) && (o.Action != event.ActionUndo || o.Sync.State != event.SyncNone) {
			return true, nil
		}
	}
	return false, nil
}

// recordFinal records the outcome of an activity that is not sent.
func (c *retrier) recordFinal(ctx context.Context, act event.Activity, sync event.Sync) {
	text := sync.Reason
	switch {
	case sync.State != event.SyncDone:
	case act.Action == event.ActionRename:
		text = "the process ended before Mist answered, but the device has the new name"
	default:
		text = "not sent: superseded by a later activity"
	}
	if _, err := c.append(ctx, c.result(act, sync, text)); err == nil {
		c.finished[act.ID] = true
	}
}

// sendBatch sends one batch and records its outcome.
func (c *retrier) sendBatch(ctx context.Context, b batch) {
	for _, n := range c.callInParts(ctx, b) {
		if n.outcome.retry {
			c.backOff(b.source, n.outcome)
			c.record(ctx, c.newlyPending(n.jobs), n.outcome)
			continue
		}
		delete(c.backoffs, b.source)
		c.record(ctx, n.jobs, n.outcome)
		for _, j := range n.jobs {
			c.finished[j.act.ID] = true
			delete(c.logged, j.act.ID)
		}
	}
}

// newlyPending returns the jobs that the log does not show as pending yet.
func (c *retrier) newlyPending(jobs []job) []job {
	var out []job
	for _, j := range jobs {
		if j.act.Sync.State != event.SyncPending && !c.logged[j.act.ID] {
			c.logged[j.act.ID] = true
			out = append(out, j)
		}
	}
	return out
}

// backOff doubles the delay after each failure, and honors the time Mist gave.
func (c *retrier) backOff(source string, o outcome) {
	w := c.backoffs[source]
	now := c.opt.Clock.Now()
	next := min(maxBackoff, retryEvery<<min(w.tries, 10))
	w.tries++
	if w.until = now.Add(next); o.until.After(w.until) {
		w.until = o.until
	}
	c.backoffs[source] = w
}
