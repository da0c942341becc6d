package main

import (
	"context"
	"errors"
	"time"

	"foghorn/journal/store"
)

// commandCatchUp is what a listing command calls itself while it holds the
// collector's lock for a moment.
const commandCatchUp = "catch-up"

// A listing command holds the lock while it brings the view up to date. Whoever
// finds it held by one waits a little, because it will be free soon; a real
// collector is not waited for.
const (
	lockRetry    = 50 * time.Millisecond
	lockPatience = 30 * time.Second
)

// lockCollector takes the collector's lock of the data directory. The error is
// a *store.HeldError when another process is the collector.
func lockCollector(ctx context.Context, s *settings, command string) (*store.Lock, error) {
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	tick, stop := s.clock.NewTicker(lockRetry)
	defer stop()
	for {
		lock, err := store.LockCollector(s.dir, s.collector(command))
		var held *store.HeldError
		if !errors.As(err, &held) || held.Holder.Command != commandCatchUp && held.Holder.PID != 0 {
			return lock, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-tick:
		}
	}
}
