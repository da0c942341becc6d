package collector

import (
	"context"
	"errors"
	"time"

	"foghorn/journal/store"
)

// A catch-up holds the lock for a moment, so Lock waits for it. It does not wait
// for a collector.
const (
	lockRetry = 50 * time.Millisecond
	lockWait  = 30 * time.Second
)

// Lock takes the collector's lock of the data directory. The error is a
// *store.HeldError when another process is the collector.
func (s *Settings) Lock(ctx context.Context, command string) (*store.Lock, error) {
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	tick, stop := s.Clock.NewTicker(lockRetry)
	defer stop()
	for {
		lock, err := store.LockCollector(s.Dir, s.Process(command))
		var held *store.HeldError
		if !errors.As(err, &held) || held.Holder.Command != store.CatchUp && held.Holder.PID != 0 {
			return lock, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-tick:
		}
	}
}
