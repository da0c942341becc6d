package actions

import "foghorn/journal/event"

var _ = register(&Descriptor{
	Name:      event.ActionUnsubscribe,
	Summary:   "end a subscription to a channel",
	Target:    OnChannel,
	Role:      RoleOperator,
	Done:      "unsubscribed",
	Keys:      []Key{{Name: "unsubscribe", Help: "no longer ask for a channel", Arg: "CHANNEL [SOURCE]"}},
	NoCommand: onlyOnTheScreen,
	order:     100,
	check:     checkChannels,
	run:       runChannels("unsubscribed from "),
	undo:      undoChannels(event.ActionSubscribe, "subscribed to "),
})
