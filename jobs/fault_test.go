package jobs

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"foghorn/internal/recovery"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// broken is a store with a mistake that shows once.
type broken struct {
	*store.Outbox
	now atomic.Bool
}

func (s *broken) Version(ctx context.Context) (int64, error) {
	if s.now.CompareAndSwap(true, false) {
		panic("spilled coffee")
	}
	return s.Outbox.Version(ctx)
}

// A loop that failed is run again by its owner. Its jobs go on meanwhile, and none
// begins twice.
func TestALoopThatIsRestarted(t *testing.T) {
	story(t, func(t *testing.T) {
		var s *broken
		d := newDesk(t, t.TempDir(), func(o *Options) {
			s = &broken{Outbox: o.Store.(*store.Outbox)}
			o.Store = s
		})
		d.start("write acme")
		failed := make(chan error, 1)
		go func() { failed <- recovery.Wrap(func() error { return d.runner.Run(context.Background()) })() }()
		pass(time.Minute)
		s.now.Store(true)
		pass(time.Minute)
		if err := <-failed; err == nil {
			t.Fatal("it did not fail")
		}
		d.run()
		pass(2 * time.Hour)
		d.want("states", d.states(), "done")
		d.want("told", d.told(), "1 done")
		if n := len(d.began()); n != 1 {
			t.Errorf("it began %d times", n)
		}
	})
}

// fullDisk keeps nothing while it is full.
type fullDisk struct {
	*store.Outbox
	full atomic.Bool
}

func (s *fullDisk) PutJob(ctx context.Context, j *event.Job) error {
	if s.full.Load() {
		return errors.New("no space left on device")
	}
	return s.Outbox.PutJob(ctx, j)
}

// While the disk is full, jobs go on; what they did is kept when there is room.
func TestAFullDisk(t *testing.T) {
	story(t, func(t *testing.T) {
		var disk *fullDisk
		d := newDesk(t, t.TempDir(), func(o *Options) {
			disk = &fullDisk{Outbox: o.Store.(*store.Outbox)}
			o.Store = disk
		}).run()
		d.start("long acme")
		pass(time.Minute)
		disk.full.Store(true)
		pass(90 * time.Minute)
		d.want("while it is full", d.states(), "running")
		if _, err := d.runner.Start(t.Context(), Spec{Kind: "quick", Source: "acme"}); err == nil {
			t.Error("a job is taken that cannot be kept")
		}
		disk.full.Store(false)
		pass(2 * time.Second)
		j := d.job(1)
		if j.State != event.JobDone || j.Duration(time.Now()) != time.Hour || j.Result != "it is done" {
			t.Errorf("afterwards: %+v", j)
		}
		d.want("told", d.told(), "1 done")
	})
}
