package chatops_test

import (
	"strings"
	"testing"
	"time"

	"foghorn/chatops"
	"foghorn/config"
	"foghorn/journal/event"
)

// ended is a job that the desk started, as it ended.
func (d *desk) ended(i int, state event.JobState) event.Job {
	j := d.jobs.started[i]
	started, ended := noon, noon.Add(90*time.Second)
	j.State, j.Started, j.Ended, j.Result = state, &started, &ended, "5 packets, 0% loss"
	if state.Bad() {
		j.Result, j.Error = "", "Mist refused half of it"
	}
	return j
}

func TestTheEndOfAJobIsToldWhereItWasAsked(t *testing.T) {
	d := open(t)
	d.chat.Listed = []config.ChatChannel{{Workspace: "noc", ID: "C0JOBS", NotifyJobCompletion: true, NotifyJobFailure: true}}
	c := d.serve()
	ap := d.cloud.Org().Sites[0].OfType("ap")[0]
	m := d.ask(c, vera, "ping "+ap.Name+" 192.0.2.1")
	if a := d.audit(); a.Job != 1 || !strings.Contains(text(m), "Job 1: ping of "+ap.Name) {
		t.Errorf("%+v: %s", a, text(m))
	}
	if j := d.jobs.started[0]; j.Actor != "vera" || j.Via != event.ViaChat || j.Source != "acme" || j.Args["host"] != "192.0.2.1" || j.Args["device_id"] != ap.ID {
		t.Errorf("%+v", j)
	}
	c.JobEnded(d.ended(0, event.JobDone))
	want := "call-1: Job 1: ping of " + ap.Name + "\n"
	if got := d.posts.answers; len(got) != 1 || !strings.HasPrefix(got[0], want) || !strings.Contains(got[0], "Took=1m30s") || !strings.Contains(got[0], "0% loss") {
		t.Errorf("%q", got)
	}
	c.JobEnded(d.ended(0, event.JobPartial))
	if got := d.posts; len(got.answers) != 2 || !strings.Contains(got.answers[1], "refused half") || len(got.posted) != 0 {
		t.Errorf("a relay tells channels, and nothing else does: %+v", got)
	}
}

// Somebody who was removed meanwhile learns nothing of what they asked for.
func TestARemovedUserIsToldNothing(t *testing.T) {
	d := open(t)
	c := d.serve()
	d.ask(c, vera, "ping "+d.cloud.Org().Sites[0].OfType("ap")[0].Name)
	d.chat.Users = d.chat.Users[1:]
	c.Use(chatops.NewDirectory(d.chat))
	c.JobEnded(d.ended(0, event.JobDone))
	if got := d.posts.answers; len(got) > 0 {
		t.Errorf("%q", got)
	}
}
