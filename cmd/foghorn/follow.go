package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"foghorn/internal/recovery"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
	"foghorn/journal/store"
)

// followFlags make a list continue with the rows that come after it.
type followFlags struct {
	on       bool
	duration time.Duration
}

// add adds --follow and --for.
func (f *followFlags) add(cmd *cobra.Command) {
	cmd.Flags().BoolVarP(&f.on, "follow", "f", false, "print the last rows as lines, then new ones as they arrive, until ctrl+c")
	f.addFor(cmd)
}

func (f *followFlags) addFor(cmd *cobra.Command) {
	cmd.Flags().DurationVar(&f.duration, "for", 0, "follow for this `time`, then stop; 0 never stops")
}

// asked reports whether the rows are to be followed.
func (f *followFlags) asked() bool { return f.on || f.duration > 0 }

// firstRows is how many rows a follower shows before the new ones, as tail does.
const firstRows = 10

// follower is what a command needs that follows the journal.
type follower struct {
	*env
	journal *journal.Journal
	listing
	new   *query.Query // what of the new rows is printed
	since time.Time    // of the first steps; zero for all
	stop  time.Duration
}

// until ends what waits for new rows when --for is over. The first rows are printed in
// any case.
func (w follower) until(ctx context.Context) (context.Context, context.CancelFunc) {
	if w.stop <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, w.stop)
}

// follow opens the journal and runs do until ctx ends, a signal comes, or --for is
// over. The view's changes are looked for as the screen does. do begins when the view
// has everything that was in the log at this moment, so that no row is between those
// that were there and those that are new.
func (e *env) follow(ctx context.Context, cmd *cobra.Command, list *listFlags, f *followFlags, do func(context.Context, follower) error) error {
	if list.span.until != "" {
		return usageError(errors.New("--until is for lists: what is followed has no end; --for DURATION stops it"))
	}
	asked := *list
	if !cmd.Flags().Changed("limit") {
		asked.limit = firstRows
		if asked.span.since != "" {
			asked.limit = 0
		}
	}
	alone := asked
	alone.span = spanFlags{}
	s, _, tail, err := e.listing(&alone)
	if err != nil {
		return err
	}
	since, _, err := list.span.times(s.clock.Now())
	if err != nil {
		return err
	}
	err = e.list(ctx, &asked, func(j *journal.Journal, l listing) error {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		missing := e.tellCollector(ctx, l.settings, j, false)
		g, gctx := errgroup.WithContext(ctx)
		g.Go(recovery.Wrap(func() error { return j.RunView(gctx) }))
		g.Go(recovery.Wrap(func() error { return e.watchCollector(gctx, l.settings, j, missing) }))
		g.Go(recovery.Wrap(func() error {
			defer stop()
			if err := e.awaitView(gctx, j); err != nil {
				return err
			}
			return do(gctx, follower{e, j, l, tail.Where, since, f.duration})
		}))
		return g.Wait()
	})
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}

// whenChanged looks now, and again whenever the journal changes or tick ticks, until look
// is done, it fails, or ctx ends.
func whenChanged(ctx context.Context, j *journal.Journal, tick <-chan time.Time, look func() (done bool, err error)) error {
	for {
		done, err := look()
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, store.ErrNoView): // a view that is set aside is made anew
		case err != nil || done:
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-j.Changed():
		case <-tick:
		}
	}
}

// awaitView waits until the view has what is in the log now: it may be derived again
// at this moment.
func (e *env) awaitView(ctx context.Context, j *journal.Journal) error {
	told := false
	for end := int64(-1); ; {
		s, err := j.Status(ctx)
		if err != nil {
			return err
		}
		if end < 0 {
			end = s.LogEnd
		}
		if s.Position >= end {
			return nil
		}
		if !told && end-s.Position > pageSize {
			told = true
			fmt.Fprintf(e.stderr, "foghorn: %s; waiting for it\n", journal.BehindText(end-s.Position))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-j.Changed():
		}
	}
}

// collectorEvery is how often a follower looks whether a collector runs.
const collectorEvery = 2 * time.Second

// watchCollector says on standard error when nothing new can come, and when it can
// again. missing is what tellCollector found before.
func (e *env) watchCollector(ctx context.Context, s *settings, j *journal.Journal, missing bool) error {
	tick, stop := s.clock.NewTicker(collectorEvery)
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
			missing = e.tellCollector(ctx, s, j, missing)
		}
	}
}

// tellCollector looks whether a collector runs and tells when that changed.
func (e *env) tellCollector(ctx context.Context, s *settings, j *journal.Journal, before bool) (missing bool) {
	status, err := j.Status(ctx)
	_, held, failed := store.Holder(s.dir)
	if err != nil || failed != nil {
		return before // whoever reads the rows gets the error
	}
	missing = !held || journal.CollectorGone(status.Collector, s.clock.Now())
	switch {
	case missing && !before:
		fmt.Fprintln(e.stderr, "foghorn: no collector runs: nothing new arrives until `foghorn serve` runs")
	case before && !missing:
		fmt.Fprintln(e.stderr, "foghorn: a collector runs again")
	}
	return missing
}

// followList follows rows that have ids in the order of arrival: events, deliveries.
// places is how many ids a record has.
func followList[T export.Row](ctx context.Context, cmd *cobra.Command, e *env, list *listFlags, f *followFlags, places int64,
	read func(*journal.Journal, context.Context, query.Page) ([]T, error), id func(*T) int64, line func(*T, paint) string,
	add func(*journal.Journal, *T) error,
) error {
	return e.follow(ctx, cmd, list, f, func(ctx context.Context, w follower) error {
		position, err := w.journal.Position(ctx)
		if err != nil {
			return err
		}
		out := newRowLines(e, w.format, line)
		show := func(row *T) error {
			if add != nil {
				if err := add(w.journal, row); err != nil {
					return err
				}
			}
			return out.print(row)
		}
		from := func(ctx context.Context, p query.Page) ([]T, error) { return read(w.journal, ctx, p) }
		page := w.page
		page.Before = (position + 1) * places
		if err := showFirst(ctx, page, from, id, show); err != nil {
			return err
		}
		ctx, cancel := w.until(ctx)
		defer cancel()
		return followRows(ctx, w.journal, w.clock, &lineCount{}, position, places, w.new, from, id, show)
	})
}

// showFirst prints the newest rows of a page, the oldest of them first.
func showFirst[T any](ctx context.Context, page query.Page, read func(context.Context, query.Page) ([]T, error), id func(*T) int64, show func(*T) error) error {
	if page.Limit == 0 {
		page.OldestFirst = true
		return collect(ctx, page, read, id, show)
	}
	var rows []T
	if err := collect(ctx, page, read, id, func(row *T) error { rows = append(rows, *row); return nil }); err != nil {
		return err
	}
	for i := range slices.Backward(rows) {
		if err := show(&rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// followAlerts prints the steps in the life of alerts.
func followAlerts(ctx context.Context, cmd *cobra.Command, e *env, list *listFlags, f *followFlags) error {
	return e.follow(ctx, cmd, list, f, func(ctx context.Context, w follower) error {
		j := w.journal
		cursor, err := j.LastTransition(ctx)
		if err != nil {
			return err
		}
		out := newRowLines(e, w.format, stepLine)
		first, err := lastSteps(ctx, w, cursor)
		if err != nil {
			return err
		}
		for i := range slices.Backward(first) {
			if err := out.print(&first[i]); err != nil {
				return err
			}
		}
		ctx, cancel := w.until(ctx)
		defer cancel()
		return whenChanged(ctx, j, nil, func() (bool, error) {
			cursor, err = j.StepsAfter(ctx, cursor, w.new, w.clock.Now(), out.print)
			return false, err
		})
	})
}

// lastSteps are the steps up to a cursor that a follower begins with, newest first:
// those that match, as many as the limit, and, with --since, no older ones.
func lastSteps(ctx context.Context, w follower, cursor event.TransitionCursor) ([]event.AlertStep, error) {
	var out []event.AlertStep
	for {
		transitions, err := w.journal.TransitionsBefore(ctx, cursor, pageSize)
		if err != nil {
			return nil, err
		}
		read := len(transitions)
		if read > 0 {
			cursor = transitions[read-1].Cursor
			cursor.Place--
		}
		transitions = slices.DeleteFunc(transitions, func(t event.Transition) bool {
			return t.Time.Before(w.since)
		})
		steps, err := w.journal.Steps(ctx, transitions, w.new, w.page.Now)
		if err != nil {
			return nil, err
		}
		out = append(out, steps...)
		if w.page.Limit > 0 && len(out) >= w.page.Limit {
			return out[:w.page.Limit], nil
		}
		if len(transitions) == 0 || read < pageSize {
			return out, nil
		}
	}
}
