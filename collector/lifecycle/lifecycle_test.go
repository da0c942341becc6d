package lifecycle

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// diary notes what happens, in order. It is also what the runner's log goes to.
type diary struct {
	mu    sync.Mutex
	lines []string
	log   bytes.Buffer
}

func (d *diary) note(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, fmt.Sprintf(format, args...))
}

func (d *diary) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.Write(p)
}

func (d *diary) logged() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.String()
}

func (d *diary) all() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.lines)
}

// worker is a service that notes its start and its end, which takes a while.
func (d *diary) worker(name string, p Phase, takes time.Duration) Service {
	return Service{Name: name, Phase: p, Run: func(ctx context.Context) error {
		d.note("%s runs", name)
		<-ctx.Done()
		time.Sleep(takes)
		d.note("%s ends", name)
		return ctx.Err()
	}}
}

// run runs services in a bubble; leave stops them, and the error is Run's.
func (d *diary) run(t *testing.T, services ...Service) (r *Runner, leave func() error) {
	t.Helper()
	r, err := New(Options{Logger: slog.New(slog.NewTextHandler(d, nil))}, services...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	synctest.Wait()
	return r, func() error {
		cancel()
		return <-done
	}
}

// What appends ends before the writer, and what came in is derived before the
// projector ends, however long each takes.
func TestPhasesStopInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diary{}
		projector := d.worker("projector", Derive, 0)
		projector.Drain = func(context.Context) error {
			time.Sleep(time.Second)
			d.note("projector has caught up")
			return nil
		}
		_, leave := d.run(t,
			d.worker("listener", Ingest, 3*time.Second), d.worker("poll", Ingest, time.Second),
			d.worker("writer", Derive, 2*time.Second), projector, d.worker("status", Serve, 0))
		if got := d.all(); len(got) != 5 {
			t.Errorf("at first %q", got)
		}
		d.mu.Lock()
		d.lines = nil
		d.mu.Unlock()
		if err := leave(); err != nil {
			t.Error(err)
		}
		want := []string{"poll ends", "listener ends", "projector has caught up", "projector ends", "writer ends", "status ends"}
		if got := d.all(); !slices.Equal(got, want) {
			t.Errorf("it stops as %q, want %q", got, want)
		}
		if d.logged() != "" {
			t.Errorf("it logs %s", d.logged())
		}
	})
}

// A phase starts once the services of the one before work. One that is slow is
// named, and not waited for.
func TestPhasesStartInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, bound := &diary{}, make(chan struct{})
		listener := d.worker("listener", Ingest, 0)
		listener.Started = bound
		slow := d.worker("poll", Ingest, 0)
		slow.Started, slow.StartTimeout = make(chan struct{}), 4*time.Second
		_, leave := d.run(t, d.worker("status", Serve, 0), listener, slow, d.worker("writer", Derive, 0))
		if got := d.all(); len(got) != 3 || !slices.Contains(got, "writer runs") || slices.Contains(got, "status runs") {
			t.Errorf("at first %q", got)
		}
		time.Sleep(3 * time.Second)
		close(bound)
		synctest.Wait()
		if slices.Contains(d.all(), "status runs") {
			t.Error("a phase starts before the one before it works")
		}
		time.Sleep(2 * time.Second)
		if got := d.all(); got[len(got)-1] != "status runs" {
			t.Errorf("in the end %q", got)
		}
		if said := d.logged(); !strings.Contains(said, "slow to start") || !strings.Contains(said, "service=poll") || strings.Contains(said, "listener") {
			t.Errorf("it logs %s", said)
		}
		if err := leave(); err != nil {
			t.Error(err)
		}
	})
}

// A service that does not stop is named, in the log and in the error, and holds
// up the others no longer than its limit.
func TestAnOverrunIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, release := &diary{}, make(chan struct{})
		stuck := Service{Name: "poll acme", Phase: Ingest, StopTimeout: 7 * time.Second, Run: func(context.Context) error {
			<-release
			return nil
		}}
		r, leave := d.run(t, stuck, d.worker("listener", Ingest, time.Second), d.worker("writer", Derive, 0))
		began := time.Now()
		err := leave()
		if err == nil || err.Error() != "service poll acme did not stop within 7s" {
			t.Errorf("it returns %v", err)
		}
		if took := time.Since(began); took != 7*time.Second {
			t.Errorf("it takes %v", took)
		}
		if got := d.all(); got[len(got)-1] != "writer ends" {
			t.Errorf("%q", got)
		}
		if said := d.logged(); !strings.Contains(said, "service=\"poll acme\" phase=ingest") {
			t.Errorf("it logs %s", said)
		}
		if got := r.Overrun(); !slices.Equal(got, []string{"poll acme"}) {
			t.Errorf("still running: %q", got)
		}
		close(release)
	})
}

// Work that cannot be finished is left for the next start.
func TestADrainThatTakesTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, drain := range map[string]func(context.Context) error{
			"limit=2s":           func(ctx context.Context) error { <-ctx.Done(); time.Sleep(time.Minute); return nil },
			"error=\"no room\"":  func(context.Context) error { return errors.New("no room") },
			"please report it: ": func(context.Context) error { panic("spilled coffee") },
		} {
			d := &diary{}
			s := d.worker("projector", Derive, 0)
			s.Drain, s.DrainTimeout = drain, 2*time.Second
			_, leave := d.run(t, s)
			began := time.Now()
			if err := leave(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("%s: it takes %v", name, took)
			}
			if said := d.logged(); !strings.Contains(said, "service=projector") || !strings.Contains(said, name) {
				t.Errorf("it logs %s, want %s", said, name)
			}
			time.Sleep(time.Hour) // the goroutine that overran ends
		}
	})
}

// A service that may be restarted ends nothing else, by an error or a panic. Its
// next runs come later and later, and at once again after a long good one.
func TestRestartsBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, runs := &diary{}, []time.Time{}
		const bad = 9
		flaky := Service{Name: "poll acme", Phase: Ingest, Restart: OnFailure, Run: func(ctx context.Context) error {
			d.mu.Lock()
			runs = append(runs, time.Now())
			n := len(runs)
			d.mu.Unlock()
			switch {
			case n == 2:
				panic("spilled coffee")
			case n <= bad:
				return errors.New("no answer")
			case n == bad+1:
				time.Sleep(steadyAfter)
				return errors.New("no answer again")
			}
			<-ctx.Done()
			return nil
		}}
		r, leave := d.run(t, flaky, d.worker("listener", Ingest, 0))
		h := r.Health()
		if h[0].State != Restarting || h[0].Problem != "no answer" || h[1].State != Running {
			t.Errorf("after the first failure: %+v", h)
		}
		time.Sleep(1500 * time.Millisecond)
		if h := r.Health()[0]; h.State != Restarting || h.Restarts != 1 || !strings.HasSuffix(h.Problem, "please report it: spilled coffee") {
			t.Errorf("after the panic: %+v", h)
		}
		time.Sleep(time.Hour)
		if h := r.Health()[0]; h.State != Running || h.Restarts != bad+1 || h.Problem != "" {
			t.Errorf("in the end: %+v", h)
		}
		if err := leave(); err != nil {
			t.Error(err)
		}
		if said := d.logged(); !strings.Contains(said, "service=\"poll acme\"") || !strings.Contains(said, "lifecycle_test.go") {
			t.Errorf("no stack in %s", said)
		}
		if got := d.all(); !slices.Equal(got, []string{"listener runs", "listener ends"}) {
			t.Errorf("%q", got)
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		want := firstDelay
		for i := 1; i <= bad; i++ {
			if got := runs[i].Sub(runs[i-1]); got < want*8/10 || got > want*12/10 {
				t.Errorf("delay %d is %v, want about %v", i, got, want)
			}
			want = min(2*want, longestDelay)
		}
		if got := runs[bad+1].Sub(runs[bad]) - steadyAfter; got > 2*firstDelay {
			t.Errorf("after a good run the delay is %v", got)
		}
	})
}

// A stop does not wait for the next run of a service that has failed.
func TestAStopEndsTheWaitForARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diary{}
		r, leave := d.run(t, Service{Name: "poll acme", Restart: OnFailure, Run: func(context.Context) error { return errors.New("no answer") }})
		began := time.Now()
		if err := leave(); err != nil || time.Since(began) > 0 {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		if h := r.Health()[0]; h.State != Stopped {
			t.Errorf("%+v", h)
		}
	})
}

// The failure of a service that may not be restarted ends all of them, in order,
// and is what Run returns.
func TestAFatalFailureEndsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, fail := range map[string]func() error{
			"disk is gone":   func() error { return errors.New("disk is gone") },
			"spilled coffee": func() error { panic("spilled coffee") },
		} {
			d := &diary{}
			writer := Service{Name: "writer", Phase: Derive, Run: func(context.Context) error {
				time.Sleep(time.Second)
				return fail()
			}}
			r, leave := d.run(t, d.worker("listener", Ingest, time.Second), writer, d.worker("status", Serve, 0))
			time.Sleep(time.Minute)
			if got := d.all(); !slices.Equal(got[2:], []string{"listener ends", "status ends"}) {
				t.Errorf("%s: %q", name, got)
			}
			if err := leave(); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("it returns %v", err)
			}
			if h := r.Health()[1]; h.State != Failed || !strings.Contains(h.Problem, name) {
				t.Errorf("%+v", h)
			}
			if said := d.logged(); !strings.Contains(said, "service=writer") {
				t.Errorf("it logs %s", said)
			}
		}
	})
}

// An error at the end is an error of Run, although the stop goes on.
func TestAnErrorOfAStopIsReturned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diary{}
		_, leave := d.run(t, d.worker("status", Serve, 0), Service{Name: "writer", Phase: Derive, Run: func(ctx context.Context) error {
			<-ctx.Done()
			return errors.New("the last records are lost")
		}})
		if err := leave(); err == nil || err.Error() != "the last records are lost" {
			t.Errorf("it returns %v", err)
		}
		if got := d.all(); !slices.Equal(got, []string{"status runs", "status ends"}) {
			t.Errorf("%q", got)
		}
	})
}

// A service without work is not one that failed.
func TestAServiceMayHaveNothingToDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		r, leave := (&diary{}).run(t, Service{Name: "reload", Phase: Serve, Restart: OnFailure, Run: func(context.Context) error { runs++; return nil }})
		time.Sleep(time.Hour)
		synctest.Wait()
		if h := r.Health()[0]; runs != 1 || h.State != Stopped || h.Problem != "" {
			t.Errorf("%d runs, %+v", runs, h)
		}
		if err := leave(); err != nil {
			t.Error(err)
		}
	})
}

func TestServicesAreChecked(t *testing.T) {
	run := func(context.Context) error { return nil }
	for want, services := range map[string][]Service{
		"needs a name":   {{Run: run}},
		"to run":         {{Name: "poll"}},
		"listed twice":   {{Name: "poll", Run: run}, {Name: "poll", Run: run, Phase: Serve}},
		"is of no phase": {{Name: "poll", Run: run, Phase: Serve + 1}},
	} {
		if _, err := New(Options{}, services...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
