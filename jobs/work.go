package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"foghorn/internal/human"
	"foghorn/internal/recovery"
	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// Limits of what a job keeps.
const (
	maxLog    = 200 // lines
	maxLine   = 500 // bytes
	maxResult = 64 << 10
)

// work is a job that this process runs. Its Task changes it, the loop writes it.
type work struct {
	r      *Runner
	task   Task
	ctx    context.Context
	cancel context.CancelCauseFunc

	mu    sync.Mutex
	job   event.Job
	dirty bool // job is newer than what is kept
	over  bool
	err   error
}

// canceledError is the cause of a job's context when somebody canceled the job.
type canceledError struct{ by string }

func (e *canceledError) Error() string { return "canceled by " + e.by }

// launch runs a job in a goroutine of its own.
func (r *Runner) launch(ctx context.Context, t Task, j event.Job) {
	w := &work{r: r, task: t, job: j}
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	r.mu.Lock()
	r.here[j.ID] = w
	r.mu.Unlock()
	r.atWork.Go(w.run)
}

func (w *work) run() {
	j := &Running{Job: w.job, progress: w.progress, log: w.log, result: w.result}
	err := recovery.Wrap(func() error { return w.task.Run(w.ctx, j) })()
	w.mu.Lock()
	w.err, w.over = err, true
	now := w.r.o.Clock.Now()
	w.job.Ended = &now
	w.mu.Unlock()
	w.r.wake.Notify()
}

func (w *work) progress(done, total int, doing string) {
	w.change(func(j *event.Job) { j.Done, j.Total, j.Doing = max(0, done), max(0, total), w.r.line(doing) })
}

func (w *work) log(text string) {
	now := w.r.o.Clock.Now()
	w.change(func(j *event.Job) {
		addLog(j, "+"+human.Duration(j.Duration(now))+" "+w.r.line(text))
	})
}

func (w *work) result(text string) {
	w.change(func(j *event.Job) { j.Result = w.r.block(text) })
}

// change changes the job; nothing once it is over.
func (w *work) change(fn func(*event.Job)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.over {
		fn(&w.job)
		w.dirty = true
	}
}

func addLog(j *event.Job, line string) {
	log := append(append([]string(nil), j.Log...), line)
	j.Log = log[max(0, len(log)-maxLog):]
}

// line is a text from a task in one line, as it may be kept.
func (r *Runner) line(text string) string {
	return safetext.Clip(safetext.Line(r.o.Mask(text)), maxLine)
}

func (r *Runner) block(text string) string {
	return safetext.Clip(safetext.Block(r.o.Mask(text)), maxResult)
}

// snapshot returns the job as it is now, and whether it has changed since the last one.
func (w *work) snapshot() (j event.Job, dirty, over bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	dirty, w.dirty = w.dirty, false
	return w.job, dirty, w.over
}

// outcome makes the job one that has ended, and returns it.
func (w *work) outcome() event.Job {
	w.mu.Lock()
	defer w.mu.Unlock()
	j := &w.job
	if j.State != event.JobRunning {
		return *j
	}
	canceled, _ := errors.AsType[*canceledError](context.Cause(w.ctx))
	switch {
	case w.err == nil:
		j.State = event.JobDone
	case canceled != nil:
		j.State, j.Error = event.JobCanceled, w.r.line(canceled.Error())
	case w.ctx.Err() != nil:
		w.r.interrupt(j, w.task, *j.Ended)
	case errors.Is(w.err, ErrPartial):
		j.State, j.Error = event.JobPartial, w.r.block(w.err.Error())
	default:
		j.State, j.Error = event.JobFailed, w.r.block(w.err.Error())
		if first, stack, panicked := strings.Cut(w.err.Error(), "\ngoroutine "); panicked {
			j.Error = w.r.line(first)
			w.r.o.Logger.Error("a job failed because of a fault in foghorn", "job", j.ID, "kind", j.Kind, "error", first, "stack", stack)
		}
	}
	j.Doing = ""
	return *j
}

// interrupt is what becomes of a job whose process ends, or ended: one that is safe
// waits to begin again, unless it did so too often.
func (r *Runner) interrupt(j *event.Job, t Task, now time.Time) {
	if t.Safe && j.Again < maxAgain {
		j.State, j.Started, j.Ended, j.Doing, j.Result = event.JobQueued, nil, nil, "", "" // a task may go on after the steps that are done
		j.Again++
		addLog(j, "foghorn stopped while this ran; it starts again")
		return
	}
	j.State, j.Ended, j.Doing = event.JobInterrupted, &now, ""
	j.Error = "foghorn stopped while this ran, so it may be partly done: check before you run it again."
	if t.Safe {
		j.Error = fmt.Sprintf("foghorn stopped %d times while this ran. Look at foghorn's own log before you run it again.", maxAgain+1)
	}
}
