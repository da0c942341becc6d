package relay

import (
	"context"
	"time"

	"foghorn/internal/clock"
)

// clockTimer is the timer of a relay that runs.
type clockTimer struct{ clock.Clock }

func (t clockTimer) Wait(ctx context.Context, until time.Time, wake <-chan struct{}) (woken bool, err error) {
	d := until.Sub(t.Now())
	if d <= 0 {
		return false, ctx.Err()
	}
	tick, stop := t.NewTicker(d)
	defer stop()
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case <-tick:
		return false, nil
	case <-wake:
		return true, nil
	}
}
