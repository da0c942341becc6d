package actions

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/mist"
)

// PingHost is what a device pings when nothing else is named.
const PingHost = "8.8.8.8"

// PingAddress reads what a device is to ping; PingHost for nothing.
func PingAddress(typed string) (string, error) {
	host := cmp.Or(strings.TrimSpace(typed), PingHost)
	if _, err := netip.ParseAddr(host); err != nil {
		return "", fmt.Errorf("%q is not an address such as 192.0.2.1: devices ping addresses only", safetext.Clip(host, 64))
	}
	return host, nil
}

// A ping changes nothing, so a viewer may ask for it, and read_only does not refuse it.
var _ = register(&Descriptor{
	Name:    event.ActionPingDevice,
	Summary: "have a device ping an address, as a job; it changes nothing, so read_only allows it",
	Target:  OnDevice,
	Args:    []Arg{{Name: "host", Kind: Name, Help: "the address; " + PingHost + " without it"}},
	Role:    RoleViewer,
	Costs:   "One call of the API.",
	Checks:  "whether the device is connected",
	Done:    "asked to ping",
	Keys: []Key{{Name: event.ActionPingDevice, Help: "have the device of the row ping an address; the job's page shows what comes back", Arg: "[ADDRESS]",
		Menu: Choice{Key: "p", Label: "have it ping " + PingHost}}},
	Command: &Command{
		Parent: "devices", Use: "ping NAME|MAC", Short: "Have a device ping an address, and show what comes back",
		Long: `Have a device ping an address, and show what comes back. The collector runs the job;
without one the command does it itself. It changes nothing, so --read-only allows it.
Exit code 1 when nothing answers.`,
		Example: "foghorn devices ping sw-lobby\nfoghorn devices ping lobby-ap3 --host 192.0.2.1",
	},
	order: 88,
	check: func(ctx context.Context, c *call, targets []Target) ([]Item, error) {
		if c.jobs == nil {
			return nil, errNoJobs
		}
		_, wrong := PingAddress(c.args["host"])
		var out []Item
		for _, t := range targets {
			device, err := c.device(ctx, t)
			out = append(out, Item{Target: t, Device: &device, Label: cmp.Or(device.Name, device.MAC.String()), Err: cmp.Or(err, wrong)})
			if last := &out[len(out)-1]; last.Err == nil {
				last.Err = reachable(&device)
			}
		}
		return out, nil
	},
	run: func(ctx context.Context, c *call, items []Item, yield func(Step, error) bool) {
		for i := range items {
			if !yield(c.pingFrom(ctx, &items[i]), nil) {
				return
			}
		}
	},
})

// pingFrom starts the job of a ping. Its end is the result of the activity.
func (c *call) pingFrom(ctx context.Context, i *Item) Step {
	host, err := PingAddress(c.args["host"])
	s := Step{Target: i.Target, State: Done, Activity: c.activity(c.d.Name, i.Target)}
	s.Activity.Source, s.Activity.After = i.Target.Source, host
	if err == nil {
		var ids []int64
		if ids, err = c.append(ctx, s.Activity); err == nil {
			s.Activity.ID = ids[0]
			s.Job, err = c.startFor(ctx, &s.Activity, event.Job{Kind: event.JobPing, Target: i.Label, Args: map[string]string{
				event.JobArgSite: i.Device.SiteID, event.JobArgDevice: cmp.Or(i.Device.ID, mist.DeviceID(string(i.Device.MAC))),
				event.JobArgMAC: string(i.Device.MAC), event.JobArgHost: host,
			}})
		}
	}
	if err != nil {
		if s.Activity.ID != 0 {
			_, lost := c.append(context.WithoutCancel(ctx), c.result(s.Activity, event.Sync{State: event.SyncFailed, Reason: err.Error()}, err.Error()))
			err = errors.Join(err, lost)
		}
		s.State, s.Text, s.Err = Failed, err.Error(), err
		return s
	}
	s.Text = fmt.Sprintf("Job %d: ping of %s to %s", s.Job, i.Label, host)
	_, shown := c.Await(ctx)
	s.Pending = !shown
	return s
}
