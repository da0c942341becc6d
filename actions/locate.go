package actions

import (
	"context"

	"foghorn/journal/event"
)

var _ = register(onDevice(Descriptor{
	Name:    event.ActionLocate,
	Summary: "make a device blink, or stop that",
	Args:    []Arg{why, {Name: "stop", Kind: Flag, Help: "stop the blinking"}}, Role: RoleOperator,
	Costs:  "One call of the API.",
	Ask:    &Question{Title: "make {} blink?", Yes: "yes, have it blink", Declined: "It does not blink.", Unless: "stop"},
	Checks: "whether the device is connected", Done: "located",
	Keys: []Key{{Name: event.ActionLocate, Help: "make the device of the row blink, so that you can find it; asks before it does", Menu: Choice{Key: "l", Label: "make it blink"}},
		{Name: "locate-stop", Help: "stop its blinking", Args: Args{"stop": "true"}, Menu: Choice{Key: "s", Label: "stop its blinking"}}},
	Command: &Command{
		Parent: "devices", Use: "locate NAME|MAC...", Short: "Make devices blink, or stop that",
		Long: `Make devices blink, so that somebody finds them. An access point blinks until --stop, a
switch for 5 minutes. Exit code 1 when Mist refused it for a device.`,
		Example: "foghorn devices locate lobby-ap3\nfoghorn devices locate lobby-ap3 --stop",
	},
	order: 84,
}, utility{
	possible: func(*call, *event.Device) error { return nil },
	after: func(c *call) string {
		if c.args["stop"] == "true" {
			return "off"
		}
		return "on"
	},
	send: func(ctx context.Context, c *call, api API, site, device string) error {
		return api.LocateDevice(ctx, site, device, c.args["stop"] != "true")
	},
	told: func(c *call, i *Item) string {
		switch {
		case c.args["stop"] == "true":
			return i.Label + " stops blinking"
		case i.Device.Type == "ap":
			return i.Label + " blinks until somebody stops it"
		case i.Device.Type == "switch":
			return i.Label + " blinks for 5 minutes"
		}
		return i.Label + " blinks"
	},
}))
