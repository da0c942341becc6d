package projector

import (
	"context"
	"time"
)

// Bounds on the pause after a failure. The view may be on a full disk: the log
// goes on, and the projector is there again as soon as it can.
const (
	firstRetry = time.Second
	lastRetry  = 30 * time.Second
)

// Run projects what is appended, until the context ends. A record that comes
// alone is in the view at once; while more keep coming there is one bounded
// slice each Pace, or far fewer in a flood, because chasing every commit would
// take the processor from those who append (design section 4); a backlog goes at full speed as soon as
// ingestion is quiet. Failures are logged, shown by Stats and tried again.
func (p *Projector) Run(ctx context.Context) error {
	retry := firstRetry
	for ctx.Err() == nil {
		before := p.Stats().Slices
		err := p.live(ctx)
		if ctx.Err() != nil {
			break
		}
		if p.Stats().Slices > before {
			retry = firstRetry
		}
		p.trouble(err)
		p.pause(ctx, retry)
		retry = min(2*retry, lastRetry)
	}
	return nil
}

// live works until something fails or the context ends.
func (p *Projector) live(ctx context.Context) error {
	second, stop := p.opt.Clock.NewTicker(time.Second)
	defer stop()
	limit := p.opt.BusyRecords
	var rest pace
	for ctx.Err() == nil {
		start := p.opt.Clock.Now()
		n, full, err := p.step(ctx, limit)
		switch {
		case err != nil:
			return err
		case n == 0:
			if err := p.rest(ctx, second, start); err != nil {
				return err
			}
		case full && !p.busy():
			if err := p.stream(ctx, func() bool { return !p.busy() }); err != nil {
				return err
			}
		case limit > p.opt.BusyRecords: // the backlog has to shrink, flood or not
			p.pause(ctx, p.opt.Pace)
		default:
			now := p.opt.Clock.Now()
			p.pause(ctx, rest.pause(p.opt.Pace, now.Sub(start), now, p.Stats().End))
		}
		limit = p.limit(limit)
	}
	return context.Cause(ctx)
}

// step projects one slice of at most limit records.
func (p *Projector) step(ctx context.Context, limit int) (n int, full bool, err error) {
	after, err := p.ready(ctx)
	if err != nil {
		return 0, false, err
	}
	s, err := p.prepare(ctx, after, limit)
	if err != nil {
		return 0, false, err
	}
	if err := p.look(ctx); err != nil {
		return 0, false, err
	}
	if len(s.items) == 0 {
		return 0, false, nil
	}
	return len(s.items), s.full, p.again(ctx, s)
}

// limit is the size of the next slice: doubled while the backlog is large, so
// that no rate of ingestion can leave the view behind for good.
func (p *Projector) limit(now int) int {
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

// rest waits at the log's end for records or for a second to pass, and lets
// time end what it ends. asOf is a time before the end was found. A nil Wake never
// fires.
func (p *Projector) rest(ctx context.Context, second <-chan time.Time, asOf time.Time) error {
	select {
	case <-p.opt.Wake:
	case <-second:
		if err := p.tick(ctx, asOf); err != nil {
			return err
		}
		p.well() // all was read that there is
	case <-ctx.Done():
	}
	return nil
}

// pause waits, or less if the context ends.
func (p *Projector) pause(ctx context.Context, d time.Duration) {
	tick, stop := p.opt.Clock.NewTicker(d)
	defer stop()
	select {
	case <-tick:
	case <-ctx.Done():
	}
}
