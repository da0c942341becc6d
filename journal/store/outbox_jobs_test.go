package store

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"foghorn/journal/event"
)

// A job is found by its id and by what it did; one that is over leaves after a while.
func TestJobsAreKept(t *testing.T) {
	t.Parallel()
	o, ctx, now := openOutbox(t, t.TempDir()), t.Context(), time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	old := &event.Job{Kind: "backup", Source: "acme", State: event.JobDone, Created: now.AddDate(0, -2, 0)}
	run := &event.Job{Kind: "backup", Source: "acme", State: event.JobRunning, Created: now}
	for _, j := range []*event.Job{old, run} {
		if err := o.PutJob(ctx, j); err != nil {
			t.Fatal(err)
		}
	}
	run.Done, run.Log = 3, []string{"read 3 sites"}
	if err := o.PutJob(ctx, run); err != nil {
		t.Fatal(err)
	}
	if live, err := o.LiveJobs(ctx); err != nil || len(live) != 1 || live[0].ID != run.ID || live[0].Done != 3 {
		t.Errorf("live: %+v, %v", live, err)
	}
	if last, err := o.LastJob(ctx, event.Job{Kind: "backup", Source: "acme"}); err != nil || last.ID != run.ID {
		t.Errorf("last: %+v, %v", last, err)
	}
	if err := o.TrimJobs(ctx, now.AddDate(0, -1, 0), 100); err != nil {
		t.Fatal(err)
	}
	if all, err := o.Jobs(ctx, 9); err != nil || len(all) != 1 {
		t.Errorf("jobs: %+v, %v", all, err)
	}
	if _, err := o.Job(ctx, old.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("the old one is there: %v", err)
	}
}

// Old jobs leave, and those that are too many; not the newest of a schedule, which says
// when the next is due, and none that is not over.
func TestWhichJobsAreTrimmed(t *testing.T) {
	t.Parallel()
	o, ctx, now := openOutbox(t, t.TempDir()), t.Context(), time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	put := func(via event.Via, state event.JobState, age int) {
		t.Helper()
		if err := o.PutJob(ctx, &event.Job{Kind: "backup", Source: "acme", Via: via, State: state, Created: now.AddDate(0, 0, -age)}); err != nil {
			t.Fatal(err)
		}
	}
	put(event.ViaCLI, event.JobQueued, 99) // 1
	put(event.ViaSchedule, event.JobDone, 98)
	put(event.ViaSchedule, event.JobDone, 97) // 3
	put(event.ViaCLI, event.JobDone, 96)
	put(event.ViaCLI, event.JobDone, 2)
	put(event.ViaCLI, event.JobDone, 1) // 6
	put(event.ViaCLI, event.JobFailed, 0)
	if err := o.TrimJobs(ctx, now.AddDate(0, 0, -30), 2); err != nil {
		t.Fatal(err)
	}
	all, err := o.Jobs(ctx, 9)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, j := range all {
		got += fmt.Sprint(j.ID, " ")
	}
	if got != "7 6 3 1 " {
		t.Errorf("left are %s", got)
	}
}

// Of two that begin a job, one does; a cancel is kept beside what the one at work writes.
func TestAJobIsBegunOnceAndItsCancelStays(t *testing.T) {
	t.Parallel()
	dir, ctx, now := t.TempDir(), t.Context(), time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	a, b := openOutbox(t, dir), openOutbox(t, dir)
	j := &event.Job{Kind: "backup", State: event.JobQueued, Created: now}
	if err := a.PutJob(ctx, j); err != nil {
		t.Fatal(err)
	}
	j.State = event.JobRunning
	for i, want := range []bool{true, false} {
		if moved, err := []*Outbox{a, b}[i].MoveJob(ctx, j, event.JobQueued); err != nil || moved != want {
			t.Errorf("%d: %v, %v", i, moved, err)
		}
	}
	if err := b.CancelJob(ctx, j.ID, "lee"); err != nil {
		t.Fatal(err)
	}
	if err := a.PutJob(ctx, j); err != nil {
		t.Fatal(err)
	}
	if by, err := a.CanceledJobs(ctx); err != nil || len(by) != 1 || by[j.ID] != "lee" {
		t.Errorf("%v, %v", by, err)
	}
	j.State = event.JobCanceled
	if err := a.PutJob(ctx, j); err != nil {
		t.Fatal(err)
	}
	if err := b.CancelJob(ctx, j.ID, "lee"); !errors.Is(err, ErrNotFound) {
		t.Errorf("canceled what is over: %v", err)
	}
}

// One process runs jobs at a time; when it ends, another may.
func TestOneProcessRunsJobs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, b := openOutbox(t, dir), openOutbox(t, dir)
	unlock, err := a.LockJobs()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.LockJobs(); !errors.Is(err, ErrJobsHeld) {
		t.Errorf("both run jobs: %v", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	unlock, err = b.LockJobs()
	if err != nil {
		t.Fatal(err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
}
