package projector

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/internal/clock"
	"foghorn/journal/event"
)

// live runs a projector in a bubble, where time passes only while everything
// waits, and ends it with the test.
func live(t *testing.T, l *memLog, v *memView, change ...func(*Options)) *Projector {
	t.Helper()
	p := newProjector(t, l, v, append([]func(*Options){func(o *Options) { o.Clock = clock.Real{} }}, change...)...)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run ended with %v", err)
		}
	})
	synctest.Wait()
	return p
}

func position(v *memView) (at int64) {
	v.read(func(s *memState) { at = s.Position })
	return at
}

func one(i int) event.Record {
	r := delivery(0, "acme", testEvent{ID: fmt.Sprint(i)})
	r.At = time.Now()
	return r
}

func TestALoneRecordIsProjectedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, v := newLog(), newView()
		live(t, l, v)
		for i := range 5 {
			pass(10 * time.Second)
			l.append(one(i))
			synctest.Wait() // no time passes
			if at := position(v); at != int64(i+1) {
				t.Fatalf("record %d: the view stands at %d", i+1, at)
			}
		}
	})
}

// pass lets time go by in a bubble and everything due in it happen.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestASteadyStreamIsProjectedInSlicesWithPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, v := newLog(), newView()
		p := live(t, l, v)
		pass(time.Second)
		for i := range 2000 { // 1,000 a second
			l.append(one(i))
			pass(time.Millisecond)
			if lag := int64(i+1) - position(v); lag > 51 {
				t.Fatalf("after %d records the view is %d behind", i+1, lag)
			}
		}
		if n := p.Stats().Slices; n < 35 || n > 45 {
			t.Errorf("2 s of records took %d slices; one every 50 ms is 40", n)
		}
	})
}

func TestABacklogGoesAtFullSpeedWhenIngestionIsQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, v := newLog(), newView()
		for i := range 3000 {
			l.append(one(i))
		}
		<-l.wake
		live(t, l, v) // no time passes
		if at := position(v); at != 3000 {
			t.Errorf("the view stands at %d", at)
		}
	})
}

func TestABacklogWaitsWhileIngestionIsBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, v := newLog(), newView()
		for i := range 3000 {
			l.append(one(i))
		}
		live(t, l, v, func(o *Options) {
			o.Busy = func() bool { return true }
			o.BusyRecords, o.Pause = 100, 200*time.Millisecond
		})
		for i := range 5 {
			if at, want := position(v), int64(100*(i+1)); at != want {
				t.Fatalf("after %d pauses the view stands at %d, want %d", i, at, want)
			}
			pass(200 * time.Millisecond)
		}
	})
}

func TestALargeBacklogMakesLargerSlices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, v := newLog(), newView()
		for i := range 3000 {
			l.append(one(i))
		}
		live(t, l, v, func(o *Options) {
			o.Busy = func() bool { return true }
			o.BusyRecords, o.Backlog, o.Records = 100, 1000, 400
		})
		var got []int64
		for range 9 {
			got = append(got, position(v))
			pass(50 * time.Millisecond)
		}
		want := "[100 300 700 1100 1500 1900 2300 2400 2500]"
		if fmt.Sprint(got) != want {
			t.Errorf("positions %v, want %v", got, want)
		}
	})
}

func TestAFloodIsNotChased(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, v := newLog(), newView()
		p := live(t, l, v, func(o *Options) { o.BusyRecords = 100 })
		for i := range 20_000 { // 10,000 a second
			l.append(one(i))
			if i%10 == 9 {
				pass(time.Millisecond)
			}
		}
		if n := p.Stats().Slices; n > 15 {
			t.Errorf("2 s of flood took %d slices; one every 200 ms, once it is known for one, is about 13", n)
		}
		pass(time.Second)
		if at := position(v); at != 20_000 {
			t.Errorf("a second after the flood the view stands at %d", at)
		}
	})
}

func TestALostSignalCostsASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, v := newLog(), newView()
		live(t, l, v, func(o *Options) { o.Wake = nil })
		l.append(one(1))
		pass(time.Second)
		if at := position(v); at != 1 {
			t.Errorf("the view stands at %d", at)
		}
	})
}

func TestAFailureIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, v := newLog(), newView()
		p := live(t, l, v)
		v.read(func(*memState) { v.failing = true })
		l.append(one(1))
		synctest.Wait()
		if s := p.Stats(); s.Failures != 1 || s.Problem == "" || s.Lag() != 1 {
			t.Errorf("stats while it fails: %+v", s)
		}
		pass(time.Minute)
		v.read(func(*memState) { v.failing = false })
		pass(lastRetry)
		if s := p.Stats(); s.Problem != "" || s.Lag() != 0 || position(v) != 1 {
			t.Errorf("stats after it was mended: %+v", s)
		}
	})
}

func TestAnIdleViewIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, v := newLog(), newView()
		live(t, l, v)
		l.append(one(1))
		pass(time.Hour)
		v.read(func(*memState) {
			if v.commits != 1 {
				t.Errorf("%d commits for one record in an hour", v.commits)
			}
		})
	})
}

// TestTimeEndsAlertsWithoutRecords also rebuilds the view from the same log:
// both must have the alert end at its own time.
func TestTimeEndsAlertsWithoutRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, v := newLog(), newView()
		live(t, l, v)
		began := time.Now()
		r := delivery(0, "acme", testEvent{ID: "restart", Act: event.OneShot, Key: "ap1", At: int(began.Sub(start).Seconds())})
		r.At = began
		l.append(r)
		pass(time.Hour + time.Second)
		v.read(func(s *memState) {
			if a := s.Alerts[event.ID(1, 0)]; a.State != event.Open {
				t.Errorf("the alert is %s before records of its last second have settled", a.State)
			}
		})
		pass(settling)
		v.read(func(s *memState) {
			a := s.Alerts[event.ID(1, 0)]
			if a.State != event.Resolved || !a.Resolved.Equal(began.Add(time.Hour)) {
				t.Errorf("alert %+v, want it ended at %v", a, began.Add(time.Hour))
			}
		})
		rebuilt := newView()
		q := newProjector(t, l, rebuilt, func(o *Options) { o.Clock = clock.Real{} })
		if err := q.CatchUp(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if got, want := rebuilt.dump(), v.dump(); got != want {
			t.Errorf("rebuilt: %s", firstDifference(got, want))
		}
	})
}

// TestStoppedAnywhere runs live with a kill between any two moments.
func TestStoppedAnywhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		records := history(11, 120)
		want := project(t, newLog(records...)).dump()
		l, v := newLog(), newView()
		for i := range records {
			l.append(records[i])
			if i%7 != 0 {
				continue
			}
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			p := newProjector(t, l, v, func(o *Options) { o.BusyRecords = 3 })
			go func() { ended <- p.Run(ctx) }()
			if i%2 == 0 {
				synctest.Wait()
			}
			cancel()
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
		}
		if err := newProjector(t, l, v).CatchUp(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if got := v.dump(); got != want {
			t.Error(firstDifference(got, want))
		}
	})
}
