package actions

import (
	"context"
	"errors"
	"fmt"

	"foghorn/journal/event"
)

var _ = register(&Descriptor{
	Name:    event.ActionPing,
	Summary: "have Mist send a test message through a webhook, and follow it to this listener",
	Target:  OnWebhook,
	Role:    RoleOperator,
	Done:    "pinged",
	Keys: []Key{{Name: "ping", Keys: []string{"P"}, Foot: "ping",
		Help: "have Mist send a test message to the webhook, and see how far it comes"}},
	Command: &Command{
		Parent: "webhooks", Use: "ping NAME|ID", Short: "Have Mist send a ping, and follow it to this listener",
		Long: `Have Mist send a ping by a webhook, and follow it: asked, taken by the cloud,
arrived here, signature verified, each with its time; or where it stopped, with
what Mist's own delivery log says. It needs a running collector. Exit code 1 when
the ping does not arrive.`,
		Example: "foghorn webhooks ping noc",
	},
	order: 70,
	check: func(ctx context.Context, c *call, targets []Target) ([]Item, error) {
		hooks, err := c.opt.View.Webhooks(ctx)
		if err != nil {
			return nil, err
		}
		var out []Item
		for _, t := range targets {
			i := Item{Target: t, Err: fmt.Errorf("no webhook %s of %s", t.ID, t.Source)}
			for _, h := range hooks {
				if h.ID == t.ID && h.Source == t.Source {
					i = Item{Target: t, Webhook: &h, Label: h.Name}
				}
			}
			out = append(out, i)
		}
		return out, nil
	},
	run: func(ctx context.Context, c *call, items []Item, yield func(Step, error) bool) {
		for _, i := range items {
			if !c.pingStep(ctx, i, yield) {
				return
			}
		}
	},
})

// pingStep pings one webhook and yields each step that it passes. It reports false
// when nobody takes them any more, which gives the ping up.
func (c *call) pingStep(ctx context.Context, i Item, yield func(Step, error) bool) bool {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	wanted := true
	err := c.PingWebhook(ctx, c.by, *i.Webhook, func(s event.CheckStep) {
		if wanted && !yield(Step{Target: i.Target, State: Progress, Check: s}, nil) {
			wanted = false
			cancel()
		}
	})
	step := Step{Target: i.Target, State: Done, Text: "pinged " + i.Label}
	if err != nil {
		step.State, step.Text, step.Err = Failed, err.Error(), err
	}
	return wanted && yield(step, nil) && !errors.Is(err, context.Canceled)
}
