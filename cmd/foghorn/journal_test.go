package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"foghorn/internal/clock"
	"foghorn/journal/store"
)

// announced is a clock that tells when somebody begins to wait by it.
type announced struct {
	*clock.Fake
	waits chan time.Duration
}

func (a announced) NewTicker(d time.Duration) (<-chan time.Time, func()) {
	c, stop := a.Fake.NewTicker(d)
	a.waits <- d
	return c, stop
}

// Two people start foghorn for the first time, at the same time. The second
// attaches while the first has not made the view yet.
func TestAttachingWaitsForTheFirstView(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]func(dir string) error{
		"no file":       func(string) error { return nil },
		"no tables yet": func(dir string) error { return os.WriteFile(filepath.Join(dir, store.ViewFile), nil, 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			now := announced{clock.NewFake(time.Now()), make(chan time.Duration, 10)}
			s := &settings{dir: dir, clock: now}
			lock, err := store.LockCollector(dir, s.collecting().Process("screen"))
			if err != nil {
				t.Fatal(err)
			}
			defer lock.Release()
			if err := before(dir); err != nil {
				t.Fatal(err)
			}
			attached := make(chan error, 1)
			go func() {
				j, err := openForReading(t.Context(), s)
				if err == nil {
					err = j.Close()
				}
				attached <- err
			}()
			<-now.waits // for the lock, which is not waited for
			select {
			case <-now.waits:
			case err := <-attached:
				t.Fatalf("it does not wait: %v", err)
			}
			view, err := store.OpenViewWriter(t.Context(), dir, s.collecting().StoreOptions())
			if err != nil {
				t.Fatal(err)
			}
			defer view.Close()
			now.Advance(time.Second)
			if err := <-attached; err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAttachingGivesUpWithThePerson(t *testing.T) {
	dir := t.TempDir()
	now := announced{clock.NewFake(time.Now()), make(chan time.Duration, 10)}
	s := &settings{dir: dir, clock: now}
	lock, err := store.LockCollector(dir, s.collecting().Process("screen"))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	ctx, leave := context.WithCancel(t.Context())
	attached := make(chan error, 1)
	go func() {
		_, err := openForReading(ctx, s)
		attached <- err
	}()
	<-now.waits
	select {
	case <-now.waits:
	case err := <-attached:
		t.Fatalf("it does not wait: %v", err)
	}
	leave()
	if err := <-attached; !errors.Is(err, store.ErrNoView) {
		t.Errorf("it gives up with %v", err)
	}
}
