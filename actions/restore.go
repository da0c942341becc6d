package actions

import (
	"context"
	"errors"
	"fmt"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// maxOutcome bounds what a failed restore says, in bytes.
const maxOutcome = 500

// Restoration is the restore of an object of the configuration to an earlier state.
type Restoration struct {
	Source string // the organization
	Object string // the path of the object in the backup
	Name   string
	When   string // the state that is wanted
}

// Restore records a restore as an activity, lets do carry it out, and records the
// outcome. It needs the role admin. do makes the calls; its error is the outcome.
func (a *Actions) Restore(ctx context.Context, by Operator, r Restoration, do func(ctx context.Context) error) error {
	switch {
	case a.opt.ReadOnly:
		return ErrReadOnly
	case by.Role < RoleAdmin:
		return &RoleError{Action: event.ActionRestore, Have: by.Role, Required: RoleAdmin}
	}
	act := event.Activity{Time: a.opt.Clock.Now(), Actor: by.Person, Via: by.Via, Action: event.ActionRestore, Target: event.ObjectTarget(r.Object),
		Before: r.Name, After: r.When, Source: r.Source, Sync: event.Sync{State: event.SyncSending}}
	finish, err := a.appendSending(ctx, &act)
	if err != nil {
		return err
	}
	defer finish()
	err = do(ctx)
	sync, text := event.Sync{State: event.SyncDone}, ""
	if err != nil { // not tried again: it stopped where it failed
		text = safetext.Clip(safetext.Line(err.Error()), maxOutcome)
		sync = event.Sync{State: event.SyncFailed, Reason: text}
	}
	if _, failed := a.append(context.WithoutCancel(ctx), a.result(act, sync, text)); failed != nil {
		return errors.Join(err, fmt.Errorf("record the restore: %w", failed))
	}
	return err
}
