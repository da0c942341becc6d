package projector

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"foghorn/internal/recovery"
)

// CatchUp projects as fast as it can until the view stands at the log's end,
// decoding beside inserting. It is for start-up and for a rebuild. After each
// slice it tells progress (which may be nil) how far it is, in records of the
// log. It returns the first error; called again it goes on from there.
func (p *Projector) CatchUp(ctx context.Context, progress func(done, end int64)) error {
	if err := p.look(ctx); err != nil {
		return err
	}
	for {
		asOf, before := p.opt.Clock.Now(), p.Stats().Position
		err := p.stream(ctx, func() bool {
			if progress != nil {
				s := p.Stats()
				progress(s.Position, s.End)
			}
			return true
		})
		if err != nil {
			return err
		}
		if p.at == before { // there was nothing more since asOf
			return p.tick(ctx, asOf)
		}
	}
}

// errHalt ends a stream that was told to stop.
var errHalt = errors.New("halt")

// stream projects slice by slice until the log's end or until on, called after
// each slice, says to stop. One goroutine reads and decodes the next slice
// while this one writes; it has ended when stream returns.
func (p *Projector) stream(ctx context.Context, on func() bool) error {
	after, err := p.ready(ctx)
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
			if err := p.again(ctx, s); err != nil {
				return err
			}
			if !on() {
				return errHalt
			}
		}
		return nil
	}))
	if err := group.Wait(); err != nil && !errors.Is(err, errHalt) {
		return err
	}
	return nil
}

// again applies a slice. If one of its records made it panic, that record is
// now known, and the slice is read and done again without its events.
func (p *Projector) again(ctx context.Context, s slice) error {
	for {
		bad := len(p.bad)
		err := p.apply(ctx, s)
		if err == nil || len(p.bad) == bad {
			return err
		}
		at, err := p.ready(ctx)
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
