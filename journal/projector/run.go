package projector

import (
	"context"
	"time"
)

// Bounds on the pause after a failure. The disk of the view may be full: the log goes
// on, and the projector continues as soon as it can.
const (
	firstRetry = time.Second
	lastRetry  = 30 * time.Second
)

// Run projects what is appended, until the context ends. A record that comes alone is
// in the view at once. While more keep coming there is one bounded slice per Pause,
// and far fewer in a flood, because chasing every commit would take the processor from
// those who append. A backlog is projected at full speed as soon as ingestion is
// quiet. Failures are logged, shown by Stats and tried again.
func (p *Projector) Run(ctx context.Context) error {
	retry := firstRetry
	for ctx.Err() == nil {
		before := p.Stats().Slices
		err := p.runOnce(ctx)
		if ctx.Err() != nil {
			break
		}
		if p.Stats().Slices > before {
			retry = firstRetry
		}
		p.setProblem(err)
		p.pause(ctx, retry)
		retry = min(2*retry, lastRetry)
	}
	return nil
}

// runOnce projects until something fails or the context ends.
func (p *Projector) runOnce(ctx context.Context) error {
	second, stop := p.opt.Clock.NewTicker(time.Second)
	defer stop()
	limit := p.opt.BusyRecords
	var throttle floodThrottle
	for ctx.Err() == nil {
		start := p.opt.Clock.Now()
		n, full, err := p.step(ctx, limit)
		switch {
		case err != nil:
			return err
		case n == 0:
			if err := p.waitForWork(ctx, second, start); err != nil {
				return err
			}
		case full && !p.busy():
			if err := p.pipeline(ctx, func() bool { return !p.busy() }); err != nil {
				return err
			}
		case limit > p.opt.BusyRecords: // the backlog has to shrink, flood or not
			p.pause(ctx, p.opt.Pause)
		default:
			now := p.opt.Clock.Now()
			p.pause(ctx, throttle.pause(p.opt.Pause, now.Sub(start), now, p.Stats().End))
		}
		limit = p.nextLimit(limit)
	}
	return context.Cause(ctx)
}

// step projects one slice of at most limit records.
func (p *Projector) step(ctx context.Context, limit int) (n int, full bool, err error) {
	after, err := p.load(ctx)
	if err != nil {
		return 0, false, err
	}
	s, err := p.prepare(ctx, after, limit)
	if err != nil {
		return 0, false, err
	}
	if err := p.readEnd(ctx); err != nil {
		return 0, false, err
	}
	if len(s.items) == 0 {
		return 0, false, nil
	}
	return len(s.items), s.full, p.applySafely(ctx, s)
}

// nextLimit is the size of the next slice. It doubles while the backlog is large, so
// that no rate of ingestion can leave the view behind for good.
func (p *Projector) nextLimit(now int) int {
	if p.Lag() > p.opt.Backlog {
		return min(2*now, max(p.opt.Records, p.opt.BusyRecords))
	}
	return p.opt.BusyRecords
}

// busy reports whether ingestion needs the processor more than the backlog does.
func (p *Projector) busy() bool {
	if p.opt.Busy != nil {
		return p.opt.Busy()
	}
	select {
	case <-p.opt.Wake:
		return true
	default:
		return false
	}
}

// waitForWork blocks until records arrive or the second is over, and then applies
// expired deadlines. asOf is a time before the end of the log was found. A nil Wake
// never fires.
func (p *Projector) waitForWork(ctx context.Context, second <-chan time.Time, asOf time.Time) error {
	select {
	case <-p.opt.Wake:
	case <-second:
		if err := p.tick(ctx, asOf); err != nil {
			return err
		}
		p.clearProblem() // everything that there is has been read
	case <-ctx.Done():
	}
	return nil
}

// pause waits for d or until the context ends.
func (p *Projector) pause(ctx context.Context, d time.Duration) {
	tick, stop := p.opt.Clock.NewTicker(d)
	defer stop()
	select {
	case <-tick:
	case <-ctx.Done():
	}
}
