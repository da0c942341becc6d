package jobs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv("FOGHORN_JOBS_DIR"); dir != "" {
		fmt.Fprintln(os.Stderr, child(dir))
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

// desk is a process with jobs. It lives in a bubble of synctest, whose time passes when
// all wait.
type desk struct {
	*testing.T
	dir    string
	runner *Runner
	store  *store.Outbox
	stop   func() // ends Run, and returns when it has ended

	mu    sync.Mutex
	ended []string // "2 done"
	begun []string // "backup acme"
}

// story runs fn in a bubble.
func story(t *testing.T, fn func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, fn)
}

// newDesk opens the jobs of a directory, and runs none.
func newDesk(t *testing.T, dir string, adjust func(*Options)) *desk {
	t.Helper()
	d := &desk{T: t, dir: dir, stop: func() {}}
	var err error
	if d.store, err = store.OpenOutbox(t.Context(), dir, store.Options{}); err != nil {
		t.Fatal(err)
	}
	o := Options{Store: d.store, Clock: clock.Real{}, Zone: time.UTC, Ended: d.tell, Tasks: d.tasks()}
	if adjust != nil {
		adjust(&o)
	}
	if d.runner, err = New(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.stop()
		if err := d.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// run begins to run jobs.
func (d *desk) run() *desk {
	d.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.runner.Run(ctx) }()
	d.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			d.Error(err)
		}
	})
	synctest.Wait()
	return d
}

func (d *desk) tell(j event.Job) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended = append(d.ended, fmt.Sprintf("%d %s", j.ID, j.State))
}

func (d *desk) told() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.ended, ", ")
}

func (d *desk) began() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.begun)
}

// tasks: "long" takes an hour and is safe, "write" takes an hour and is not; the others
// end at once, as they are called.
func (d *desk) tasks() []Task {
	note := func(j *Running) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.begun = append(d.begun, fmt.Sprintf("%s %s %s", time.Now().Format("02T15:04"), j.Job.Kind, j.Job.Source))
	}
	hour := func(ctx context.Context, j *Running) error {
		note(j)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Hour):
			j.Result("it is done")
			return nil
		}
	}
	at := func(kind string, fn func(j *Running) error) Task {
		return Task{Kind: kind, Run: func(_ context.Context, j *Running) error { note(j); return fn(j) }}
	}
	return []Task{
		{Kind: "long", Safe: true, Run: hour},
		{Kind: "write", Run: hour},
		at("quick", func(j *Running) error { j.Result("2 of 2"); return nil }),
		at("half", func(*Running) error { return fmt.Errorf("1 of 2 sites: %w", ErrPartial) }),
		at("broken", func(*Running) error { return errors.New("403 from Mist") }),
		at("panic", func(*Running) error { panic("spilled coffee") }),
	}
}

// start queues a job by a Spec "kind source".
func (d *desk) start(what string) int64 {
	d.Helper()
	kind, source, _ := strings.Cut(what, " ")
	j, err := d.runner.Start(d.Context(), Spec{Kind: kind, Source: source, Actor: "kim", Via: event.ViaCLI})
	if err != nil {
		d.Fatal(err)
	}
	return j.ID
}

func (d *desk) job(id int64) event.Job {
	d.Helper()
	j, err := d.runner.Job(context.Background(), id)
	if err != nil {
		d.Fatal(err)
	}
	return j
}

// states are those of all jobs, oldest first.
func (d *desk) states() string {
	d.Helper()
	all, err := d.runner.Jobs(context.Background(), 1000)
	if err != nil {
		d.Fatal(err)
	}
	var out []string
	for _, j := range all {
		out = append(out, string(j.State))
	}
	slices.Reverse(out)
	return strings.Join(out, " ")
}

// pass lets time pass, and everybody do what is due then.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (d *desk) want(what, got, want string) {
	d.Helper()
	if got != want {
		d.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// sorted is a list in order: jobs that end together are told in any.
func sorted(list string) string {
	parts := strings.Split(list, ", ")
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}
