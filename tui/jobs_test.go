package tui

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"foghorn/actions"
	"foghorn/journal/event"
)

// jobsJournal is a journal with jobs, that somebody else runs.
type jobsJournal struct {
	*testJournal

	mu   sync.Mutex
	jobs []event.Job // newest first
	by   string      // who canceled
}

func (j *jobsJournal) Jobs(context.Context, int) ([]event.Job, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]event.Job(nil), j.jobs...), nil
}

func (j *jobsJournal) Job(_ context.Context, id int64) (event.Job, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, job := range j.jobs {
		if job.ID == id {
			return job, nil
		}
	}
	return event.Job{}, event.ErrNotFound
}

func (j *jobsJournal) CancelJob(_ context.Context, by actions.Operator, id int64) error {
	job, err := j.Job(context.Background(), id)
	if err != nil || job.State.Over() {
		return event.ErrNotFound
	}
	j.change(id, func(job *event.Job) {
		j.by = by.Person
		job.State, job.Error = event.JobCanceled, "canceled by "+by.Person
	})
	return nil
}

func (j *jobsJournal) change(id int64, fn func(*event.Job)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := range j.jobs {
		if j.jobs[i].ID == id {
			fn(&j.jobs[i])
		}
	}
}

func jobsOf(now time.Time) []event.Job {
	ago := func(d time.Duration) *time.Time { at := now.Add(-d); return &at }
	return []event.Job{
		{ID: 5, Kind: "ping", Source: "acme", Target: "sw-ber-01", State: event.JobQueued, Actor: "first.last", Via: event.ViaChat, Created: *ago(3 * time.Second)},
		{ID: 4, Kind: "backup", Source: "acme", Target: "hq-berlin", State: event.JobRunning, Actor: "max.muster", Via: event.ViaCLI, Created: *ago(70 * time.Second),
			Started: ago(65 * time.Second), Done: 12, Total: 40, Doing: "WLANs of hq-berlin", Log: []string{"+0s org setting", "+3s networks", "+9s sites: \x1b[31m40\x1b[0m"}},
		{ID: 3, Kind: "ping", Source: "acme", Target: "ap-ber-02", State: event.JobFailed, Actor: "first.last", Via: event.ViaChat, Created: *ago(10 * time.Minute),
			Started: ago(10 * time.Minute), Ended: ago(10*time.Minute - 9*time.Second), Error: "192.0.2.7 does not answer ap-ber-02: 5 packets sent, none received",
			Result: "PING 192.0.2.7: 56 data bytes\n\n5 packets transmitted, 0 packets received, 100% packet loss"},
		{ID: 2, Kind: "backup", Source: "acme", State: event.JobInterrupted, Actor: "schedule", Via: event.ViaSchedule, Created: *ago(3 * time.Hour), Started: ago(3 * time.Hour),
			Ended: ago(time.Hour), Error: "foghorn stopped while this ran, so it may be partly done: check before you run it again."},
		{ID: 1, Kind: "backup", Source: "acme", State: event.JobDone, Actor: "schedule", Via: event.ViaSchedule, Created: *ago(9 * time.Hour), Started: ago(9 * time.Hour),
			Ended: ago(9*time.Hour - 74*time.Second), Again: 1, Result: "812 objects: 0 new, 2 changed, 0 deleted; 214 calls"},
	}
}

// withJobs is a screen in a world with jobs.
func withJobs(t *testing.T, w, h int, edit func(*Options), story func(s *screen, j *jobsJournal)) {
	t.Helper()
	jobs := &jobsJournal{}
	withOptions(t, w, h, func(o *Options, j *testJournal) {
		jobs.testJournal, jobs.jobs = j, jobsOf(time.Now())
		o.Journal, o.Jobs = jobs, jobs
		if edit != nil {
			edit(o)
		}
	}, func(s *screen) { story(s, jobs) })
}

func (s *screen) palette(command string) {
	s.press(":")
	s.write(command)
	s.press("enter")
}

func TestJobsLookRight(t *testing.T) {
	for name, keys := range map[string][]string{"jobs": nil, "failed": {"j", "j", "enter"}, "running": {"j", "enter"}} {
		for _, size := range few(windows...) {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size.w, size.h), func(t *testing.T) {
				withJobs(t, size.w, size.h, nil, func(s *screen, _ *jobsJournal) {
					s.palette("jobs")
					s.press(keys...)
					s.golden()
				})
			})
		}
	}
}

// Who looks at jobs sees them go on, without a key and without a record in the log.
func TestJobsGoOnWhileSomebodyLooks(t *testing.T) {
	withJobs(t, 160, 40, nil, func(s *screen, j *jobsJournal) {
		s.palette("jobs")
		s.sees("12 of 40 WLANs of hq-berlin", "queued")
		j.change(4, func(job *event.Job) { job.Done, job.Doing = 31, "PSKs of hq-berlin" })
		s.pass(3 * time.Second)
		s.sees("31 of 40 PSKs of hq-berlin")
		s.press("j", "enter")
		s.sees("Job 4", "+3s networks")
		j.change(4, func(job *event.Job) {
			now := time.Now()
			job.State, job.Ended, job.Result = event.JobDone, &now, "40 objects: 1 new"
		})
		s.pass(3 * time.Second)
		s.sees("40 objects: 1 new")
		s.press("esc")
		s.sees("enter opens one", "40 objects: 1 new")
	})
}

func TestAJobIsCanceledFromTheScreen(t *testing.T) {
	withJobs(t, 160, 40, nil, func(s *screen, j *jobsJournal) {
		s.palette("jobs")
		s.press("X")
		s.settle()
		s.sees("Canceling job 5.", "canceled by max.muster")
		s.press("X")
		s.sees("Job 5 has already ended.")
		s.press("j", "enter", "X")
		s.settle()
		s.sees("Canceling job 4.", "canceled by max.muster")
		if j.by != "max.muster" {
			t.Errorf("canceled by %q", j.by)
		}
	})
	withJobs(t, 160, 40, func(o *Options) { o.Jobs = nil }, func(s *screen, j *jobsJournal) {
		s.palette("jobs")
		s.press("X")
		s.sees("Read-only: nothing can be canceled from here.")
		if j.by != "" {
			t.Errorf("canceled by %q", j.by)
		}
	})
}

func TestWithoutJobsTheScreenSaysHowToRunOne(t *testing.T) {
	withJobs(t, 80, 24, nil, func(s *screen, j *jobsJournal) {
		j.jobs = nil
		s.palette("jobs")
		s.sees("No job has run yet.", "foghorn jobs run")
	})
}
