package actions

import "foghorn/journal/event"

var _ = onAlerts(Descriptor{
	Name:    event.ActionNote,
	Summary: "write a note on an alert; an empty one clears it",
	Args:    []Arg{{Name: "text", Kind: Text, Required: true, Help: "the note", Prompt: "note on {}: "}},
	Done:    "noted",
	Keys:    []Key{{Name: "note", Keys: []string{"c"}, Help: "write a note on the alert; empty clears it", Arg: "[TEXT]", Ask: "text"}},
	Command: &Command{
		Parent: "alerts", Use: "note ID... TEXT", Short: "Put a note on alerts; an empty one clears it",
		Example: `foghorn alerts note a345 "vendor case 2026-1123-0815"`, Past: "noted",
	},
	order: 50,
}, func(*call, *event.Alert, *Item) {}, func(c *call, act *event.Activity) { act.After = c.args["text"] })
