package actions

import (
	"context"
	"errors"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// What the collector takes over: acks that are pending, and those whose process
// said it was sending them and then died. It looks every lookEvery, and after a
// failure waits longer each time, up to mostWait.
const (
	orphanAfter = 30 * time.Second
	// askedFor is the same for what is never sent twice: more than a call and the
	// wait for its effect may take.
	askedFor  = 2 * time.Minute
	lookEvery = 5 * time.Second
	mostWait  = 5 * time.Minute
	// maxSettled bounds what is remembered of results that the view has not
	// caught up with.
	maxSettled = 50_000
)

// courier is the collector's part: it sends what other processes left.
type courier struct {
	*Actions
	waits   map[string]wait // by source
	settled map[int64]bool  // done or refused by us; the view may still say pending
	told    map[int64]bool  // whose state of pending is in the log
}

// wait is a source that could not be reached.
type wait struct {
	tries int
	until time.Time
}

// Collect sends what is left to do in the journal until ctx ends. One process
// does this: the collector. Doing it twice tells Mist the same thing again, which
// changes nothing there.
func (a *Actions) Collect(ctx context.Context) error {
	c := a.courier()
	tick, stop := a.opt.Clock.NewTicker(lookEvery)
	defer stop()
	for {
		c.look(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
	}
}

func (a *Actions) courier() *courier {
	return &courier{Actions: a, waits: map[string]wait{}, settled: map[int64]bool{}, told: map[int64]bool{}}
}

// look sends what waits and is due.
func (c *courier) look(ctx context.Context) {
	acts, err := c.opt.View.PendingActivities(ctx)
	if err != nil {
		if ctx.Err() == nil {
			c.opt.Logger.Warn("read what the cloud has not answered", "error", err)
		}
		return
	}
	if len(c.settled) > maxSettled {
		clear(c.settled)
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
		if c.opt.Clock.Now().Before(c.waits[b.source].until) {
			continue
		}
		c.send(ctx, b)
	}
}

// due reports whether an activity is this courier's to send now.
func (c *courier) due(ctx context.Context, act event.Activity) (job, bool) {
	now := c.opt.Clock.Now()
	switch {
	case c.settled[act.ID], c.isFlying(act.ID), now.Before(c.waits[act.Source].until):
		return job{}, false
	case act.Sync.State == event.SyncSending && now.Sub(act.Time) < patience(act.Action):
		return job{}, false // its process is at it
	}
	if !ownership(act.Action) {
		c.conclude(ctx, act)
		return job{}, false
	}
	id, _ := event.AlertIDOf(act.Target)
	alert, err := c.opt.View.Alert(ctx, id)
	switch {
	case errors.Is(err, event.ErrNotFound):
		c.settle(ctx, act, event.Sync{State: event.SyncFailed, Reason: "the alert is no longer in the journal"})
		return job{}, false
	case err != nil:
		return job{}, false // it cannot be read just now; the next look asks again
	case alert.MistAlarmID == "":
		c.settle(ctx, act, event.Sync{State: event.SyncLocal, Reason: "this is not a Mist alarm"})
		return job{}, false
	}
	act.Source = alert.Source
	overtaken, err := c.overtaken(ctx, act)
	if err != nil {
		return job{}, false
	}
	if overtaken {
		c.settle(ctx, act, event.Sync{State: event.SyncDone})
		return job{}, false
	}
	return job{act: act, alarm: alert.MistAlarmID}, true
}

// patience is how long the process that did something has for it.
func patience(action string) time.Duration {
	if ownership(action) {
		return orphanAfter
	}
	return askedFor
}

// conclude gives an outcome to what is not asked twice, because nobody knows
// whether the first time was heard. Of a rename the device's name tells.
func (c *courier) conclude(ctx context.Context, act event.Activity) {
	outcome := event.Sync{State: event.SyncFailed, Reason: "outcome unknown: the process ended before Mist answered"}
	if mac, ok := event.DeviceMACOf(act.Target); ok && act.Action == event.ActionRename {
		devices, err := c.opt.View.Devices(ctx, query.Page{Where: query.Is("mac", string(mac)), Now: c.opt.Clock.Now(), Limit: maxSameMAC})
		if err != nil {
			return // it cannot be read just now; the next look asks again
		}
		for _, d := range devices {
			if d.Source == act.Source && d.Name == act.After {
				outcome = event.Sync{State: event.SyncDone}
			}
		}
	}
	c.settle(ctx, act, outcome)
}

// maxSameMAC is more than the sources that can have one device.
const maxSameMAC = 100

// overtaken reports whether somebody wished something else about the alert
// since: sending the older wish now would undo the newer one.
func (c *courier) overtaken(ctx context.Context, act event.Activity) (bool, error) {
	acts, err := c.opt.View.Activities(ctx, act.Target, 20)
	if err != nil {
		return false, err
	}
	for _, o := range acts {
		if o.ID > act.ID && o.Source != "" && ownership(o.Action) && (o.Action != event.ActionUndo || o.Sync.State != event.SyncNone) {
			return true, nil
		}
	}
	return false, nil
}

// settle records what became of an activity that is not sent.
func (c *courier) settle(ctx context.Context, act event.Activity, sync event.Sync) {
	text := sync.Reason
	switch {
	case sync.State != event.SyncDone:
	case act.Action == event.ActionRename:
		text = "the process ended before Mist answered, but the device has the new name"
	default:
		text = "not sent: something else was wished since"
	}
	if _, err := c.append(ctx, c.result(act, sync, text)); err == nil {
		c.settled[act.ID] = true
	}
}

// send tells one batch and remembers how that went.
func (c *courier) send(ctx context.Context, b batch) {
	for _, n := range c.tell(ctx, b) {
		if n.outcome.retry {
			c.putOff(b.source, n.outcome)
			c.record(ctx, c.untold(n.jobs), n.outcome)
			continue
		}
		delete(c.waits, b.source)
		c.record(ctx, n.jobs, n.outcome)
		for _, j := range n.jobs {
			c.settled[j.act.ID] = true
			delete(c.told, j.act.ID)
		}
	}
}

// untold are the jobs of which the log does not say yet that they wait.
func (c *courier) untold(jobs []job) []job {
	var out []job
	for _, j := range jobs {
		if j.act.Sync.State != event.SyncPending && !c.told[j.act.ID] {
			c.told[j.act.ID] = true
			out = append(out, j)
		}
	}
	return out
}

// putOff waits longer after each failure, and for as long as the cloud said.
func (c *courier) putOff(source string, o outcome) {
	w := c.waits[source]
	now := c.opt.Clock.Now()
	next := min(mostWait, lookEvery<<min(w.tries, 10))
	w.tries++
	if w.until = now.Add(next); o.until.After(w.until) {
		w.until = o.until
	}
	c.waits[source] = w
}
