package actions

import (
	"context"
	"errors"
	"fmt"
	"time"

	"foghorn/journal/event"
)

// Relays is what people decide about relays, and what that depends on. A
// *store.Outbox has it; the relays of whichever process sends notice what is decided.
type Relays interface {
	// Relay returns a relay that has run; ErrNotFound for another one.
	Relay(ctx context.Context, name string) (event.RelayState, error)
	Letters(ctx context.Context, relay string, limit int, states ...string) ([]event.DeadLetter, error)
	// PauseRelay pauses a relay for somebody; nil as the time takes it up again.
	PauseRelay(ctx context.Context, name, by string, at *time.Time) error
	// RetryLetters asks for another try of letters: of all when none is named.
	RetryLetters(ctx context.Context, relay string, ids ...int64) (int, error)
}

// RelayTarget is the relay of a name.
func RelayTarget(name string) Target { return Target{Kind: OnRelay, ID: name} }

// relay is a relay that has run.
func (c *call) relay(ctx context.Context, name string) (event.RelayState, error) {
	if c.opt.Relays == nil {
		return event.RelayState{}, fmt.Errorf("relay %s: no relay has run here yet; start one with a collector: foghorn serve", name)
	}
	r, err := c.opt.Relays.Relay(ctx, name)
	if errors.Is(err, event.ErrNotFound) {
		return r, fmt.Errorf("relay %s: no relay of that name has run; foghorn relay list names those that have", name)
	}
	return r, err
}

// checkRelays makes a check that looks at each relay by itself. look says why there is
// nothing to do, or why it cannot be done.
func checkRelays(look func(ctx context.Context, c *call, r *event.RelayState) (skip string, err error)) func(context.Context, *call, []Target) ([]Item, error) {
	return func(ctx context.Context, c *call, targets []Target) ([]Item, error) {
		var out []Item
		for _, t := range targets {
			i := Item{Target: t, Label: t.ID}
			r, err := c.relay(ctx, t.ID)
			if err == nil {
				i.Skip, err = look(ctx, c, &r)
			}
			i.Err = err
			out = append(out, i)
		}
		return out, nil
	}
}

// decide makes a run that logs an activity of each relay, and then has it carried out.
func decide(fill func(ctx context.Context, c *call, t Target, a *event.Activity) error, carryOut func(ctx context.Context, c *call, a *event.Activity) (did string, err error)) func(context.Context, *call, []Item, func(Step, error) bool) {
	return func(ctx context.Context, c *call, items []Item, yield func(Step, error) bool) {
		for _, i := range items {
			a := c.activity(c.d.Name, i.Target)
			err := fill(ctx, c, i.Target, &a)
			step := Step{Target: i.Target, State: Failed, Err: err}
			if err == nil {
				step = c.decideStep(ctx, i.Target, a, carryOut)
			}
			if step.Err != nil {
				step.Text = step.Err.Error()
			}
			if !yield(step, nil) {
				return
			}
		}
	}
}

// decideStep logs one activity and carries it out. The log also has it when that fails.
func (c *call) decideStep(ctx context.Context, t Target, a event.Activity, carryOut func(context.Context, *call, *event.Activity) (string, error)) Step {
	step := Step{Target: t, State: Failed}
	ids, err := c.append(ctx, a)
	if err != nil {
		step.Err = err
		return step
	}
	a.ID, step.Activity = ids[0], a
	step.Activity.ID = a.ID
	ctx = context.WithoutCancel(ctx) // what is logged is done, also for somebody who leaves
	step.Text, step.Err = carryOut(ctx, c, &a)
	if step.Err != nil {
		failed := c.result(a, event.Sync{State: event.SyncFailed, Reason: step.Err.Error()}, step.Err.Error())
		if _, err := c.append(ctx, failed); err != nil {
			step.Err = errors.Join(step.Err, fmt.Errorf("record that it failed: %w", err))
		}
		return step
	}
	step.State = Done
	_, shown := c.Await(ctx)
	step.Pending = !shown
	return step
}
