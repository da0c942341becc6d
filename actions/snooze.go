package actions

import (
	"time"

	"foghorn/journal/event"
)

var _ = onAlerts(Descriptor{
	Name:    event.ActionSnooze,
	Summary: "hide an alert for a while",
	Args: []Arg{{
		Name: "for", Kind: Duration, Required: true, Help: "how long, such as 15m or 4h",
		// A shorter snooze is over before it is read, a longer one is forgotten.
		Min: time.Minute, Max: 7 * 24 * time.Hour,
		Choices: []Choice{{"1", "15 minutes", "15m"}, {"2", "1 hour", "1h"}, {"3", "4 hours", "4h"}},
		Prompt:  "snooze {}",
	}},
	Done: "snoozed",
	Keys: []Key{{Name: "snooze", Keys: []string{"z"}, Help: "snooze for a while: 15m, 1h, 4h; or wake it", Arg: "DURATION", Ask: "for"}},
	Also: []string{event.ActionWake},
	Command: &Command{
		Parent: "alerts", Use: "snooze ID... DURATION", Short: "Hide alerts for a while",
		Example: "foghorn alerts snooze a345 4h\nfoghorn alerts snooze -q 'kind:rogue_ap' --yes 4h", Past: "snoozed",
	},
	order: 30,
}, func(_ *call, a *event.Alert, i *Item) {
	if a.State == event.Resolved {
		i.Skip = "{} is already resolved"
	}
}, func(c *call, act *event.Activity) {
	d, _ := time.ParseDuration(c.args["for"]) // Validate has parsed it
	act.After = c.now.Add(d).UTC().Format(time.RFC3339)
})
