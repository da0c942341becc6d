package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/store"
)

// A job is kept from the moment somebody asks for it; whoever looks sees how far it is,
// and how it ended is told once.
func TestAJobFromAskingToItsEnd(t *testing.T) {
	story(t, func(t *testing.T) {
		d := newDesk(t, t.TempDir(), func(o *Options) {
			o.Tasks = []Task{{Kind: "backup", Run: func(_ context.Context, j *Running) error {
				for i := range 3 {
					j.Progress(i, 3, "site \x1b[31mHQ")
					j.Log("read site")
					time.Sleep(10 * time.Second)
				}
				j.Result("3 sites, 2 changes")
				return nil
			}}}
		})
		j, err := d.runner.Start(t.Context(), Spec{Kind: "backup", Source: "acme", Target: "HQ", Args: map[string]string{"a": "b"}, Actor: "kim", Via: event.ViaChat, Reply: "thread 7"})
		if err != nil || j.ID == 0 || j.State != event.JobQueued {
			t.Fatalf("%+v, %v", j, err)
		}
		asked := j.Created
		d.run()
		pass(12 * time.Second)
		j = d.job(j.ID)
		if j.State != event.JobRunning || j.Done != 1 || j.Total != 3 || j.Duration(time.Now()) != 12*time.Second {
			t.Errorf("while it runs: %+v", j)
		}
		if strings.Contains(j.Doing, "\x1b") || !strings.Contains(j.Doing, "HQ") {
			t.Errorf("what it does is %q", j.Doing)
		}
		d.want("told while it runs", d.told(), "")
		pass(time.Minute)
		j = d.job(j.ID)
		if j.State != event.JobDone || j.Result != "3 sites, 2 changes" || j.Doing != "" || j.Duration(time.Now()) != 30*time.Second || !j.Created.Equal(asked) {
			t.Errorf("at the end: %+v", j)
		}
		if j.Actor != "kim" || j.Via != event.ViaChat || j.Reply != "thread 7" || j.Args["a"] != "b" {
			t.Errorf("who asked and where it is told: %+v", j)
		}
		d.want("log", strings.Join(j.Log, "|"), "+0s read site|+10s read site|+20s read site")
		d.want("told", d.told(), "1 done")
		d.want("title", Title(&j), "backup of HQ (acme): done after 30s")
	})
}

func TestHowJobsEnd(t *testing.T) {
	story(t, func(t *testing.T) {
		d := newDesk(t, t.TempDir(), nil)
		for _, kind := range []string{"quick", "half", "broken", "panic", "quick"} {
			d.start(kind + " acme")
		}
		d.run()
		pass(10 * time.Second)
		d.want("states", d.states(), "done partial failed failed done")
		d.want("told", sorted(d.told()), "1 done, 2 partial, 3 failed, 4 failed, 5 done")
		d.want("half", d.job(2).Error, "1 of 2 sites: some of it failed")
		d.want("panic", d.job(4).Error, "internal error, please report it: spilled coffee")
	})
}

// Who has many jobs waits for them, and nobody else does.
func TestOneOrganizationDoesNotHoldUpAnother(t *testing.T) {
	story(t, func(t *testing.T) {
		d := newDesk(t, t.TempDir(), nil).run()
		for range 4 {
			d.start("long acme")
		}
		d.start("quick acme")
		d.start("long beta")
		pass(5 * time.Second)
		d.want("states", d.states(), "running running queued queued queued running")
		pass(time.Hour)
		d.want("after an hour", d.states(), "done done running running queued done")
		pass(time.Hour)
		d.want("after two", d.states(), "done done done done done done")
	})
}

func TestAllOrganizationsTogetherAreLimited(t *testing.T) {
	story(t, func(t *testing.T) {
		d := newDesk(t, t.TempDir(), nil).run()
		for i := range 2 * maxAtOnce {
			d.start("long " + string(rune('a'+i)))
		}
		pass(5 * time.Second)
		if n := strings.Count(d.states(), "running"); n != maxAtOnce {
			t.Errorf("%d run at once", n)
		}
	})
}

// A job that another process asks for is taken within a second, and what another
// process cancels ends as soon.
func TestAnotherProcessAsksAndCancels(t *testing.T) {
	story(t, func(t *testing.T) {
		dir := t.TempDir()
		d, other := newDesk(t, dir, nil).run(), newDesk(t, dir, nil)
		for range 3 {
			other.start("long acme")
		}
		pass(2 * time.Second)
		d.want("states", other.states(), "running running queued")
		for _, id := range []int64{1, 3} {
			if err := other.runner.Cancel(t.Context(), id, "lee"); err != nil {
				t.Fatal(err)
			}
		}
		pass(2 * time.Second)
		d.want("states", other.states(), "canceled running canceled")
		d.want("the running one", other.job(1).Error, "canceled by lee")
		d.want("the queued one", other.job(3).Error, "canceled by lee")
		d.want("told here", sorted(d.told()), "1 canceled, 3 canceled")
		d.want("told there", other.told(), "")
		for _, id := range []int64{1, 99} {
			if err := d.runner.Cancel(t.Context(), id, "lee"); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("canceled what is over or unknown: %v", err)
			}
		}
	})
}

// A task that is done although it was canceled is done.
func TestACancelThatComesTooLate(t *testing.T) {
	story(t, func(t *testing.T) {
		d := newDesk(t, t.TempDir(), func(o *Options) {
			o.Tasks = []Task{{Kind: "last", Run: func(ctx context.Context, _ *Running) error { <-ctx.Done(); return nil }}}
		}).run()
		d.start("last acme")
		pass(2 * time.Second)
		if err := d.runner.Cancel(t.Context(), 1, "lee"); err != nil {
			t.Fatal(err)
		}
		pass(2 * time.Second)
		d.want("states", d.states(), "done")
	})
}

// When foghorn stops, what is safe begins again with the next start, and nothing else.
func TestARestart(t *testing.T) {
	story(t, func(t *testing.T) {
		dir := t.TempDir()
		d := newDesk(t, dir, nil).run()
		d.start("long acme")
		d.start("write acme")
		d.start("write acme")
		pass(10 * time.Minute)
		d.stop()
		d.want("when it stopped", d.states(), "queued interrupted queued")
		d.want("told", d.told(), "")
		pass(10 * time.Minute)
		again := newDesk(t, dir, nil).run()
		pass(10 * time.Minute)
		d.want("after the start", again.states(), "running interrupted running")
		d.want("told", again.told(), "2 interrupted")
		j := again.job(1)
		if j.Again != 1 || !strings.Contains(strings.Join(j.Log, "|"), "starts again") {
			t.Errorf("it does not say that it began again: %+v", j)
		}
		pass(time.Hour)
		d.want("at last", again.states(), "done interrupted done")
	})
}

// What ends foghorn whenever it runs is not begun for ever.
func TestAJobThatIsInterruptedOftenIsGivenUp(t *testing.T) {
	story(t, func(t *testing.T) {
		dir := t.TempDir()
		for i := range maxAgain + 1 {
			d := newDesk(t, dir, nil)
			if i == 0 {
				d.start("long acme")
			}
			d.run()
			pass(time.Minute)
			d.want("while it runs", d.states(), "running")
			d.stop()
		}
		d := newDesk(t, dir, nil).run()
		d.want("at last", d.states(), "interrupted")
		if len(d.began()) != 0 || !strings.Contains(d.job(1).Error, "4 times") {
			t.Errorf("%v, %q", d.began(), d.job(1).Error)
		}
	})
}

// An end that nobody was told of, because foghorn ended just then, is told at the next
// start; what ended long ago is no news.
func TestEndsAreToldAfterARestart(t *testing.T) {
	story(t, func(t *testing.T) {
		dir := t.TempDir()
		d := newDesk(t, dir, nil)
		for _, ago := range []time.Duration{2 * time.Hour, 10 * time.Minute} {
			at := time.Now().Add(-ago)
			if err := d.store.PutJob(t.Context(), &event.Job{Kind: "quick", State: event.JobDone, Created: at, Ended: &at}); err != nil {
				t.Fatal(err)
			}
		}
		d.run()
		pass(5 * time.Second)
		d.want("told", d.told(), "2 done")
		d.stop()
		again := newDesk(t, dir, nil).run()
		pass(5 * time.Second)
		d.want("told again", again.told(), "")
	})
}

// An end is told once it is recorded, which is tried until it succeeds. What ended long
// ago is recorded, too.
func TestAnEndIsRecordedBeforeItIsTold(t *testing.T) {
	story(t, func(t *testing.T) {
		var recorded []string
		var full atomic.Bool
		full.Store(true)
		d := newDesk(t, t.TempDir(), func(o *Options) {
			o.Record = func(_ context.Context, j event.Job, told bool) error {
				if full.Load() && j.ID != 3 {
					return errors.New("the disk is full")
				}
				recorded = append(recorded, fmt.Sprint(j.ID, " ", told))
				return nil
			}
		})
		long := time.Now().Add(-48 * time.Hour)
		if err := d.store.PutJob(t.Context(), &event.Job{Kind: "quick", State: event.JobFailed, Created: long, Ended: &long}); err != nil {
			t.Fatal(err)
		}
		d.start("quick acme")
		d.start("quick acme")
		d.run()
		pass(time.Minute)
		d.want("told while the disk is full", d.told(), "3 done")
		full.Store(false)
		pass(5 * time.Second)
		d.want("told", d.told(), "3 done, 2 done")
		d.stop()
		d.want("recorded", strings.Join(recorded, ", "), "3 true, 1 false, 2 true")
	})
}

// A fault of whoever is told costs nobody else.
func TestATellerThatPanics(t *testing.T) {
	story(t, func(t *testing.T) {
		var d *desk
		d = newDesk(t, t.TempDir(), func(o *Options) {
			o.Ended = func(j event.Job) {
				if j.ID == 1 {
					panic("no chat")
				}
				d.tell(j)
			}
		}).run()
		d.start("quick acme")
		d.start("quick acme")
		pass(5 * time.Second)
		d.want("told", d.told(), "2 done")
	})
}

func TestWhatIsRefused(t *testing.T) {
	story(t, func(t *testing.T) {
		d := newDesk(t, t.TempDir(), func(o *Options) {
			o.Tasks = append(o.Tasks, Task{Kind: "ping", Run: func(context.Context, *Running) error { return nil }, Check: func(s *Spec) error {
				if s.Target == "" {
					return errors.New("a ping needs a device")
				}
				return nil
			}})
		})
		long := strings.Repeat("x", maxText+1)
		many := map[string]string{}
		for i := range maxArgs + 1 {
			many[string(rune('a'+i))] = ""
		}
		for _, c := range []struct {
			spec Spec
			want string
		}{
			{Spec{Kind: "quik"}, "did you mean quick?"},
			{Spec{Kind: "nonsense"}, "there are: broken, half, long, panic, ping, quick, write"},
			{Spec{Kind: "ping"}, "a ping needs a device"},
			{Spec{Kind: "quick", Target: long}, "is longer than 200 bytes"},
			{Spec{Kind: "quick", Args: many}, "33 arguments are too many"},
			{Spec{Kind: "quick", Args: map[string]string{"a": strings.Repeat("x", maxArg)}}, "the argument a is longer"},
		} {
			if _, err := d.runner.Start(t.Context(), c.spec); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%.60v: got %v, want %s", c.spec, err, c.want)
			}
		}
		for range maxQueued {
			d.start("quick acme")
		}
		if _, err := d.runner.Start(t.Context(), Spec{Kind: "quick", Source: "acme"}); err == nil || !strings.Contains(err.Error(), "100 jobs wait already") {
			t.Errorf("a flood is taken: %v", err)
		}
		d.start("quick beta")
		if _, err := New(Options{Store: d.store, Clock: d.runner.o.Clock, Tasks: append(d.tasks(), d.tasks()...)}); err == nil {
			t.Error("a task is taken twice")
		}
	})
}

// A job of a kind that this version does not know fails, and holds up nothing.
func TestAJobOfAnotherVersion(t *testing.T) {
	story(t, func(t *testing.T) {
		d := newDesk(t, t.TempDir(), nil)
		if err := d.store.PutJob(t.Context(), &event.Job{Kind: "brew", State: event.JobQueued, Created: time.Now()}); err != nil {
			t.Fatal(err)
		}
		d.start("quick acme")
		d.run()
		pass(5 * time.Second)
		d.want("states", d.states(), "failed done")
		d.want("told", sorted(d.told()), "1 failed, 2 done")
	})
}

// What a task writes is bounded and masked, and cannot change the screen.
func TestWhatATaskWritesIsBounded(t *testing.T) {
	story(t, func(t *testing.T) {
		d := newDesk(t, t.TempDir(), func(o *Options) {
			o.Mask = func(s string) string { return strings.ReplaceAll(s, "hunter2", "<secret>") }
			o.Tasks = []Task{{Kind: "loud", Run: func(_ context.Context, j *Running) error {
				for range 3 * maxLog {
					j.Log("hunter2\nsecond line" + strings.Repeat("x", 2*maxLine))
				}
				j.Result("hunter2\n" + strings.Repeat("é", maxResult))
				j.Progress(-1, -1, "\x1b]0;hunter2\a")
				return errors.New("token hunter2 is bad\x1b[2J")
			}}}
		}).run()
		d.start("loud acme")
		pass(5 * time.Second)
		j := d.job(1)
		if len(j.Log) != maxLog || len(j.Log[0]) > maxLine+20 || strings.Contains(j.Log[0], "\n") {
			t.Errorf("log of %d lines, the first of %d bytes", len(j.Log), len(j.Log[0]))
		}
		if len(j.Result) > maxResult || !strings.HasPrefix(j.Result, "<secret>\n") || j.Done != 0 || j.Total != 0 {
			t.Errorf("result of %d bytes: %.20q", len(j.Result), j.Result)
		}
		if all := j.Error + j.Log[0]; strings.Contains(all, "hunter2") || strings.Contains(all, "\x1b") {
			t.Errorf("it shows %q", j.Error)
		}
	})
}
