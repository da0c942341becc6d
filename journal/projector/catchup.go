package projector

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"foghorn/internal/recovery"
)

// CatchUp projects as fast as it can until the view has reached the end of the log,
// and decodes the next slice while it writes one. It is for start-up and for a
// rebuild. After each slice it calls progress, which may be nil, with how far it is in
// the records of the log. It returns the first error; when it is called again it
// continues from there.
func (p *Projector) CatchUp(ctx context.Context, progress func(done, end int64)) error {
	if err := p.readEnd(ctx); err != nil {
		return err
	}
	for {
		asOf, before := p.opt.Clock.Now(), p.Stats().Position
		err := p.pipeline(ctx, func() bool {
			if progress != nil {
				s := p.Stats()
				progress(s.Position, s.End)
			}
			return true
		})
		if err != nil {
			return err
		}
		if p.position == before { // there was nothing more since asOf
			return p.tick(ctx, asOf)
		}
	}
}

// errStopped ends a pipeline whose caller stopped it.
var errStopped = errors.New("stopped")

// pipeline projects slice by slice until the end of the log, or until on, which is
// called after each slice, returns false. One goroutine reads and decodes the next
// slice while this one writes; it has ended when pipeline returns.
func (p *Projector) pipeline(ctx context.Context, on func() bool) error {
	after, err := p.load(ctx)
	if err != nil {
		return err
	}
	slices := make(chan slice)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(recovery.Wrap(func() error {
		defer close(slices)
		for {
			s, err := p.prepare(ctx, after, p.opt.Records)
			if err != nil || len(s.items) == 0 {
				return err
			}
			after = s.last
			select {
			case slices <- s:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
	}))
	group.Go(recovery.Wrap(func() error {
		for s := range slices {
			if err := p.applySafely(ctx, s); err != nil {
				return err
			}
			if !on() {
				return errStopped
			}
		}
		return nil
	}))
	if err := group.Wait(); err != nil && !errors.Is(err, errStopped) {
		return err
	}
	return nil
}

// applySafely applies a slice. If one of its records panics, the slice is read again
// and applied without the events of that record.
func (p *Projector) applySafely(ctx context.Context, s slice) error {
	for {
		bad := len(p.broken)
		err := p.apply(ctx, s)
		if err == nil || len(p.broken) == bad {
			return err
		}
		at, err := p.load(ctx)
		if err != nil {
			return err
		}
		if at != s.after {
			return fmt.Errorf("the view went from %d to %d while its slice failed", s.after, at)
		}
		if s, err = p.prepare(ctx, s.after, len(s.items)); err != nil {
			return err
		}
	}
}
