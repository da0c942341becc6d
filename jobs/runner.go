package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"foghorn/internal/clock"
	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/internal/signal"
	"foghorn/journal/event"
)

// Store keeps jobs; *store.Outbox is one.
type Store interface {
	PutJob(ctx context.Context, j *event.Job) error
	MoveJob(ctx context.Context, j *event.Job, from event.JobState) (moved bool, err error)
	CancelJob(ctx context.Context, id int64, by string) error
	CanceledJobs(ctx context.Context) (map[int64]string, error)
	Job(ctx context.Context, id int64) (event.Job, error)
	Jobs(ctx context.Context, limit int) ([]event.Job, error)
	LiveJobs(ctx context.Context) ([]event.Job, error)
	LastJob(ctx context.Context, like event.Job) (event.Job, error)
	UntoldJobs(ctx context.Context, limit int) ([]event.Job, error)
	TellJob(ctx context.Context, id int64) error
	TrimJobs(ctx context.Context, before time.Time, keep int) error
	LockJobs() (unlock func() error, err error)
	Version(ctx context.Context) (int64, error)
}

// Options are what a Runner works with.
type Options struct {
	Store  Store
	Clock  clock.Clock
	Logger *slog.Logger // nil logs nothing
	Tasks  []Task
	// PerSource is how many jobs of an organization run at once; 0 for 2.
	PerSource int
	// Record keeps the end of every job, also of one that another process ran or canceled.
	// It is called again until it succeeds, and once more when this process ended before the
	// job was marked: a repeat must be harmless. told reports whether Ended follows.
	Record func(ctx context.Context, j event.Job, told bool) error
	// Ended is told of every job that has ended after it was recorded, and again when this
	// process ended before it returned. It is called by one goroutine; a job that ended long
	// ago is not told any more.
	Ended func(event.Job)
	// Zone is where a time of day in the schedule is; nil is the machine's.
	Zone *time.Location
	Mask func(text string) string // hides secrets; nil hides none
}

// Limits of jobs.
const (
	defaultPerSource = 2
	maxAtOnce        = 8                   // of all organizations
	maxQueued        = 100                 // of one organization
	maxAgain         = 3                   // how often a job begins again
	keptFor          = 30 * 24 * time.Hour // a job that has ended
	keptJobs         = 2000
	toldWithin       = time.Hour // after the end of a job
	maxText          = 200       // bytes of a kind, source, target or name
	maxArgs          = 32
	maxArg           = 4 << 10
)

// Runner takes jobs and, while Run is called, runs them. Its methods are safe for
// concurrent use.
type Runner struct {
	o     Options
	tasks map[string]Task
	wake  signal.Signal // there may be something to begin, to end or to cancel
	tell  signal.Signal // a job may have ended

	mu       sync.Mutex
	schedule []*scheduled
	here     map[int64]*work // jobs that this process runs
	atWork   sync.WaitGroup
}

// New makes a Runner.
func New(o Options) (*Runner, error) {
	if o.Store == nil || o.Clock == nil {
		return nil, errors.New("jobs: a store and a clock are needed")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.PerSource <= 0 {
		o.PerSource = defaultPerSource
	}
	if o.Ended == nil {
		o.Ended = func(event.Job) {}
	}
	if o.Record == nil {
		o.Record = func(context.Context, event.Job, bool) error { return nil }
	}
	if o.Zone == nil {
		o.Zone = time.Local
	}
	if o.Mask == nil {
		o.Mask = func(text string) string { return text }
	}
	r := &Runner{o: o, tasks: map[string]Task{}, wake: signal.New(), tell: signal.New(), here: map[int64]*work{}}
	for _, t := range o.Tasks {
		if _, twice := r.tasks[t.Kind]; twice || t.Kind == "" || t.Run == nil {
			return nil, fmt.Errorf("jobs: the task %q exists twice, or lacks a name or something to run", t.Kind)
		}
		r.tasks[t.Kind] = t
	}
	return r, nil
}

// Kinds are the kinds of jobs that there are, sorted.
func (r *Runner) Kinds() []string { return slices.Sorted(maps.Keys(r.tasks)) }

// startable are the kinds that somebody can start: what watches is started by what it
// watches.
func (r *Runner) startable() []string {
	return slices.DeleteFunc(r.Kinds(), func(kind string) bool { return r.tasks[kind].Waits })
}

// Start queues a job. Whichever process runs the jobs takes it from there.
func (r *Runner) Start(ctx context.Context, s Spec) (event.Job, error) {
	if err := r.check(&s); err != nil {
		return event.Job{}, err
	}
	live, err := r.o.Store.LiveJobs(ctx)
	if err != nil {
		return event.Job{}, err
	}
	waiting := 0
	for i := range live {
		if live[i].Source == s.Source && live[i].State == event.JobQueued {
			waiting++
		}
	}
	if waiting >= maxQueued {
		return event.Job{}, fmt.Errorf("%d jobs wait already; wait for some of them, or cancel them (foghorn jobs list)", waiting)
	}
	j := event.Job{Kind: s.Kind, Source: s.Source, Target: s.Target, Args: s.Args, Actor: s.Actor, Via: s.Via, Reply: s.Reply,
		State: event.JobQueued, Created: r.o.Clock.Now()}
	if err := r.o.Store.PutJob(ctx, &j); err != nil {
		return event.Job{}, err
	}
	r.wake.Notify()
	return j, nil
}

// check reports what is wrong with what somebody asks for.
func (r *Runner) check(s *Spec) error {
	t, ok := r.tasks[s.Kind]
	if !ok {
		kind := safetext.Clip(s.Kind, 64)
		if near := human.Nearest(kind, r.startable()); near != "" {
			return fmt.Errorf("there is no kind of job %q; did you mean %s?", kind, near)
		}
		return fmt.Errorf("there is no kind of job %q; there are: %s", kind, strings.Join(r.startable(), ", "))
	}
	for _, text := range []string{s.Source, s.Target, s.Actor} {
		if len(text) > maxText {
			return fmt.Errorf("%q is longer than %d bytes", safetext.Clip(text, 40), maxText)
		}
	}
	if len(s.Args) > maxArgs {
		return fmt.Errorf("%d arguments are too many; a job takes %d", len(s.Args), maxArgs)
	}
	for name, value := range s.Args {
		if len(name)+len(value) > maxArg {
			return fmt.Errorf("the argument %s is longer than %d bytes", safetext.Clip(name, 40), maxArg)
		}
	}
	if t.Check != nil {
		return t.Check(s)
	}
	return nil
}

// Cancel asks that a job ends, for somebody. A job that runs ends as soon as its task
// notices. An error wraps store.ErrNotFound when no such job is queued or running.
func (r *Runner) Cancel(ctx context.Context, id int64, actor string) error {
	err := r.o.Store.CancelJob(ctx, id, safetext.Clip(actor, maxText))
	r.wake.Notify()
	return err
}

// Job returns a job; store.ErrNotFound when there is none.
func (r *Runner) Job(ctx context.Context, id int64) (event.Job, error) {
	return r.o.Store.Job(ctx, id)
}

// Jobs returns jobs, newest first.
func (r *Runner) Jobs(ctx context.Context, limit int) ([]event.Job, error) {
	return r.o.Store.Jobs(ctx, limit)
}

// Runs reports whether a process runs the jobs: this one while Run is called, or another.
func (r *Runner) Runs() bool {
	runs, err := r.Elsewhere()
	return runs && err == nil
}

// StartJob is Start for what a job is to be. It and CancelJob serve actions.
func (r *Runner) StartJob(ctx context.Context, j event.Job) (event.Job, error) {
	return r.Start(ctx, Spec{Kind: j.Kind, Source: j.Source, Target: j.Target, Args: j.Args, Actor: j.Actor, Via: j.Via, Reply: j.Reply})
}

// CancelJob is CancelNow.
func (r *Runner) CancelJob(ctx context.Context, id int64, by string) error {
	return r.CancelNow(ctx, id, by)
}
