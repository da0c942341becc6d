package configs

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"foghorn/internal/clock"
)

// Share is how much of an hour's calls reconciliation takes, in percent.
const Share = 20

// paceBurst is how many calls may follow each other at once, so that a small
// organization is done in a moment.
const paceBurst = 200

// Pace keeps reconciliation within its share of the hour's calls. Those that share a
// token share one. It is safe for concurrent use. Nil keeps to nothing.
type Pace struct {
	clock   clock.Clock
	mu      sync.Mutex
	limiter *rate.Limiter
}

// NewPace makes the pace of a token with a limit of calls an hour. In no hour does it let
// through more than share percent of the limit.
func NewPace(limit, share int, c clock.Clock) *Pace {
	calls := max(limit*share/100, 1)
	burst := max(min(paceBurst, calls/2), 1)
	perSecond := float64(max(calls-burst, 1)) / time.Hour.Seconds()
	return &Pace{clock: c, limiter: rate.NewLimiter(rate.Limit(perSecond), burst)}
}

// wait waits until a call may be made. If that takes time, it passes the time to waits.
func (p *Pace) wait(ctx context.Context, waits func(until time.Time)) error {
	if p == nil {
		return ctx.Err()
	}
	p.mu.Lock()
	now := p.clock.Now()
	r := p.limiter.ReserveN(now, 1)
	p.mu.Unlock()
	d := r.DelayFrom(now)
	if d <= 0 {
		return ctx.Err()
	}
	waits(now.Add(d))
	err := sleep(ctx, p.clock, d)
	if err != nil {
		r.CancelAt(p.clock.Now())
	}
	return err
}

// allow is wait for a call that would rather not be made than wait.
func (p *Pace) allow() error {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.limiter.AllowN(p.clock.Now(), 1) {
		return errPaced
	}
	return nil
}

// sleep waits by a clock.
func sleep(ctx context.Context, c clock.Clock, d time.Duration) error {
	tick, stop := c.NewTicker(max(d, time.Millisecond))
	defer stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-tick:
		return nil
	}
}
