package actions_test

import (
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
		{event.ActionRestart, ap, actions.Args{"reason": "hangs"}, "", "Mist restarts " + ap.Name},
		{event.ActionLocate, ap, nil, "on", ap.Name + " blinks"},
		{event.ActionLocate, ap, actions.Args{"stop": "true"}, "off", ap.Name + " stops blinking"},
		{event.ActionBounce, sw, actions.Args{"ports": "ge-0/0/1,ge-0/0/2"}, "ge-0/0/1,ge-0/0/2", "Mist bounces ge-0/0/1,ge-0/0/2"},
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
