package actions

import "foghorn/journal/event"

var _ = onAlerts(Descriptor{
	Name:    event.ActionWake,
	Aliases: []string{"unsnooze"},
	Summary: "end the snooze now",
	Done:    "woken",
	Keys:    []Key{{Name: "wake", Help: "end a snooze"}},
	Command: &Command{
		Parent: "alerts", Use: "wake ID...", Short: "End a snooze now",
		Example: `foghorn alerts wake a345`, Past: "woken",
	},
	order: 40,
}, func(c *call, a *event.Alert, i *Item) {
	if !snoozed(a, c.now) {
		i.Skip = "{} is not snoozed"
	}
}, func(*call, *event.Activity) {})
