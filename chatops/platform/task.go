package platform

import (
	"context"
	"errors"
	"sync"
	"time"

	"foghorn/internal/recovery"
)

const (
	// maxTasks is how many answers may wait to be posted.
	maxTasks   = 256
	maxWorkers = 8
	// taskLimit bounds what is done in the background: a file, or a message that waits for
	// many others.
	taskLimit = 5 * time.Minute
)

// Later does something that nobody waits for, while Run runs.
func (b *Base) Later(what string, do func(context.Context) error) {
	task := func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, taskLimit)
		defer cancel()
		if err := recovery.Wrap(func() error { return do(ctx) })(); err != nil && !errors.Is(err, context.Canceled) {
			b.Logger.Error(b.Title+": could not "+what, "error", err)
		}
	}
	select {
	case b.tasks <- task:
	default:
		b.Logger.Error(b.Title+": could not "+what, "error", "too many answers wait")
	}
}

// After is Later, once a time has passed.
func (b *Base) After(wait time.Duration, what string, do func(context.Context) error) {
	b.Later(what, func(ctx context.Context) error {
		if err := Sleep(ctx, wait); err != nil {
			return err
		}
		return do(ctx)
	})
}

// Run does what Later gets, and what else a room does meanwhile, until ctx ends. It can be
// called again after it returned.
func (b *Base) Run(ctx context.Context, meanwhile func(ctx context.Context)) error {
	var all sync.WaitGroup
	defer all.Wait()
	for range maxWorkers {
		all.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case task := <-b.tasks:
					task(ctx)
				}
			}
		})
	}
	meanwhile(ctx)
	return nil
}
