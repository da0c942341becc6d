package actions

import (
	"context"

	"foghorn/journal/event"
)

var _ = register(onDevice(Descriptor{
	Name:    event.ActionRestart,
	Aliases: []string{"reboot"},
	Summary: "restart a device", Args: []Arg{why}, Role: RoleOperator, Disrupts: true,
	Costs:  "One call of the API. An access point is offline for a minute or two, a switch or gateway for several minutes.",
	Ask:    &Question{Title: "restart {}?", Declined: "Not restarted."},
	Checks: "whether the device is connected, and what it carries now", Done: "restarted",
	Keys: []Key{{Name: event.ActionRestart, Help: "restart the device of the row, once its name is typed", Arg: "[REASON]", Menu: Choice{Key: "r", Label: "restart it"}}},
	Command: &Command{
		Parent: "devices", Use: "restart NAME|MAC...", Short: "Restart devices, once you have confirmed it",
		Long: `Restart devices. The command first says what each one carries right now, and asks;
without a terminal it needs --yes. Mist accepting the restart is not yet the restart: a
job of the collector watches whether the device goes down and comes back, and --wait
waits for that. Exit code 1 when a device was not restarted.`,
		Example: "foghorn devices restart lobby-ap3 --reason \"clients cannot join\" --wait\n" +
			"foghorn devices restart lobby-ap3 --dry-run        # says what it would hit\n" +
			"foghorn devices restart lobby-ap3 lobby-ap4 --yes  # does not ask",
	},
	order: 82,
}, utility{
	possible: func(*call, *event.Device) error { return nil },
	after:    func(*call) string { return "" },
	send: func(ctx context.Context, _ *call, api API, site, device string) error {
		return api.RestartDevice(ctx, site, device)
	},
	told:     func(_ *call, i *Item) string { return "Mist accepted the restart of " + i.Label },
	followed: true,
}))
