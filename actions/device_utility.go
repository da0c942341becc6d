package actions

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/mist"
)

// utility is something that Mist has a device do.
type utility struct {
	// possible says why it cannot be done to the device; nil when it can.
	possible func(c *call, d *event.Device) error
	after    func(c *call) string // Activity.After
	send     func(ctx context.Context, c *call, api API, site, device string) error
	// told says in a sentence what was asked of Mist; the device is its label.
	told func(c *call, i *Item) string
	// followed says that what becomes of it is seen only later.
	followed bool
}

// onDevice completes the descriptor of what Mist has a device do. It is logged, asked
// for and logged again like a rename, and cannot be undone.
func onDevice(d Descriptor, u utility) *Descriptor {
	d.Target = OnDevice
	d.check = func(ctx context.Context, c *call, targets []Target) ([]Item, error) {
		var out []Item
		for _, t := range targets {
			device, err := c.device(ctx, t)
			i := Item{Target: t, Device: &device, Label: cmp.Or(device.Name, device.MAC.String())}
			if err == nil {
				_, err = c.cloud(t.Source)
			}
			if i.Err = cmp.Or(err, reachable(&device), u.possible(c, &device)); i.Err == nil && d.Disrupts {
				c.addImpact(ctx, &i)
			}
			out = append(out, i)
		}
		return out, nil
	}
	d.run = func(ctx context.Context, c *call, items []Item, yield func(Step, error) bool) {
		for _, i := range items {
			if !yield(c.utilityStep(ctx, &i, u), nil) {
				return
			}
		}
	}
	return &d
}

// addImpact finds out what a disruption of a device hits now. That it cannot be read
// keeps nobody from going on, but is said.
func (c *call) addImpact(ctx context.Context, i *Item) {
	ports, _ := Ports(c.args["ports"]) // none for all of the device
	hit, err := journal.ImpactOf(ctx, c.opt.View, i.Device, ports, c.now)
	if err != nil {
		i.Warn = "what it hits could not be read: " + err.Error()
		return
	}
	i.Impact = &hit
}

// reachable says why Mist cannot have a device do anything.
func reachable(d *event.Device) error {
	switch {
	case d.SiteID == "":
		return errors.New("the device is assigned to no site, and Mist reaches only devices of a site")
	case d.Status != "" && d.Status != "connected":
		return fmt.Errorf("the device is %s, and Mist reaches only devices that are connected", d.Status)
	}
	return nil
}

// utilityStep asks Mist, and says how it went.
func (c *call) utilityStep(ctx context.Context, i *Item, u utility) Step {
	s := Step{Target: i.Target, State: Done, Text: u.told(c, i)}
	if s.Activity, s.Err = c.askUtility(ctx, i, u); s.Err != nil {
		s.State, s.Text = Failed, s.Err.Error()
		return s
	}
	if u.followed {
		var known string
		s.Job, known = c.follow(ctx, i, &s.Activity)
		s.Text += "; " + known
	}
	_, shown := c.Await(ctx)
	s.Pending = !shown
	return s
}

func (c *call) askUtility(ctx context.Context, i *Item, u utility) (event.Activity, error) {
	act := c.activity(c.d.Name, i.Target)
	act.Source, act.Reason, act.After, act.Sync.State = i.Target.Source, c.args["reason"], u.after(c), event.SyncSending
	cloud, err := c.cloud(act.Source)
	if err != nil {
		return act, err
	}
	finish, err := c.appendSending(ctx, &act)
	if err != nil {
		return act, err
	}
	defer finish()
	asking, cancel := context.WithTimeout(asOperator(ctx), callLimit)
	defer cancel()
	o := outcomeOf(u.send(asking, c, cloud.API, i.Device.SiteID, cmp.Or(i.Device.ID, mist.DeviceID(string(i.Device.MAC)))))
	sync := event.Sync{State: event.SyncDone}
	if o.err != nil {
		if ctx.Err() != nil {
			o.text = "not known: given up before Mist answered"
		}
		sync = event.Sync{State: event.SyncFailed, Reason: o.text} // it may have been done: it is not tried again
	}
	_, failed := c.append(context.WithoutCancel(ctx), c.result(act, sync, o.text))
	return act, errors.Join(o.err, failed)
}

// why is the argument that says why something is done to a device.
var why = Arg{Name: "reason", Kind: Reason, Help: "why, for the journal"}
