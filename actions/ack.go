package actions

import (
	"context"
	"errors"
	"fmt"

	"foghorn/journal/event"
)

var _ = onAck(Descriptor{
	Name:    event.ActionAck,
	Aliases: []string{"acknowledge"},
	Summary: "acknowledge an alert: it is yours, on every screen and in Mist",
	Args: []Arg{
		{Name: "note", Kind: Text, Help: "a note to keep with it", Prompt: "ack {}, note: "},
		{Name: "take-over", Kind: Flag, Help: "also take alerts that somebody else has acknowledged"},
	},
	Takes:  "makes it yours",
	Checks: "whether somebody else has acknowledged it; then the screen asks, and the command line needs `--take-over`",
	Done:   "acked",
	Keys: []Key{
		{Name: "ack", Keys: []string{"a"}, Foot: "ack", Help: "acknowledge: it is yours now (marked rows or the selected one)", Arg: "[NOTE]"},
		{Name: "ack-note", Keys: []string{"A"}, Help: "acknowledge with a note", Ask: "note"},
	},
	Command: &Command{
		Parent: "alerts", Use: "ack ID...", Short: "Acknowledge: this is mine",
		Long: "Acknowledge alerts: they are yours, on every screen and in Mist.\n\n" +
			"An alert that somebody else has acknowledged stays theirs: the command names the owner and changes nothing, unless you give --take-over.",
		Example: `foghorn alerts ack a345 a345.1 --note "switch is being replaced"
foghorn alerts ack a345 --take-over        # even if somebody else has it
foghorn alerts ack -q site:berlin          # all that match: lists them and asks once`,
		Past: "acknowledged",
	},
	order: 10,
})

// onAck completes the descriptor. A note given for an alert that ended meanwhile is
// kept on it.
func onAck(d Descriptor) *Descriptor {
	plan := func(c *call, a *event.Alert, i *Item) {
		note := c.args["note"]
		switch mine := a.Owner == c.by.Person; {
		case a.State == event.Resolved && note == "":
			i.Skip = "{} is already resolved"
		case a.State == event.Resolved:
			i.action = event.ActionNote
		case a.AckedAt != nil && !mine:
			i.Owner, i.Since = a.Owner, *a.AckedAt
		case a.AckedAt != nil && note == "":
			i.Skip, i.mine = "{} is already yours", true
		}
	}
	return guarded(onAlerts(d, plan, func(c *call, act *event.Activity) {
		if act.Action == event.ActionNote {
			act.After = c.args["note"]
		} else {
			act.Reason = c.args["note"]
		}
	}))
}

// guarded completes an action that can take an alert from its owner: without take-over
// it does nothing at all when one of the alerts is somebody else's.
func guarded(d *Descriptor) *Descriptor {
	run := d.run
	d.run = func(ctx context.Context, c *call, items []Item, yield func(Step, error) bool) {
		if err := others(items); err != nil && c.args["take-over"] != "true" {
			yield(Step{}, err)
			return
		}
		run(ctx, c, items, yield)
	}
	return d
}

// ErrOthers means that alerts are somebody else's.
var ErrOthers = errors.New("somebody else has acknowledged it")

func others(items []Item) error {
	var errs []error
	for _, i := range items {
		if i.Owner != "" {
			errs = append(errs, fmt.Errorf("alert %s: %w", i.Target.Short(), ErrOthers))
		}
	}
	return errors.Join(errs...)
}
