package actions

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"foghorn/journal/event"
)

// maxPorts bounds the ports of one bounce.
const maxPorts = 48

var portPattern = regexp.MustCompile(`^[a-z]{2,4}-?[0-9/:.]{1,16}$`)

var _ = register(onDevice(Descriptor{
	Name:    event.ActionBounce,
	Summary: "take ports of a switch or gateway down and up again",
	Args:    []Arg{{Name: "ports", Kind: Text, Required: true, Help: "the ports, separated by commas", Prompt: "ports of {} to bounce, such as ge-0/0/1: "}, why}, Role: RoleOperator, Disrupts: true,
	Costs:  "One call of the API. Whatever is connected to the ports is offline for seconds; a device that they power restarts.",
	Ask:    &Question{Title: "bounce {value} of {}?", Declined: "Not bounced."},
	Checks: "whether the device is a connected switch or gateway, whether Mist can bounce the ports, and what is connected to them now", Done: "bounced",
	Keys: []Key{{Name: event.ActionBounce, Help: "take ports of the switch or gateway of the row down and up again, once its name is typed", Arg: "PORTS", Ask: "ports", Menu: Choice{Key: "b", Label: "bounce ports of it"}}},
	Command: &Command{
		Parent: "devices", Use: "bounce NAME|MAC PORTS", Short: "Take ports of a switch or gateway down and up again, once you have confirmed it",
		Long: `Take ports of a switch or gateway down and up again. The command first says what is on
them right now, and asks; without a terminal it needs --yes. A job of the collector
watches whether the ports go down and come back, and --wait waits for that. Exit code 1
when Mist refused it.`,
		Example: "foghorn devices bounce sw-lobby ge-0/0/12 --wait\nfoghorn devices bounce sw-lobby ge-0/0/12,ge-0/0/13 --reason \"phones hang\" --yes",
	},
	order: 86,
}, utility{
	possible: func(c *call, d *event.Device) error {
		if d.Type != "switch" && d.Type != "gateway" {
			return fmt.Errorf("an %s has no ports that Mist can bounce; a switch or a gateway has", strings.ToUpper(d.Type))
		}
		_, err := Ports(c.args["ports"])
		return err
	},
	after: func(c *call) string { return c.args["ports"] },
	send: func(ctx context.Context, c *call, api API, site, device string) error {
		ports, err := Ports(c.args["ports"])
		if err != nil {
			return err
		}
		return api.BouncePorts(ctx, site, device, ports)
	},
	told:     func(c *call, i *Item) string { return "Mist accepted to bounce " + c.args["ports"] + " of " + i.Label },
	followed: true,
}))

// Ports reads a list of ports, such as "ge-0/0/1,ge-0/0/2". Mist bounces no ports that
// begin with vme, ae or irb.
func Ports(text string) ([]string, error) {
	var out []string
	for port := range strings.SplitSeq(text, ",") {
		port = strings.ToLower(strings.TrimSpace(port))
		switch {
		case port == "":
		case !portPattern.MatchString(port):
			return nil, fmt.Errorf("%q is not a port such as ge-0/0/1", port)
		case strings.HasPrefix(port, "vme"), strings.HasPrefix(port, "ae"), strings.HasPrefix(port, "irb"):
			return nil, fmt.Errorf("%s cannot be bounced: Mist does so for no port that begins with vme, ae or irb", port)
		default:
			out = append(out, port)
		}
	}
	switch {
	case len(out) == 0:
		return nil, errors.New("no port is named")
	case len(out) > maxPorts:
		return nil, fmt.Errorf("%d ports are more than the %d of one bounce", len(out), maxPorts)
	}
	return out, nil
}
