package collector

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/journal/store"
)

// over is a job, of acme if it names nobody, that another process ran to its end.
func over(t *testing.T, c *Collector, j event.Job) event.Job {
	t.Helper()
	now := time.Now()
	began := now.Add(-12 * time.Second)
	j.Source, j.Created, j.Started, j.Ended = cmp.Or(j.Source, "acme"), began, &began, &now
	outbox, err := store.OpenOutbox(t.Context(), c.Dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer outbox.Close()
	if err := outbox.PutJob(t.Context(), &j); err != nil {
		t.Fatal(err)
	}
	return j
}

func scheduledBackup(state event.JobState) event.Job {
	return event.Job{Kind: "backup", Actor: "schedule", Via: event.ViaSchedule, State: state, Error: "401: the token is wrong"}
}

// A backup that fails on a schedule is one alert however often it fails, until it is done.
// An end that is recorded twice, because foghorn ended in between, is one event.
func TestAFailedScheduleIsAnAlert(t *testing.T) {
	c := testCollector(t, checkedConfig)
	defer running(t, c)()
	events := func() (out []string) {
		all, err := c.view.Events(t.Context(), query.Page{Where: query.Is("topic", event.TopicJobs), Now: time.Now(), OldestFirst: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range all {
			out = append(out, fmt.Sprintf("%s %s %s x%d", e.Source, e.Type, e.Severity, e.Duplicates))
		}
		return out
	}
	alerts := func() (out []string) {
		all, err := c.view.Alerts(t.Context(), query.Page{Where: query.Is("kind", "job_failed"), Now: time.Now(), Limit: 9})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			out = append(out, fmt.Sprintf("%s %s: %s", a.State, a.Severity, a.Title))
		}
		return out
	}
	const failed = "acme JOB_FAILED warn x"
	first := over(t, c, scheduledBackup(event.JobFailed))
	eventually(t, "the first failure", func() bool { return slices.Equal(events(), []string{failed + "1"}) })
	if err := c.recordJob(t.Context(), first, true); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the repeat is counted", func() bool { return slices.Equal(events(), []string{failed + "2"}) })
	over(t, c, scheduledBackup(event.JobFailed))
	over(t, c, event.Job{Kind: "ping", Target: "sw-lobby", Actor: "kim", Via: event.ViaCLI, State: event.JobFailed})
	eventually(t, "the next failures", func() bool {
		return slices.Equal(events(), []string{failed + "2", "acme JOB_FAILED_AGAIN warn x1", failed + "1"})
	})
	if got := alerts(); !slices.Equal(got, []string{"open warn: Backup of acme failed: 401: the token is wrong"}) {
		t.Errorf("alerts %q", got)
	}
	// The same target with other arguments is another schedule, whose first failure is told.
	other := scheduledBackup(event.JobFailed)
	other.Args = map[string]string{"site_id": "hq"}
	over(t, c, other)
	eventually(t, "the other schedule", func() bool { got := events(); return len(got) == 4 && got[3] == failed+"1" })
	over(t, c, event.Job{Kind: "backup", Actor: "kim", Via: event.ViaCLI, State: event.JobDone, Result: "41 objects"})
	eventually(t, "all is well", func() bool {
		got := alerts()
		slices.Sort(got)
		return len(got) == 2 && strings.HasPrefix(got[0], "open") && strings.HasPrefix(got[1], "resolved")
	})
	over(t, c, scheduledBackup(event.JobPartial))
	eventually(t, "it is told again", func() bool { got := events(); return got[len(got)-1] == "acme JOB_PARTIAL warn x1" })
}
