package actions

import "foghorn/journal/event"

var _ = onAlerts(Descriptor{
	Name:    event.ActionUnack,
	Aliases: []string{"unacknowledge"},
	Summary: "take an acknowledgement back, here and in Mist",
	Done:    "un-acked",
	Keys:    []Key{{Name: "unack", Keys: []string{"u"}, Help: "take an acknowledgement back"}},
	Command: &Command{
		Parent: "alerts", Use: "unack ID...", Short: "Take an acknowledgement back",
		Example: `foghorn alerts unack a345`, Past: "un-acknowledged",
	},
	order: 20,
}, func(_ *call, a *event.Alert, i *Item) {
	if a.AckedAt == nil {
		i.Skip = "nobody has acknowledged {}"
	}
}, func(*call, *event.Activity) {})
