package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"foghorn/journal"
	"foghorn/journal/projector"
	"foghorn/journal/store"
)

// openForReading opens the journal of a data directory to ask it something.
// When no collector runs there, the view may be behind the log (the last one
// was killed, or an older version wrote it), so it is brought up to date first.
func openForReading(ctx context.Context, s *settings) (*journal.Journal, error) {
	if _, err := os.Stat(s.dir); errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no journal in %s yet: start foghorn, or name the directory with --data", s.dir)
	}
	idle, err := catchUp(ctx, s)
	if err != nil {
		return nil, err
	}
	log, err := store.OpenLog(ctx, s.dir, s.store())
	if err != nil {
		return nil, err
	}
	view, err := openView(ctx, s)
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	j := journal.New(log, view)
	j.NoCollector = idle
	return j, nil
}

// openView opens the view for reading. A collector that was started for the
// first time a moment ago has the lock before it has made the view (fetching
// its secrets comes first), so a view that is missing is waited for.
func openView(ctx context.Context, s *settings) (*store.View, error) {
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	tick, stop := s.clock.NewTicker(lockRetry)
	defer stop()
	for {
		view, err := store.OpenView(ctx, s.dir, s.store())
		if !errors.Is(err, store.ErrNoView) {
			return view, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-tick:
		}
	}
}

// catchUp projects what the log has and the view does not, unless a collector
// runs: then that is the collector's work. idle says that none runs.
func catchUp(ctx context.Context, s *settings) (idle bool, err error) {
	lock, err := lockCollector(ctx, s, commandCatchUp)
	var held *store.HeldError
	if errors.As(err, &held) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer lock.Release()
	log, view, _, err := openJournal(ctx, s, nil)
	if err != nil {
		return false, err
	}
	defer log.Close()
	defer view.Close()
	p, err := projector.New(projector.Options{Log: log, View: view, Clock: s.clock, Logger: s.logger, Priorities: s.priorities, ReplayAfter: s.replayAfter(), Decode: s.decode()})
	if err != nil {
		return false, err
	}
	return true, p.CatchUp(ctx, nil)
}
