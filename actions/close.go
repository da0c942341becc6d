package actions

import "foghorn/journal/event"

var _ = onAlerts(Descriptor{
	Name:    event.ActionClose,
	Aliases: []string{"resolve"},
	Summary: "end an alert by hand, with a reason; only here, Mist is not told",
	Args:    []Arg{{Name: "reason", Kind: Reason, Required: true, Help: "why it is over", Prompt: "close {}, reason: "}},
	Checks:  "whether it has ended already. Mist's API has no call that ends an alarm, so nothing is sent there",
	Done:    "closed",
	Keys: []Key{{Name: "close", Keys: []string{"X"}, Help: "end it by hand, with a reason",
		Arg: "[REASON]", Ask: "reason"}},
	Command: &Command{
		Parent: "alerts", Use: "close ID...", Short: "End alerts by hand, with a reason",
		Long: "End alerts by hand, for what nothing else ends: a test, a device that was taken away, a problem that you know is over.\n\n" +
			"An alert opens again when its condition is reported at a later time. Reports from before do not open it. " +
			"Only foghorn ends it: Mist's API cannot end an alarm.",
		Example: `foghorn alerts close a345 --reason "test alert"`, Past: "closed",
	},
	order: 25,
}, func(_ *call, a *event.Alert, i *Item) {
	if a.State == event.Resolved {
		i.Skip = "{} is already resolved"
	}
}, func(c *call, act *event.Activity) { act.Reason = c.args["reason"] })
