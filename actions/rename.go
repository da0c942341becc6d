package actions

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/mist"
)

// CheckRename looks at a rename before it is asked for: the error says why it
// cannot be, the warning what whoever confirms it should know.
func (a *Actions) CheckRename(ctx context.Context, source string, d event.Device, name string) (warning string, err error) {
	if a.opt.ReadOnly {
		return "", ErrReadOnly
	}
	if _, err := a.cloud(source); err != nil {
		return "", err
	}
	if err := checkName(name); err != nil {
		return "", err
	}
	if err := checkDevice(d, name); err != nil {
		return "", err
	}
	devices, err := a.Devices(ctx, source)
	if err != nil {
		return "the names of the other devices could not be read: " + err.Error(), nil
	}
	return collision(devices, d, name), nil
}

// maxDevices bounds how many devices of an organisation are looked at.
const maxDevices = 100_000

// Devices are those of a source: what the journal knows, else what its cloud
// says is in the inventory.
func (a *Actions) Devices(ctx context.Context, source string) ([]event.Device, error) {
	out, err := a.opt.View.Devices(ctx, query.Page{Where: query.Is("source", source), Now: a.opt.Clock.Now(), Limit: maxDevices})
	out = slices.DeleteFunc(out, func(d event.Device) bool { return d.Source != source }) // names may differ in case alone
	if err != nil || len(out) > 0 {
		return out, err
	}
	return a.Inventory(ctx, source)
}

// Inventory are the devices of a source as its cloud has them at this moment.
func (a *Actions) Inventory(ctx context.Context, source string) ([]event.Device, error) {
	c, err := a.cloud(source)
	if err != nil {
		return nil, err
	}
	return inventory(ctx, c)
}

// Rename gives a device another name: the wish into the log, the name to Mist,
// and how it went into the log. The error is what Mist, or a check, has against it.
func (a *Actions) Rename(ctx context.Context, source string, d event.Device, name string) error {
	if a.opt.ReadOnly {
		return ErrReadOnly
	}
	c, err := a.cloud(source)
	if err == nil {
		err = cmp.Or(checkName(name), checkDevice(d, name))
	}
	if err != nil {
		return err
	}
	act := event.Activity{
		Time: a.opt.Clock.Now(), Actor: a.opt.Actor, Action: event.ActionRename, Target: event.DeviceTarget(d.MAC),
		Before: d.Name, After: name, Source: source, Sync: event.Sync{State: event.SyncSending},
	}
	finish, err := a.appendSending(ctx, &act)
	if err != nil {
		return err
	}
	defer finish()
	o := a.rename(ctx, c, d, name)
	if ctx.Err() != nil && o.err != nil {
		o.text = "not known: given up before Mist answered"
	}
	return errors.Join(o.err, a.renamed(ctx, act, o))
}

func (a *Actions) rename(ctx context.Context, c Cloud, d event.Device, name string) outcome {
	ctx, cancel := context.WithTimeout(asOperator(ctx), callLimit)
	defer cancel()
	_, err := c.API.RenameDevice(ctx, d.SiteID, cmp.Or(d.ID, mist.DeviceID(string(d.MAC))), name)
	return outcomeOf(err)
}

// renamed records how a rename went; that it did also brings the new name into
// every list, before the next look at the inventory. It is written also when the
// person who asked has left meanwhile.
func (a *Actions) renamed(ctx context.Context, act event.Activity, o outcome) error {
	sync := event.Sync{State: event.SyncDone}
	if o.err != nil {
		sync = event.Sync{State: event.SyncFailed, Reason: o.text} // a rename is not retried
	}
	r := a.result(act, sync, o.text)
	r.Before, r.After = act.Before, act.After
	if _, err := a.append(context.WithoutCancel(ctx), r); err != nil {
		return fmt.Errorf("record the rename: %w", err)
	}
	return nil
}
