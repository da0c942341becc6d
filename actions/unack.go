package actions

import "foghorn/journal/event"

var _ = guarded(onAlerts(Descriptor{
	Name:    event.ActionUnack,
	Aliases: []string{"unacknowledge"},
	Summary: "take an acknowledgement back, here and in Mist",
	Args:    []Arg{{Name: "take-over", Kind: Flag, Help: "also what somebody else has acknowledged"}},
	Takes:   "takes it back all the same",
	Checks:  "whether somebody else has acknowledged it; then the screen asks, and the command line needs `--take-over`",
	Done:    "un-acked",
	Keys:    []Key{{Name: "unack", Keys: []string{"u"}, Help: "take an acknowledgement back"}},
	Command: &Command{
		Parent: "alerts", Use: "unack ID...", Short: "Take an acknowledgement back",
		Example: `foghorn alerts unack a345
foghorn alerts unack a345 --take-over      # even if somebody else has it`, Past: "un-acknowledged",
	},
	order: 20,
}, func(c *call, a *event.Alert, i *Item) {
	switch {
	case a.AckedAt == nil:
		i.Skip = "nobody had {}"
	case a.Owner != c.by.Person:
		i.Owner, i.Since = a.Owner, *a.AckedAt
	}
}, func(*call, *event.Activity) {}))
