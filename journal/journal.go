package journal

import (
	"context"
	"errors"
	"fmt"

	"foghorn/journal/event"
	"foghorn/journal/store"
)

// Journal is the log and the view of one data directory, read together.
type Journal struct {
	Reader
	Log *store.Log
	// NoCollector says that no collector ran when the journal was opened, so that
	// the current state is as old as the last one left it.
	NoCollector bool

	view   *store.View   // to run and close; Reader is the same one
	outbox *store.Outbox // nil where no relay ever ran
	plans  func() []RelayPlan
	raw    rawRecord
	read   webhookReads
}

// New returns the journal of an open log and its view. Whoever opened them may
// close both with Close.
func New(log *store.Log, view *store.View) *Journal {
	return &Journal{Reader: view, Log: log, view: view}
}

// Close closes the files.
func (j *Journal) Close() error {
	var err error
	if j.outbox != nil {
		err = j.outbox.Close()
	}
	return errors.Join(err, j.view.Close(), j.Log.Close())
}

// RunView looks for what another process commits to the view, until ctx ends. Without
// it Changed has only what this process commits.
func (j *Journal) RunView(ctx context.Context) error { return j.view.Run(ctx) }

// Delivery returns a delivery with its body. What the projector found out about
// it (its events and how many were known) comes from the view; a delivery that
// is not projected yet has none of that.
func (j *Journal) Delivery(ctx context.Context, id int64) (event.Delivery, error) {
	r, err := j.Log.Get(ctx, id)
	if errors.Is(err, event.ErrNotFound) {
		return event.Delivery{}, fmt.Errorf("delivery %d: %w", id, event.ErrNotFound)
	}
	if err != nil {
		return event.Delivery{}, fmt.Errorf("read delivery %d: %w", id, err)
	}
	d, err := r.Delivery()
	if err != nil {
		return d, err
	}
	if projected, err := j.Reader.Delivery(ctx, id); err == nil {
		d.Topic, d.Events, d.Duplicates, d.Cause = projected.Topic, projected.Events, projected.Duplicates, projected.Cause
	}
	return d, nil
}

// LogEnd is the last record of the log.
func (j *Journal) LogEnd(ctx context.Context) (int64, error) { return j.Log.Last(ctx) }
