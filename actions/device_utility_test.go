package actions_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"foghorn/actions"
	"foghorn/journal/event"
	"foghorn/mist/mistsim"
)

// take runs an action on a device and returns its last step.
func (d *desk) take(by actions.Operator, action string, device *mistsim.Device, args actions.Args) actions.Step {
	d.t.Helper()
	var last actions.Step
	a := d.process(nil)
	target := actions.Target{Kind: actions.OnDevice, ID: device.MAC, Source: "acme"}
	for step, err := range a.Run(d.ctx, by, action, []actions.Target{target}, args) {
		if err != nil {
			return actions.Step{State: actions.Failed, Err: err, Text: err.Error()}
		}
		last = step
	}
	return last
}

func TestADeviceDoesWhatAnOperatorAsks(t *testing.T) {
	d := open(t)
	site := d.cloud.Org().Sites[0]
	ap, sw := site.OfType(mistsim.AP)[0], site.OfType(mistsim.Switch)[0]
	op := actions.Operator{Person: "ada", Role: actions.RoleOperator, Via: event.ViaChat}
	for _, c := range []struct {
		action string
		device *mistsim.Device
		args   actions.Args
		after  string
		told   string
	}{
		{event.ActionRestart, ap, actions.Args{"reason": "hangs"}, "", "Mist accepted the restart of " + ap.Name},
		{event.ActionLocate, ap, nil, "on", ap.Name + " blinks"},
		{event.ActionLocate, ap, actions.Args{"stop": "true"}, "off", ap.Name + " stops blinking"},
		{event.ActionBounce, sw, actions.Args{"ports": "ge-0/0/1,ge-0/0/2"}, "ge-0/0/1,ge-0/0/2", "Mist accepted to bounce ge-0/0/1,ge-0/0/2"},
	} {
		step := d.take(op, c.action, c.device, c.args)
		a := step.Activity
		if step.State != actions.Done || !strings.HasPrefix(step.Text, c.told) {
			t.Errorf("%s: %s %q", c.action, step.State, step.Text)
		}
		if a.Action != c.action || a.Actor != "ada" || a.Via != event.ViaChat || a.After != c.after || a.Reason != c.args["reason"] || a.Target != "device:"+c.device.MAC {
			t.Errorf("%s: %+v", c.action, a)
		}
		d.project()
		shown, err := d.view.ActivitiesByID(d.ctx, a.ID)
		if err != nil || len(shown) != 1 || shown[0].Sync.State != event.SyncDone {
			t.Errorf("%s: the journal has %+v, %v", c.action, shown, err)
		}
	}
}

func TestWhatADeviceIsNotAskedFor(t *testing.T) {
	d := open(t)
	site := d.cloud.Org().Sites[0]
	ap, sw := site.OfType(mistsim.AP)[0], site.OfType(mistsim.Switch)[0]
	op := actions.Operator{Person: "ada", Role: actions.RoleOperator}
	for _, c := range []struct {
		by     actions.Operator
		action string
		device *mistsim.Device
		args   actions.Args
		want   string
	}{
		{actions.Operator{Person: "eve"}, event.ActionRestart, ap, nil, "needs the role operator"},
		{op, event.ActionBounce, ap, actions.Args{"ports": "eth0"}, "has no ports"},
		{op, event.ActionBounce, sw, nil, "needs ports"},
		{op, event.ActionBounce, sw, actions.Args{"ports": "ae0"}, "ae0 cannot be bounced"},
		{op, event.ActionBounce, sw, actions.Args{"ports": "; reboot"}, "is not a port"},
		{op, event.ActionBounce, sw, actions.Args{"ports": " , "}, "no port is named"},
		{op, event.ActionRestart, &mistsim.Device{MAC: "5c5b35ffffff"}, nil, "no device"},
	} {
		calls := d.requestsMade()
		step := d.take(c.by, c.action, c.device, c.args)
		if step.State != actions.Failed || !strings.Contains(step.Text, c.want) {
			t.Errorf("%s %v: %s %q, want %q", c.action, c.args, step.State, step.Text, c.want)
		}
		if c.by.Role == actions.RoleViewer && d.requestsMade() != calls {
			t.Errorf("%s: Mist was asked", c.action)
		}
	}
}

func TestPortsAreRead(t *testing.T) {
	got, err := actions.Ports(" GE-0/0/1, mge-1/0/12 ,xe-0/1/0:3")
	if want := []string{"ge-0/0/1", "mge-1/0/12", "xe-0/1/0:3"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
}

// heldJobs keeps jobs that never run.
type heldJobs struct{ started []event.Job }

func (h *heldJobs) StartJob(_ context.Context, j event.Job) (event.Job, error) {
	j.ID, j.State = int64(len(h.started)+1), event.JobQueued
	h.started = append(h.started, j)
	return j, nil
}
func (h *heldJobs) CancelJob(context.Context, int64, string) error { return event.ErrNotFound }
func (h *heldJobs) Runs() bool                                     { return true }
func (h *heldJobs) Job(_ context.Context, id int64) (event.Job, error) {
	return h.started[id-1], nil
}

// A viewer may have a device ping, also where nothing may be changed. The end of the job is
// the result of the activity; what Mist accepted stays so, whatever is seen of it.
func TestTheEndOfAJobIsTheResultOfItsActivity(t *testing.T) {
	d := open(t)
	ap := d.cloud.Org().Sites[0].OfType(mistsim.AP)[0]
	jobs := &heldJobs{}
	a := d.process(func(o *actions.Options) { o.ReadOnly = true })
	a.UseJobs(jobs)
	vera := actions.Operator{Person: "vera", Via: event.ViaChat, Reply: "there"}
	target := []actions.Target{{Kind: actions.OnDevice, ID: ap.MAC, Source: "acme"}}
	steps, err := taken(a.Run(d.ctx, vera, event.ActionPingDevice, target, nil))
	if err != nil || len(steps) != 1 || steps[0].State != actions.Done || steps[0].Job != 1 {
		t.Fatalf("%+v, %v", steps, err)
	}
	if j := jobs.started[0]; j.Kind != event.JobPing || j.Actor != "vera" || j.Reply != "there" || j.Args[event.JobArgHost] != actions.PingHost || j.Target != ap.Name {
		t.Errorf("%+v", j)
	}
	if _, err := taken(a.Run(d.ctx, vera, event.ActionRestart, target, nil)); !errors.Is(err, actions.ErrReadOnly) {
		t.Errorf("a restart: %v", err)
	}
	if err := a.CancelJob(d.ctx, ada, 1); !errors.Is(err, actions.ErrReadOnly) {
		t.Errorf("a cancel: %v", err)
	}
	b := d.process(nil)
	b.UseJobs(jobs)
	restarts, err := taken(b.Run(d.ctx, ada, event.ActionRestart, target, nil))
	if err != nil || restarts[0].Job != 2 || jobs.started[1].Kind != event.JobFollow {
		t.Fatalf("%+v, %v", restarts, err)
	}
	d.project()
	for i, end := range []struct {
		state  event.JobState
		error  string
		output string
		want   event.Activity
	}{
		{event.JobFailed, "8.8.8.8 does not answer", "", event.Activity{Result: "8.8.8.8 does not answer", Sync: event.Sync{State: event.SyncFailed, Reason: "8.8.8.8 does not answer"}}},
		{event.JobFailed, "it did not go down within 5m", "", event.Activity{Result: "it did not go down within 5m", Sync: event.Sync{State: event.SyncDone}}},
	} {
		j := jobs.started[i]
		j.State, j.Error, j.Result = end.state, end.error, end.output
		for range 2 { // it may be told twice
			d.must(a.JobEnded(d.ctx, &j))
			d.project()
		}
		id := []int64{steps[0].Activity.ID, restarts[0].Activity.ID}[i]
		acts, err := d.view.ActivitiesByID(d.ctx, id)
		d.must(err)
		if acts[0].Result != end.want.Result || acts[0].Sync != end.want.Sync {
			t.Errorf("%s: %+v", j.Kind, acts[0])
		}
	}
}
