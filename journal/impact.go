package journal

import (
	"context"
	"slices"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

// maxHit bounds the devices and the clients that an Impact counts.
const maxHit = 2000

// Impact is what loses its connection when a device restarts, or ports of it go down:
// as far as the current state says, which does not know clients on a wire.
type Impact struct {
	Devices []event.Device // that reach the network through it
	Clients []event.LiveClient
	// Wired says that there may be clients on a wire besides.
	Wired bool
	// More says that there are more than are counted.
	More bool
}

// Carried reads what reaches the network through a device.
type Carried interface {
	Devices
	DevicesBehind(ctx context.Context, siteID, name string, limit int) ([]event.Device, error)
	DeviceClients(ctx context.Context, device event.MAC, limit int) ([]event.LiveClient, error)
}

// ImpactOf returns what a device carries now or, with ports, what those ports of it do.
func ImpactOf(ctx context.Context, r Carried, d *event.Device, ports []string, now time.Time) (Impact, error) {
	out := Impact{Wired: d.Type != "ap"}
	var err error
	if out.Devices, err = carried(ctx, r, d, now); err != nil {
		return out, err
	}
	out.More = len(out.Devices) == maxHit
	if len(ports) > 0 {
		out.Devices = slices.DeleteFunc(out.Devices, func(o event.Device) bool {
			return !slices.ContainsFunc(ports, func(port string) bool { return o.Uplink == d.Name+" "+port })
		})
	}
	through := out.Devices
	if d.Type == "ap" {
		through = []event.Device{*d}
	}
	for i := range through {
		if through[i].Type != "ap" {
			continue
		}
		clients, err := r.DeviceClients(ctx, through[i].MAC, maxHit-len(out.Clients))
		if err != nil {
			return out, err
		}
		if out.Clients = append(out.Clients, clients...); len(out.Clients) >= maxHit {
			out.More = true
			break
		}
	}
	return out, nil
}

// carried are the devices that reach the network through a device: all others of its site
// for a gateway, and those that are linked to it for a switch.
func carried(ctx context.Context, r Carried, d *event.Device, now time.Time) ([]event.Device, error) {
	switch {
	case d.SiteID == "" || d.Type == "ap":
		return nil, nil
	case d.Type == "gateway":
		all, err := r.Devices(ctx, query.Page{Where: query.Is("site_id", d.SiteID), Now: now, Limit: maxHit})
		return slices.DeleteFunc(all, func(o event.Device) bool { return o.MAC == d.MAC || o.Source != d.Source }), err
	}
	return r.DevicesBehind(ctx, d.SiteID, d.Name, maxHit)
}

// String says in sentences what is hit.
func (i *Impact) String() string {
	count := human.CountOf(len(i.Clients), "wireless client")
	if len(i.Devices) > 0 {
		count = human.CountOf(len(i.Devices), "device") + " and " + count
	}
	text := "It hits " + count + " right now."
	switch {
	case len(i.Devices)+len(i.Clients) == 0 && !i.Wired:
		text = "No client is connected to it right now."
	case len(i.Devices)+len(i.Clients) == 0:
		text = "foghorn knows of no device or wireless client behind it."
	}
	if i.More {
		text += " There are more than it counts."
	}
	if i.Wired {
		text += " foghorn does not know wired clients."
	}
	return text
}
