package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"foghorn/journal"
	"foghorn/journal/store"
)

// read runs a command that reads the journal.
func (e *env) read(ctx context.Context, do func(*settings, *journal.Journal) error) error {
	s, err := e.settings()
	if err != nil {
		return err
	}
	j, err := openForReading(ctx, s)
	if err != nil {
		return err
	}
	defer j.Close()
	return do(s, j)
}

// openForReading opens the journal of the data directory for reading. When no
// collector runs there, the view may be behind the log (the last collector was
// killed, or an older version wrote it), so it is brought up to date first.
func openForReading(ctx context.Context, s *settings) (*journal.Journal, error) {
	if _, err := os.Stat(s.dir); errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no journal in %s yet: start foghorn, or name the directory with --data", s.dir)
	}
	idle, err := s.collecting().CatchUp(ctx)
	if err != nil {
		return nil, err
	}
	log, err := store.OpenLog(ctx, s.dir, s.collecting().StoreOptions())
	if err != nil {
		return nil, err
	}
	view, err := s.collecting().OpenView(ctx)
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	outbox, err := store.OpenExistingOutbox(ctx, s.dir, s.collecting().StoreOptions())
	if err != nil {
		return nil, errors.Join(err, view.Close(), log.Close())
	}
	j := journal.New(log, view).WithOutbox(outbox)
	j.NoCollector = idle
	return j, nil
}
