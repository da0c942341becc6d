package jobs

import (
	"context"
	"errors"
	"slices"
	"time"

	"foghorn/internal/clock"
	"foghorn/internal/recovery"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// pollEvery is how often the loop looks for what other processes ask for, and keeps the
// progress of its jobs.
const pollEvery = time.Second

// Run runs jobs until ctx ends. It waits while another process runs the jobs of this
// data directory. Jobs at work when ctx ends are stopped: those that are safe wait for
// the next Run, others are interrupted.
func (r *Runner) Run(ctx context.Context) (err error) {
	unlock, err := r.lock(ctx)
	if unlock == nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	told := make(chan error, 1)
	go func() { told <- recovery.Wrap(func() error { return r.tellAll(ctx) })() }()
	defer func() { // also after a panic, so that whoever restarts this gets the lock
		cancel()
		err = errors.Join(err, <-told, unlock())
	}()
	return r.loop(ctx, 0)
}

// RunOne runs one job that is queued, for a process that runs no others, and returns the
// job as it ended. When another process runs jobs, that one runs it. When ctx ends, the
// job is canceled.
func (r *Runner) RunOne(ctx context.Context, id int64) (event.Job, error) {
	tick, stop := r.o.Clock.NewTicker(pollEvery)
	defer stop()
	for asked := false; ; {
		if ctx.Err() != nil && !asked {
			asked, ctx = true, context.WithoutCancel(ctx)
			if err := r.cancelOwn(ctx, id); err != nil {
				return event.Job{}, err
			}
		}
		unlock, err := r.o.Store.LockJobs()
		switch {
		case err == nil:
			err = errors.Join(r.loop(ctx, id), unlock())
		case errors.Is(err, store.ErrJobsHeld):
			err = nil
		}
		j, readErr := r.o.Store.Job(context.WithoutCancel(ctx), id)
		if err = errors.Join(err, readErr); err != nil || j.State.Over() {
			return j, err
		}
		select {
		case <-tick:
		case <-ctx.Done():
		}
	}
}

// cancelOwn cancels a job for the person who asked for it; it does nothing when the job is over.
func (r *Runner) cancelOwn(ctx context.Context, id int64) error {
	j, err := r.o.Store.Job(ctx, id)
	if err == nil {
		err = r.Cancel(ctx, id, j.Actor)
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// lock waits until no other process runs jobs; nil when ctx ends before.
func (r *Runner) lock(ctx context.Context) (unlock func() error, err error) {
	tick, stop := r.o.Clock.NewTicker(pollEvery)
	defer stop()
	for told := false; ; {
		unlock, err = r.o.Store.LockJobs()
		if err == nil || !errors.Is(err, store.ErrJobsHeld) {
			return unlock, err
		}
		if !told {
			told = true
			r.o.Logger.Info("another process runs a job; the jobs of this one wait for it")
		}
		select {
		case <-ctx.Done():
			return nil, nil
		case <-tick:
		}
	}
}

// loop runs jobs until ctx ends or, with an id, that one job until it is over. Whoever
// calls it has the lock.
func (r *Runner) loop(ctx context.Context, only int64) error {
	if err := r.recover(ctx); err != nil {
		return err
	}
	tick, stop := r.o.Clock.NewTicker(pollEvery)
	defer stop()
	l := &looper{Runner: r, only: only, version: -1}
	l.working, l.stop = context.WithCancelCause(context.WithoutCancel(ctx))
	for woken := true; ; {
		if err := l.step(ctx, woken); err != nil && ctx.Err() == nil {
			r.o.Logger.Warn("jobs cannot be kept; foghorn tries again", "error", err)
			l.version = -1
		}
		if only != 0 && l.over {
			return nil
		}
		select {
		case <-ctx.Done():
			return l.end(ctx)
		case <-r.wake:
			woken = true
		case <-tick:
			woken = false
		}
	}
}

// looper is the state of one loop.
type looper struct {
	*Runner
	working context.Context // of the jobs
	stop    context.CancelCauseFunc
	only    int64
	over    bool  // only is
	version int64 // of the store, at the last look
	trimmed time.Duration
}

// step does what is due: keeps progress and ends, begins what is scheduled, and, when
// something may have changed, cancels and begins jobs.
func (l *looper) step(ctx context.Context, changed bool) error {
	ended, err := l.settle(ctx)
	if l.only == 0 {
		changed = l.startDue(ctx) || changed
		l.trim(ctx)
	}
	version, versionErr := l.o.Store.Version(ctx)
	if err = errors.Join(err, versionErr); err != nil {
		return err
	}
	if changed = changed || ended || version != l.version; !changed {
		return nil
	}
	if err := l.begin(ctx); err != nil {
		return err
	}
	l.version = version
	l.tell.Notify()
	return nil
}

// settle keeps what jobs of this process have done, and reports whether one has ended.
func (l *looper) settle(ctx context.Context) (ended bool, err error) {
	l.mu.Lock()
	all := make([]*work, 0, len(l.here))
	for _, w := range l.here {
		all = append(all, w)
	}
	l.mu.Unlock()
	for _, w := range all {
		j, dirty, over := w.snapshot()
		var failed error
		switch {
		case over:
			j = w.outcome()
			if failed = l.o.Store.PutJob(ctx, &j); failed == nil {
				w.cancel(nil)
				l.mu.Lock()
				delete(l.here, j.ID)
				l.mu.Unlock()
				ended = true
				l.over = l.over || j.ID == l.only
			}
		case dirty:
			if failed = l.o.Store.PutJob(ctx, &j); failed != nil {
				w.change(func(*event.Job) {})
			}
		}
		err = errors.Join(err, failed)
	}
	return ended, err
}

// begin cancels what somebody canceled, and begins what may run.
func (l *looper) begin(ctx context.Context) error {
	live, err := l.o.Store.LiveJobs(ctx)
	if err != nil {
		return err
	}
	canceled, err := l.o.Store.CanceledJobs(ctx)
	if err != nil {
		return err
	}
	l.mu.Lock()
	busy, all := map[string]int{}, 0
	for id, w := range l.here {
		if !w.task.Waits {
			busy[w.job.Source]++
			all++
		}
		if by, ok := canceled[id]; ok {
			w.cancel(&canceledError{by: by})
		}
	}
	l.mu.Unlock()
	l.over = l.only != 0 && !slices.ContainsFunc(live, func(j event.Job) bool { return j.ID == l.only })
	for _, j := range live {
		if j.State != event.JobQueued || l.only != 0 && j.ID != l.only {
			continue
		}
		by, off := canceled[j.ID]
		waits := l.tasks[j.Kind].Waits
		if !off && !waits && l.only == 0 && (busy[j.Source] >= l.o.PerSource || all >= maxAtOnce) {
			continue
		}
		began, err := l.beginOne(ctx, j, by, off)
		if err != nil {
			return err
		}
		if began && !waits {
			busy[j.Source]++
			all++
		}
	}
	return nil
}

// beginOne begins a queued job or, when it is canceled or of an unknown kind, ends it.
func (l *looper) beginOne(ctx context.Context, j event.Job, by string, canceled bool) (began bool, err error) {
	now := l.o.Clock.Now()
	t, known := l.tasks[j.Kind]
	switch {
	case canceled:
		j.State, j.Ended, j.Error = event.JobCanceled, &now, l.line((&canceledError{by: by}).Error())
	case !known:
		j.State, j.Ended, j.Error = event.JobFailed, &now, l.line("this version of foghorn has no kind of job "+j.Kind)
	default:
		j.State, j.Started = event.JobRunning, &now
	}
	moved, err := l.o.Store.MoveJob(ctx, &j, event.JobQueued)
	if err != nil || !moved {
		return false, err
	}
	if j.State.Over() {
		l.over = l.over || j.ID == l.only
		return false, nil
	}
	l.launch(l.working, t, j)
	return true, nil
}

// end stops the jobs of this process and keeps how they ended.
func (l *looper) end(ctx context.Context) error {
	cause := context.Cause(ctx)
	l.mu.Lock()
	if w := l.here[l.only]; w != nil {
		cause = &canceledError{by: w.job.Actor}
	}
	l.mu.Unlock()
	l.stop(cause)
	l.atWork.Wait()
	_, err := l.settle(context.WithoutCancel(ctx))
	return err
}

// recover decides about the jobs that were running when the process that ran them ended.
func (r *Runner) recover(ctx context.Context) error {
	live, err := r.o.Store.LiveJobs(ctx)
	if err != nil {
		return err
	}
	canceled, err := r.o.Store.CanceledJobs(ctx)
	if err != nil {
		return err
	}
	now := r.o.Clock.Now()
	for _, j := range live {
		if j.State != event.JobRunning || r.isHere(j.ID) {
			continue
		}
		if by, off := canceled[j.ID]; off {
			j.State, j.Ended, j.Doing, j.Error = event.JobCanceled, &now, "", r.line((&canceledError{by: by}).Error())
		} else {
			r.interrupt(&j, r.tasks[j.Kind], now)
		}
		if _, err := r.o.Store.MoveJob(ctx, &j, event.JobRunning); err != nil {
			return err
		}
		r.o.Logger.Warn("a job was running when foghorn stopped", "job", j.ID, "kind", j.Kind, "source", j.Source, "state", j.State)
	}
	return nil
}

// isHere reports whether this process is at a job: a loop that is restarted after a
// failure finds its jobs still at work.
func (r *Runner) isHere(id int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.here[id] != nil
}

// trim removes old jobs once an hour.
func (l *looper) trim(ctx context.Context) {
	now := clock.Elapsed(l.o.Clock)
	if l.trimmed != 0 && now-l.trimmed < time.Hour {
		return
	}
	l.trimmed = now
	if err := l.o.Store.TrimJobs(ctx, l.o.Clock.Now().Add(-keptFor), keptJobs); err != nil && ctx.Err() == nil {
		l.o.Logger.Warn("old jobs cannot be removed", "error", err)
	}
}

// Elsewhere reports whether another process runs the jobs, or one of them.
func (r *Runner) Elsewhere() (bool, error) {
	unlock, err := r.o.Store.LockJobs()
	if errors.Is(err, store.ErrJobsHeld) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return false, unlock()
}

// CancelNow cancels a job like Cancel, also when no process runs jobs: one that waits, or
// whose process has ended, ends then and there.
func (r *Runner) CancelNow(ctx context.Context, id int64, actor string) error {
	if err := r.Cancel(ctx, id, actor); err != nil {
		return err
	}
	unlock, err := r.o.Store.LockJobs()
	if errors.Is(err, store.ErrJobsHeld) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(r.loop(ctx, id), unlock())
}
