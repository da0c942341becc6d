package actions

import (
	"context"

	"foghorn/journal/event"
)

var _ = register(onDevice(Descriptor{
	Name:    event.ActionLocate,
	Summary: "make a device blink, or stop that",
	Args:    []Arg{{Name: "stop", Kind: Flag, Help: "stop the blinking"}, why}, Role: RoleOperator,
	Checks: "whether the device is connected", Done: "located", NoCommand: inAChat, order: 84,
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
	told: func(c *call, name string) string {
		if c.args["stop"] == "true" {
			return name + " stops blinking"
		}
		return name + " blinks: an access point until it is stopped, a switch for 5 minutes"
	},
}))
