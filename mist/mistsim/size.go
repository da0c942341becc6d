package mistsim

import (
	"errors"
	"fmt"
)

// Bounds of an organization of any size.
const (
	maxSites   = 5000
	maxDevices = 1000
	maxClients = 5000
	fewDevices = 3 // a gateway, a switch and an access point: less can tell no story
)

// planned is the plan of the sites: the cast of the stories, or as many alike as
// are asked for, which is what counting calls needs.
func planned(o Options) ([]plan, error) {
	if o.Sites == 0 {
		if o.Devices != 0 || o.Clients != 0 {
			return nil, errors.New("simulated cloud: devices and clients per site need a number of sites")
		}
		return plans, nil
	}
	if o.Devices == 0 {
		o.Devices = 10
	}
	if o.Clients == 0 {
		o.Clients = 2 * o.Devices
	}
	if o.Sites < 0 || o.Sites > maxSites || o.Devices < fewDevices || o.Devices > maxDevices || o.Clients < 0 || o.Clients > maxClients {
		return nil, fmt.Errorf("simulated cloud: %d sites with %d devices and %d clients: must be 1 to %d, %d to %d, and up to %d",
			o.Sites, o.Devices, o.Clients, maxSites, fewDevices, maxDevices, maxClients)
	}
	out := make([]plan, o.Sites)
	for i := range out {
		p := plans[i%len(plans)]
		p.name, p.apNames = fmt.Sprintf("site-%04d", i+1), fmt.Sprintf("ap-%04d", i+1)
		p.switches = max(o.Devices/12, 1)
		p.aps, p.clients = o.Devices-1-p.switches, o.Clients
		out[i] = p
	}
	return out, nil
}
