package jobs

import (
	"context"
	"errors"
	"fmt"

	"foghorn/internal/human"
	"foghorn/internal/recovery"
	"foghorn/journal/event"
)

// tellAll reports the ends of jobs until ctx ends.
func (r *Runner) tellAll(ctx context.Context) error {
	tick, stop := r.o.Clock.NewTicker(pollEvery)
	defer stop()
	for again := true; ; {
		if again {
			more, err := r.tellSome(ctx)
			if err != nil && ctx.Err() == nil {
				r.o.Logger.Warn("the ends of jobs cannot be reported; foghorn tries again", "error", err)
			}
			again = err != nil || more
		}
		select {
		case <-ctx.Done():
			return nil
		case <-r.tell:
			again = true
		case <-tick:
		}
	}
}

const tellAtOnce = 50

// tellSome records and reports the ends of jobs that are not reported yet. A job that ended
// too long ago is only recorded: its end is no longer news.
func (r *Runner) tellSome(ctx context.Context) (more bool, err error) {
	untold, err := r.o.Store.UntoldJobs(ctx, tellAtOnce)
	if err != nil {
		return false, err
	}
	for _, j := range untold {
		if ctx.Err() != nil {
			return false, nil
		}
		err = errors.Join(err, r.tellOne(ctx, j))
	}
	return len(untold) == tellAtOnce && err == nil, err
}

// tellOne records the end of a job, and reports it. If it cannot be recorded, it is not
// reported either: otherwise it would be reported again and again.
func (r *Runner) tellOne(ctx context.Context, j event.Job) error {
	news := j.Ended != nil && r.o.Clock.Now().Sub(*j.Ended) < toldWithin
	if err := recovery.Wrap(func() error { return r.o.Record(ctx, j, news) })(); err != nil {
		return fmt.Errorf("record the end of job %d: %w", j.ID, err)
	}
	if news {
		if err := recovery.Wrap(func() error { r.o.Ended(j); return nil })(); err != nil {
			r.o.Logger.Error("the end of a job could not be reported", "job", j.ID, "error", err)
		}
	}
	return r.o.Store.TellJob(ctx, j.ID)
}

// What names a job: "backup of HQ (acme)".
func What(j *event.Job) string {
	switch {
	case j.Target != "" && j.Source != "":
		return j.Kind + " of " + j.Target + " (" + j.Source + ")"
	case j.Target+j.Source != "":
		return j.Kind + " of " + j.Target + j.Source
	}
	return j.Kind
}

// Title is the result of a job in one line: "backup of acme: done after 12s".
func Title(j *event.Job) string {
	title := What(j) + ": " + string(j.State)
	if j.Ended != nil && j.Started != nil {
		title += " after " + human.Duration(j.Duration(*j.Ended))
	}
	return title
}
