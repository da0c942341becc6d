package chatops_test

import (
	"strings"
	"testing"

	"foghorn/journal/event"
)

// A job is canceled by whoever asked for it, or by an operator. Start and cancel are in
// the journal, with who and by which way.
func TestAJobIsCanceledByItsOwnerOrAnOperator(t *testing.T) {
	d := open(t)
	c := d.serve()
	site := d.cloud.Org().Sites[0]
	d.ask(c, otto, "backup "+site.Name)
	d.ask(c, vera, "ping "+site.Devices[0].Name)
	d.ask(c, vera, "ping "+site.Devices[0].Name+" 192.0.2.1")
	for _, x := range []struct {
		user, typed, want, outcome string
	}{
		{vera, "jobs cancel 1", "Job 1 belongs to otto. To cancel it you need the role operator; you have viewer.", event.ChatUnauthorized},
		{sid, "jobs cancel 1", "there is no job 1", event.ChatError}, // he sees one other site
		{vera, "jobs cancel 2", "Canceling job 2, ping of " + site.Devices[0].Name + ".", event.ChatSuccess},
		{vera, "jobs cancel 2", "job 2 has already ended: canceled", event.ChatError},
		{otto, "jobs cancel #3", "Canceling job 3, ping", event.ChatSuccess},
		{otto, "jobs cancel one", "is not the number of a job", event.ChatError},
		{otto, "jobs drop 3", "give jobs the number", event.ChatError},
	} {
		if m := d.ask(c, x.user, x.typed); !strings.Contains(text(m), x.want) || d.audit().Outcome != x.outcome {
			t.Errorf("%q: %s, %s", x.typed, d.audit().Outcome, text(m))
		}
	}
	runs, cancels, pings := d.activities(event.ActionJobRun), d.activities(event.ActionJobCancel), d.activities(event.ActionPingDevice)
	if len(runs) != 1 || runs[0].Actor != "otto" || runs[0].Via != event.ViaChat || runs[0].Target != "job:1" || runs[0].After != "backup "+site.Name {
		t.Errorf("starts: %+v", runs)
	}
	if len(cancels) != 2 || cancels[0].Actor != "vera" || cancels[0].Target != "job:2" || cancels[1].Actor != "otto" || cancels[1].Target != "job:3" {
		t.Errorf("cancels: %+v", cancels)
	}
	if len(pings) != 2 || pings[0].Actor != "vera" || pings[0].Target != "device:"+site.Devices[0].MAC || pings[1].After != "192.0.2.1" {
		t.Errorf("pings: %+v", pings)
	}
	if j := d.jobs.started[2]; j.Error != "canceled by otto" || j.Args[event.JobArgHost] != "192.0.2.1" {
		t.Errorf("%+v", j)
	}
}
