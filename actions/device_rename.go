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

// maxDevices bounds how many devices of an organization are looked at.
const maxDevices = 100_000

// Devices returns the devices of a source: those in the journal, else those that Mist
// says is in the inventory.
func (a *Actions) Devices(ctx context.Context, source string) ([]event.Device, error) {
	out, err := a.opt.View.Devices(ctx, query.Page{Where: query.Is("source", source), Now: a.opt.Clock.Now(), Limit: maxDevices})
	out = slices.DeleteFunc(out, func(d event.Device) bool { return d.Source != source }) // names may differ in case alone
	if err != nil || len(out) > 0 {
		return out, err
	}
	return a.Inventory(ctx, source)
}

// Inventory returns the devices of a source as Mist has them now.
func (a *Actions) Inventory(ctx context.Context, source string) ([]event.Device, error) {
	c, err := a.cloud(source)
	if err != nil {
		return nil, err
	}
	return inventory(ctx, c)
}

// Rename gives a device another name: it logs the activity, changes the name in
// Mist, and logs the outcome. The error says why a check or Mist refused it.
func (a *Actions) Rename(ctx context.Context, by Operator, source string, d event.Device, name string) error {
	_, err := a.renameAs(ctx, by, source, d, name, 0)
	return err
}

// renameAs is Rename; undoes is the activity that it takes back, or 0.
func (a *Actions) renameAs(ctx context.Context, by Operator, source string, d event.Device, name string, undoes int64) (event.Activity, error) {
	if a.opt.ReadOnly {
		return event.Activity{}, ErrReadOnly
	}
	c, err := a.cloud(source)
	if err == nil {
		err = cmp.Or(checkName(name), checkDevice(d, name))
	}
	if err != nil {
		return event.Activity{}, err
	}
	act := event.Activity{
		Time: a.opt.Clock.Now(), Actor: by.Person, Via: by.Via, Action: event.ActionRename, Target: event.DeviceTarget(d.MAC),
		Before: d.Name, After: name, Source: source, Undoes: undoes, Sync: event.Sync{State: event.SyncSending},
	}
	finish, err := a.appendSending(ctx, &act)
	if err != nil {
		return act, err
	}
	defer finish()
	o := a.rename(ctx, c, d, name)
	if ctx.Err() != nil && o.err != nil {
		o.text = "not known: given up before Mist answered"
	}
	return act, errors.Join(o.err, a.recordRename(ctx, act, o))
}

func (a *Actions) rename(ctx context.Context, c Cloud, d event.Device, name string) outcome {
	ctx, cancel := context.WithTimeout(asOperator(ctx), callLimit)
	defer cancel()
	_, err := c.API.RenameDevice(ctx, d.SiteID, cmp.Or(d.ID, mist.DeviceID(string(d.MAC))), name)
	return outcomeOf(err)
}

// recordRename records the outcome of a rename, also when the person has left
// meanwhile. A success brings the new name into every list before the inventory is
// polled again.
func (a *Actions) recordRename(ctx context.Context, act event.Activity, o outcome) error {
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
