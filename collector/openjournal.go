package collector

import (
	"context"
	"errors"

	"foghorn/journal/store"
)

// OpenJournal opens both files for the process that writes them. It replaces a
// view that has an older layout, is damaged, or was derived from another log: a
// view holds nothing that its log does not. rederived says why, if the log is
// another one. A damaged log is never touched. lock is the collector's; nil in a
// process that only brings the view up to date.
func (s *Settings) OpenJournal(ctx context.Context, lock *store.Lock) (log *store.Log, view *store.View, rederived string, err error) {
	options := s.StoreOptions()
	options.Lock = lock
	if log, err = store.OpenLog(ctx, s.Dir, options); err != nil {
		return nil, nil, "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, log.Close())
		}
	}()
	view, err = store.OpenViewWriter(ctx, s.Dir, s.StoreOptions())
	if errors.Is(err, store.ErrCorrupt) {
		view, err = s.replaceView(ctx, "damaged", "the view was damaged; it is derived again from the log", err)
	}
	if err != nil {
		return nil, nil, "", err
	}
	if rederived, err = view.Match(ctx, log); err == nil && rederived != "" {
		if err = view.Close(); err == nil {
			view, err = s.replaceView(ctx, "other-log", "the view belongs to another log; events and alerts are derived again from this one", errors.New(rederived))
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
	return log, view, rederived, nil
}

// replaceView sets an unusable view aside and begins a new one, which the
// projector fills from the log. The old view stays readable under the other
// name: it may be all that is left of a lost log.
func (s *Settings) replaceView(ctx context.Context, suffix, message string, cause error) (*store.View, error) {
	aside, err := store.SetAside(s.Dir, store.ViewFile, suffix)
	if err != nil {
		return nil, errors.Join(cause, err)
	}
	s.Logger.Warn(message, "error", cause, "kept", aside)
	return store.OpenViewWriter(ctx, s.Dir, s.StoreOptions())
}

// CatchUp projects what the log has and the view has not, unless a collector
// runs: then that is the collector's work. idle reports that none runs.
func (s *Settings) CatchUp(ctx context.Context) (idle bool, err error) {
	lock, err := s.Lock(ctx, store.CatchUp)
	if _, ok := errors.AsType[*store.HeldError](err); ok {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer lock.Release()
	log, view, _, err := s.OpenJournal(ctx, nil)
	if err != nil {
		return false, err
	}
	defer log.Close()
	defer view.Close()
	p, err := s.NewProjector(log, view)
	if err != nil {
		return false, err
	}
	return true, p.CatchUp(ctx, nil)
}

// OpenView opens the view for reading. A collector that was started for the
// first time a moment ago holds the lock before it has made the view, because it
// fetches its secrets first, so a missing view is waited for.
func (s *Settings) OpenView(ctx context.Context) (*store.View, error) {
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	tick, stop := s.Clock.NewTicker(lockRetry)
	defer stop()
	for {
		view, err := store.OpenView(ctx, s.Dir, s.StoreOptions())
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
