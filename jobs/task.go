package jobs

import (
	"context"
	"errors"

	"foghorn/journal/event"
)

// Task is one kind of job.
type Task struct {
	Kind string
	// Safe says that it may begin again after it was interrupted: it changes nothing, or
	// finds what it has done.
	Safe bool
	// Waits says that it only watches what others do: it does not count among the jobs that
	// run at once.
	Waits bool
	// Check reports what is wrong with what somebody asks for, before there is a job of
	// it, and may complete it. Nil takes everything.
	Check func(s *Spec) error
	// Run does it until ctx ends. ErrPartial says that some of its steps failed.
	Run func(ctx context.Context, j *Running) error
}

// ErrPartial is wrapped by the error of a job some of whose steps failed.
var ErrPartial = errors.New("some of it failed")

// Spec is what somebody asks for.
type Spec struct {
	Kind, Source, Target string
	Args                 map[string]string
	Actor                string
	Via                  event.Via
	Reply                string // where the result is told; see event.Job
}

// Running is a job at work, as its Task sees it. Its methods are safe for concurrent use.
type Running struct {
	Job event.Job // as it was when it started

	progress func(done, total int, doing string)
	log      func(line string)
	result   func(text string)
}

// Progress says how far the job is: done of total steps, 0 when the total is not known.
func (r *Running) Progress(done, total int, doing string) { r.progress(done, total, doing) }

// Log adds a line to the job's log.
func (r *Running) Log(line string) { r.log(line) }

// Result sets what the job found, in a few lines.
func (r *Running) Result(text string) { r.result(text) }

// NewRunning returns a job at work beyond any Runner, for tests of a Task. Nil functions
// do nothing.
func NewRunning(j event.Job, progress func(done, total int, doing string), log, result func(text string)) *Running {
	if progress == nil {
		progress = func(int, int, string) {}
	}
	if log == nil {
		log = func(string) {}
	}
	if result == nil {
		result = func(string) {}
	}
	return &Running{Job: j, progress: progress, log: log, result: result}
}
