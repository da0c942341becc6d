package actions

import (
	"context"

	"foghorn/journal/event"
)

var _ = register(onDevice(Descriptor{
	Name:    event.ActionRestart,
	Aliases: []string{"reboot"},
	Summary: "restart a device", Args: []Arg{why}, Role: RoleOperator, Disrupts: true,
	Checks: "whether the device is connected", Done: "restarted", NoCommand: inAChat, order: 82,
}, utility{
	possible: func(*call, *event.Device) error { return nil },
	after:    func(*call) string { return "" },
	send: func(ctx context.Context, _ *call, api API, site, device string) error {
		return api.RestartDevice(ctx, site, device)
	},
	told: func(_ *call, name string) string {
		return "Mist restarts " + name + "; the journal shows when it is back"
	},
}))
