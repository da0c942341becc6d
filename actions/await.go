package actions

import (
	"context"
	"time"

	"foghorn/journal/event"
)

// Await checks every awaitEvery, for at most awaitLimit, whether the view shows what
// was written. A collector whose last sign of life is older than beatLimit is gone:
// then there is nothing to wait for.
const (
	awaitEvery = 10 * time.Millisecond
	awaitLimit = 2 * time.Second
	beatLimit  = 6 * time.Second
)

// Await waits until the view shows everything that this process has appended,
// so that whoever looks next sees it. It returns the activities of ids as they were
// carried out, and whether the view shows them; if not, they are in the log and
// show once a collector has caught up.
func (a *Actions) Await(ctx context.Context, ids ...int64) (acts []event.Activity, shown bool) {
	if !a.caughtUp(ctx) && a.collecting(ctx) {
		a.awaitView(ctx)
	}
	return a.Shown(ctx, ids...)
}

// Shown is Await without waiting.
func (a *Actions) Shown(ctx context.Context, ids ...int64) (acts []event.Activity, shown bool) {
	shown = a.caughtUp(ctx)
	acts, err := a.opt.View.ActivitiesByID(ctx, ids...)
	return acts, shown && err == nil && len(acts) == len(ids)
}

func (a *Actions) awaitView(ctx context.Context) {
	deadline := a.opt.Clock.Now().Add(awaitLimit)
	tick, stop := a.opt.Clock.NewTicker(awaitEvery)
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
		if a.caughtUp(ctx) || !a.opt.Clock.Now().Before(deadline) {
			return
		}
	}
}

// caughtUp reports whether the view has everything this process appended.
func (a *Actions) caughtUp(ctx context.Context) bool {
	a.mu.Lock()
	last := a.last
	a.mu.Unlock()
	position, err := a.opt.View.Position(ctx)
	return err == nil && position >= last
}

// collecting reports whether a collector updates the view.
func (a *Actions) collecting(ctx context.Context) bool {
	s, err := a.opt.View.Status(ctx)
	return err == nil && a.opt.Clock.Now().Sub(s.Collector.Heartbeat) < beatLimit
}
