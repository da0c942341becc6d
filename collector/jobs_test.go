package collector

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"foghorn/journal/event"
)

// A schedule that is written while foghorn runs applies at once, and its jobs are for the
// organizations that have a connection.
func TestTheScheduleIsReloaded(t *testing.T) {
	c := testCollector(t, fullConfig)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.jobs.Run(ctx) }()
	var said bytes.Buffer
	c.reloader.log = &said
	text := fullConfig + "[[job]]\nkind = \"ping\"\nsource = \"globex\"\ntarget = \"5c5b35000001\"\nevery = \"6h\"\n"
	if err := os.WriteFile(c.ConfigPath, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c.reloader.reload(ctx, false)
	if !strings.Contains(said.String(), "applied the schedule of jobs") || strings.Contains(said.String(), "at the next start") {
		t.Errorf("it says %q", said.String())
	}
	var all []event.Job
	eventually(t, "the job has run", func() bool {
		var err error
		all, err = c.jobs.Jobs(ctx, 9)
		return err == nil && len(all) == 1 && all[0].State.Over()
	})
	if j := all[0]; j.Source != "globex" || j.Via != event.ViaSchedule || j.State != event.JobFailed || !strings.Contains(j.Error, "stream_url") {
		t.Errorf("%+v", j)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
