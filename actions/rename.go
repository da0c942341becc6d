package actions

import (
	"context"
	"fmt"
	"strings"

	"foghorn/journal"
	"foghorn/journal/event"
)

var _ = register(&Descriptor{
	Name:    event.ActionRename,
	Summary: "rename a device in Mist",
	Target:  OnDevice,
	Args:    []Arg{{Name: "name", Kind: Name, Required: true, Help: "the new name", Prompt: "rename {} to: "}},
	Role:    RoleOperator,
	Ask:     &Question{Title: "rename {} {becomes} {value}?", Yes: "yes, rename it in Mist", Declined: "Not renamed."},
	Checks:  "whether the name is possible, and whether another device has it",
	Done:    "renamed",
	Keys:    []Key{{Name: "rename", Keys: []string{"R"}, Help: "rename the device of the row in Mist; asks before it does", Arg: "NAME", Ask: "name", Menu: Choice{Key: "R", Label: "rename it"}}},
	Command: &Command{Parent: "ap", Use: "rename [OLD NEW]", Short: "Rename a device, or many by a CSV file"},
	order:   80,
	check:   checkRename,
	run: func(ctx context.Context, c *call, items []Item, yield func(Step, error) bool) {
		for _, i := range items {
			if !yield(c.renameStep(ctx, i.Target, *i.Device, c.newName(), 0), nil) {
				return
			}
		}
	},
	undo:       undoRename,
	restorable: func(a *event.Activity) bool { return a.Before != "" },
})

// newName is the name that was typed, without blanks around it.
func (c *call) newName() string { return strings.TrimSpace(c.args["name"]) }

// checkRename looks at a rename before it is asked for. That the other names cannot
// be read keeps nobody from renaming.
func checkRename(ctx context.Context, c *call, targets []Target) ([]Item, error) {
	var out []Item
	for _, t := range targets {
		i := Item{Target: t}
		d, err := c.device(ctx, t)
		if i.Device, i.Label = &d, d.Name; err == nil {
			i.Warn, err = c.renameWarning(ctx, d, c.newName())
		}
		i.Err = err
		out = append(out, i)
	}
	return out, nil
}

// renameWarning says why a device cannot be renamed, or what to know before.
func (a *Actions) renameWarning(ctx context.Context, d event.Device, name string) (warning string, err error) {
	if _, err := a.cloud(d.Source); err != nil {
		return "", err
	}
	if err := checkName(name); err != nil {
		return "", err
	}
	if err := checkDevice(d, name); err != nil {
		return "", err
	}
	devices, err := a.Devices(ctx, d.Source)
	if err != nil {
		return "the names of the other devices could not be read: " + err.Error(), nil
	}
	return collision(devices, d, name), nil
}

// device is a device as the journal knows it, else as the inventory has it.
func (c *call) device(ctx context.Context, t Target) (event.Device, error) {
	mac, ok := event.ParseMAC(t.ID)
	if !ok {
		return event.Device{}, fmt.Errorf("%q is not a MAC", t.ID)
	}
	d, ok, err := journal.DeviceByMAC(ctx, c.opt.View, t.Source, mac, c.now)
	if ok || err != nil {
		return d, err
	}
	devices, err := c.Inventory(ctx, t.Source)
	for _, d := range devices {
		if d.MAC == mac {
			return d, nil
		}
	}
	if err == nil {
		err = fmt.Errorf("no device %s in the inventory of %s", mac, t.Source)
	}
	return event.Device{}, err
}

// renameStep renames one device and says how it went.
func (c *call) renameStep(ctx context.Context, t Target, d event.Device, name string, undoes int64) Step {
	s := Step{Target: t, State: Done, Text: "renamed " + d.Name + " to " + name}
	if d.Name == "" {
		s.Text = "named " + d.MAC.String() + " " + name
	}
	if s.Activity, s.Err = c.renameAs(ctx, c.by, t.Source, d, name, undoes); s.Err != nil {
		s.State, s.Text = Failed, s.Err.Error()
		return s
	}
	_, shown := c.Await(ctx)
	s.Pending = !shown
	return s
}

// undoRename gives devices their old names again, unless somebody has renamed them
// since. A journal that still has the old name is only behind. A device that had no
// name keeps the new one: Mist takes no empty one.
func undoRename(ctx context.Context, c *call, done []event.Activity, yield func(Step, error) bool) {
	for _, a := range done {
		mac, _ := event.DeviceMACOf(a.Target)
		t := Target{Kind: OnDevice, ID: string(mac), Source: a.Source}
		d, err := c.device(ctx, t)
		if err == nil && d.Name != a.After && d.Name != a.Before {
			err = fmt.Errorf("it has been renamed to %s since", d.Name)
		}
		step := Step{Target: t, State: Failed, Err: err}
		if d.Name = a.After; err == nil {
			step = c.renameStep(ctx, t, d, a.Before, a.ID)
		} else {
			step.Text = err.Error()
		}
		if !yield(step, nil) {
			return
		}
	}
}
