package main

import (
	"context"
	"errors"

	"foghorn/journal/store"
)

// openJournal opens both files for the process that writes them. A view that has an
// older layout, is damaged, or was derived from another log is replaced: it holds
// nothing that its log does not. anew says why if the log is another one. A damaged
// log is never touched. lock is the collector's, nil in a process that only brings
// the view up to date.
func openJournal(ctx context.Context, s *settings, lock *store.Lock) (log *store.Log, view *store.View, anew string, err error) {
	options := s.store()
	options.Lock = lock
	if log, err = store.OpenLog(ctx, s.dir, options); err != nil {
		return nil, nil, "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, log.Close())
		}
	}()
	view, err = store.OpenViewWriter(ctx, s.dir, s.store())
	if errors.Is(err, store.ErrCorrupt) {
		view, err = replaceView(ctx, s, "damaged", "the view was damaged; it is derived again from the log", err)
	}
	if err != nil {
		return nil, nil, "", err
	}
	if anew, err = view.Match(ctx, log); err == nil && anew != "" {
		if err = view.Close(); err == nil {
			view, err = replaceView(ctx, s, "other-log", "the view belongs to another log; events and alerts are derived again from this one", errors.New(anew))
		}
		if err == nil {
			_, err = view.Match(ctx, log)
		}
	}
	if err != nil {
		if view != nil {
			err = errors.Join(err, view.Close())
		}
		return nil, nil, "", err
	}
	return log, view, anew, nil
}

// replaceView sets aside a view that cannot be used and begins a new one, which the
// projector fills from the log. The old view stays readable under the other name:
// it may be all that is left of a lost log.
func replaceView(ctx context.Context, s *settings, why, said string, cause error) (*store.View, error) {
	aside, err := store.SetAside(s.dir, store.ViewFile, why)
	if err != nil {
		return nil, errors.Join(cause, err)
	}
	s.logger.Warn(said, "error", cause, "kept", aside)
	return store.OpenViewWriter(ctx, s.dir, s.store())
}
