package jobs

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// one runs a job in the foreground, and returns a function that waits for its end.
func (d *desk) one(ctx context.Context, id int64) func() event.Job {
	d.Helper()
	type end struct {
		job event.Job
		err error
	}
	done := make(chan end, 1)
	go func() {
		j, err := d.runner.RunOne(ctx, id)
		done <- end{j, err}
	}()
	return func() event.Job {
		d.Helper()
		e := <-done
		if e.err != nil {
			d.Error(e.err)
		}
		return e.job
	}
}

// Without a collector a command runs its own job and no other. The collector that
// starts next tells the end.
func TestAJobInTheForeground(t *testing.T) {
	story(t, func(t *testing.T) {
		dir := t.TempDir()
		d := newDesk(t, dir, nil)
		d.start("quick acme")
		end := d.one(t.Context(), d.start("long acme"))
		pass(time.Minute)
		d.want("states", d.states(), "queued running")
		pass(time.Hour)
		if j := end(); j.State != event.JobDone || j.Result != "it is done" {
			t.Errorf("%+v", j)
		}
		d.want("states", d.states(), "queued done")
		d.want("told", d.told(), "")
		collector := newDesk(t, dir, nil).run()
		pass(5 * time.Second)
		d.want("states", d.states(), "done done")
		d.want("told by the collector", sorted(collector.told()), "1 done, 2 done")
	})
}

func TestAJobInTheForegroundIsCanceled(t *testing.T) {
	story(t, func(t *testing.T) {
		d := newDesk(t, t.TempDir(), nil)
		ctx, cancel := context.WithCancel(t.Context())
		end := d.one(ctx, d.start("long acme"))
		pass(time.Minute)
		cancel()
		if j := end(); j.State != event.JobCanceled || j.Error != "canceled by kim" {
			t.Errorf("%+v", j)
		}
		if j := d.one(ctx, d.start("quick acme"))(); j.State != event.JobCanceled || j.Started != nil {
			t.Errorf("canceled before it began: %+v", j)
		}
	})
}

// A collector that starts while a command runs a job waits for it, and does not take it
// for one that was interrupted. A command waits for a collector in the same way.
func TestACommandAndACollectorDoNotMeet(t *testing.T) {
	story(t, func(t *testing.T) {
		dir := t.TempDir()
		d := newDesk(t, dir, nil)
		end := d.one(t.Context(), d.start("write acme"))
		pass(time.Minute)
		collector := newDesk(t, dir, nil).run()
		second := collector.start("long beta")
		pass(time.Minute)
		d.want("states", d.states(), "running queued")
		pass(time.Hour)
		if j := end(); j.State != event.JobDone {
			t.Errorf("%+v", j)
		}
		pass(5 * time.Second)
		d.want("states", d.states(), "done running")
		again := d.one(t.Context(), second)
		pass(2 * time.Hour)
		if j := again(); j.State != event.JobDone {
			t.Errorf("%+v", j)
		}
	})
}

// Without a collector nothing waits for a cancel: what is queued, or was running when its
// process was killed, ends at once.
func TestCanceledWithoutACollector(t *testing.T) {
	story(t, func(t *testing.T) {
		d := newDesk(t, t.TempDir(), nil)
		queued, killed := d.start("long acme"), d.start("long acme")
		j := d.job(killed)
		j.State = event.JobRunning
		if err := d.store.PutJob(t.Context(), &j); err != nil {
			t.Fatal(err)
		}
		for _, id := range []int64{killed, queued} {
			if err := d.runner.CancelNow(t.Context(), id, "lee"); err != nil {
				t.Fatal(err)
			}
		}
		d.want("states", d.states(), "canceled canceled")
		if j := d.job(killed); j.Again != 0 || j.Error != "canceled by lee" {
			t.Errorf("%+v", j)
		}
		other := newDesk(t, d.dir, nil).run()
		id := d.start("long acme")
		pass(2 * time.Second)
		if err := d.runner.CancelNow(t.Context(), id, "lee"); err != nil {
			t.Fatal(err)
		}
		pass(2 * time.Second)
		d.want("with a collector", other.states(), "canceled canceled canceled")
	})
}

// child runs a safe and an unsafe job until it is killed.
func child(dir string) error {
	ctx := context.Background()
	outbox, err := store.OpenOutbox(ctx, dir, store.Options{})
	if err != nil {
		return err
	}
	forever := func(_ context.Context, j *Running) error {
		j.Progress(1, 2, "half of it")
		select {}
	}
	r, err := New(Options{Store: outbox, Clock: clock.Real{}, Tasks: []Task{{Kind: "long", Safe: true, Run: forever}, {Kind: "write", Run: forever}}})
	if err != nil {
		return err
	}
	for _, kind := range []string{"long", "write"} {
		if _, err := r.Start(ctx, Spec{Kind: kind, Source: "acme", Actor: "kim", Via: event.ViaChat}); err != nil {
			return err
		}
	}
	go func() {
		for ctx.Err() == nil {
			if live, err := r.Jobs(ctx, 9); err == nil && len(live) == 2 && live[0].Done+live[1].Done == 2 {
				_, _ = os.Stdout.WriteString("both are half done\n")
				return
			}
		}
	}()
	return r.Run(ctx)
}

// kill -9 in the middle of two jobs: the safe one begins again, the other one is marked,
// and both ends are told.
func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "FOGHORN_JOBS_DIR="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "both are half done\n" {
		t.Fatalf("%q, %v", line, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // says that it was killed

	ended := make(chan event.Job, 2)
	outbox, err := store.OpenOutbox(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = outbox.Close() }()
	if live, err := outbox.LiveJobs(t.Context()); err != nil || len(live) != 2 || live[0].State != event.JobRunning || live[1].State != event.JobRunning {
		t.Fatalf("what the killed process left: %+v, %v", live, err)
	}
	quick := func(context.Context, *Running) error { return nil }
	r, err := New(Options{Store: outbox, Clock: clock.Real{}, Ended: func(j event.Job) { ended <- j },
		Tasks: []Task{{Kind: "long", Safe: true, Run: quick}, {Kind: "write", Run: quick}}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	got := map[string]event.Job{}
	for range 2 {
		j := <-ended
		got[j.Kind] = j
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if j := got["long"]; j.State != event.JobDone || j.Again != 1 {
		t.Errorf("the safe one: %+v", j)
	}
	if j := got["write"]; j.State != event.JobInterrupted || !strings.Contains(j.Error, "check before you run it again") {
		t.Errorf("the other one: %+v", j)
	}
}
