package jobs

import (
	"context"

	"foghorn/internal/human"
	"foghorn/internal/recovery"
	"foghorn/journal/event"
)

// tellAll tells the ends of jobs until ctx ends.
func (r *Runner) tellAll(ctx context.Context) error {
	tick, stop := r.o.Clock.NewTicker(pollEvery)
	defer stop()
	for again := true; ; {
		if again {
			more, err := r.tellSome(ctx)
			if err != nil && ctx.Err() == nil {
				r.o.Logger.Warn("the ends of jobs cannot be told; foghorn tries again", "error", err)
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

// tellSome tells what is untold. A job that ended too long ago is not told any more: that
// is no news.
func (r *Runner) tellSome(ctx context.Context) (more bool, err error) {
	untold, err := r.o.Store.UntoldJobs(ctx, tellAtOnce)
	if err != nil {
		return false, err
	}
	for _, j := range untold {
		if ctx.Err() != nil {
			return false, nil
		}
		if j.Ended != nil && r.o.Clock.Now().Sub(*j.Ended) < toldWithin {
			if err := recovery.Wrap(func() error { r.o.Ended(j); return nil })(); err != nil {
				r.o.Logger.Error("the end of a job could not be told", "job", j.ID, "error", err)
			}
		}
		if err := r.o.Store.TellJob(ctx, j.ID); err != nil {
			return false, err
		}
	}
	return len(untold) == tellAtOnce, nil
}

// Title says in one line what became of a job: "backup of acme: done in 12s".
func Title(j *event.Job) string {
	title := j.Kind
	switch {
	case j.Target != "" && j.Source != "":
		title += " of " + j.Target + " (" + j.Source + ")"
	case j.Target+j.Source != "":
		title += " of " + j.Target + j.Source
	}
	title += ": " + string(j.State)
	if j.Ended != nil && j.Started != nil {
		title += " after " + human.Duration(j.Duration(*j.Ended))
	}
	return title
}
