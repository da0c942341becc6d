package actions

import (
	"context"
	"fmt"

	"foghorn/journal/event"
)

// How activities call the two states of a relay.
const (
	relayRuns   = "running"
	relayPaused = "paused"
)

var _ = register(&Descriptor{
	Name:    event.ActionRelayPause,
	Summary: "stop a relay from sending, until it is resumed; what comes meanwhile waits",
	Target:  OnRelay,
	Args:    []Arg{{Name: "reason", Kind: Reason, Help: "why, for others to read"}},
	Role:    RoleOperator,
	Done:    "paused",
	Keys:    []Key{{Name: event.ActionRelayPause, Help: "stop a relay from sending, until it is resumed", Arg: "NAME [REASON]"}},
	Command: &Command{
		Parent: "relay", Use: "pause NAME...", Short: "Stop relays from sending, until they are resumed",
		Long: `Stop relays from sending, until they are resumed. What comes meanwhile waits, and is
sent then; what is older than the relay's drop_after is dropped and counted.`,
		Example: "foghorn relay pause chat --reason 'the channel moves'",
		Past:    "paused",
	},
	order: 110,
	check: checkRelays(func(_ context.Context, _ *call, r *event.RelayState) (string, error) {
		if r.PausedAt != nil {
			return "{} is paused already, by " + r.PausedBy, nil
		}
		return "", nil
	}),
	run:  decide(pauseActivity, pauseRelay),
	undo: undoPauses,
})

var _ = register(&Descriptor{
	Name:    event.ActionRelayResume,
	Summary: "have a paused relay send again, from where it stopped",
	Target:  OnRelay,
	Role:    RoleOperator,
	Done:    "resumed",
	Keys:    []Key{{Name: event.ActionRelayResume, Help: "have a paused relay send again", Arg: "NAME"}},
	Command: &Command{
		Parent: "relay", Use: "resume NAME...", Short: "Have paused relays send again, from where they stopped",
		Example: "foghorn relay resume chat",
		Past:    "resumed",
	},
	order: 120,
	check: checkRelays(func(_ context.Context, _ *call, r *event.RelayState) (string, error) {
		if r.PausedAt == nil {
			return "{} is not paused", nil
		}
		return "", nil
	}),
	run:  decide(pauseActivity, pauseRelay),
	undo: undoPauses,
})

// pauseActivity says what a pause or its end changes.
func pauseActivity(_ context.Context, c *call, _ Target, a *event.Activity) error {
	a.Reason, a.Before, a.After = c.args["reason"], relayRuns, relayPaused
	if a.Action == event.ActionRelayResume {
		a.Before, a.After = relayPaused, relayRuns
	}
	return nil
}

// pauseRelay carries out a pause or its end.
func pauseRelay(ctx context.Context, c *call, a *event.Activity) (string, error) {
	name, _ := event.RelayOf(a.Target)
	if a.Action == event.ActionRelayResume {
		return "resumed " + name, c.opt.Relays.PauseRelay(ctx, name, "", nil)
	}
	return "paused " + name, c.opt.Relays.PauseRelay(ctx, name, a.Actor, &a.Time)
}

// undoPauses takes the opposite action, unless somebody has taken it since.
func undoPauses(ctx context.Context, c *call, done []event.Activity, yield func(Step, error) bool) {
	for _, was := range done {
		name, _ := event.RelayOf(was.Target)
		t := RelayTarget(name)
		back := event.ActionRelayPause
		if was.Action == event.ActionRelayPause {
			back = event.ActionRelayResume
		}
		a := c.activity(back, t)
		a.Before, a.After, a.Undoes = was.After, was.Before, was.ID
		r, err := c.relay(ctx, name)
		if paused := was.After == relayPaused; err == nil && (r.PausedAt != nil) != paused {
			err = fmt.Errorf("relay %s is %s already", name, was.Before)
		}
		step := Step{Target: t, State: Failed, Err: err}
		if err == nil {
			step = c.decideStep(ctx, t, a, pauseRelay)
		}
		if step.Err != nil {
			step.Text = step.Err.Error()
		}
		if !yield(step, nil) {
			return
		}
	}
}
