package mistsim

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Devices and their statistics. On all of these lists the type is ap unless
// another is asked for, which hides switches and gateways from the unwary
// (docs/mist-api.md, Paging).

var deviceRoutes = []route{
	{method: "GET", path: "/orgs/{org_id}/stats/devices", do: (*call).orgDeviceStats},
	{method: "GET", path: "/orgs/{org_id}/stats/mxedges", do: (*call).edgeStats},
	{method: "GET", path: "/sites/{site_id}/stats/devices", do: (*call).siteDeviceStats},
	{method: "GET", path: "/sites/{site_id}/stats/devices/{device_id}", do: (*call).oneDeviceStats},
	{method: "GET", path: "/sites/{site_id}/stats/clients", do: (*call).clientStats},
	{method: "GET", path: "/sites/{site_id}/stats/clients/{client_mac}", do: (*call).oneClientStats},
	{method: "GET", path: "/sites/{site_id}/stats/mxedges", do: (*call).noEdges},
	{method: "GET", path: "/sites/{site_id}/devices", do: (*call).deviceList},
	{method: "GET", path: "/sites/{site_id}/devices/{device_id}", do: (*call).device},
	{method: "PUT", path: "/sites/{site_id}/devices/{device_id}", do: (*call).configureDevice},
}

// ofType reports whether devices of a type are asked for.
func (q *call) ofType(parameter, kind string) bool {
	switch t := q.query.Get(parameter); t {
	case "":
		return kind == AP
	case "all":
		return true
	default:
		return q.asked(parameter, kind)
	}
}

// deviceStatsOf makes the rows of the page that is asked for, and no others: an
// organization may have tens of thousands.
func (q *call) deviceStatsOf(sites []*Site) (any, error) {
	query := q.query
	var all []*Device
	for _, s := range sites {
		for _, d := range s.Devices {
			status := "disconnected"
			if d.Connected {
				status = "connected"
			}
			if q.ofType("type", d.Type) && q.asked("mac", d.MAC) && (query.Get("status") == "all" || q.asked("status", status)) {
				all = append(all, d)
			}
		}
	}
	cut, err := paged(q, all, true)
	if err != nil {
		return nil, err
	}
	rows := []deviceStats{}
	var at *Site
	var clients map[string]map[string]int
	for _, d := range cut.([]*Device) {
		if s := q.world.siteOf(d); s != at { // they come site by site
			at, clients = s, clientsOf(s)
		}
		rows = append(rows, q.world.statsOf(at, d, clients[d.MAC], q.now))
	}
	return rows, nil
}

func (q *call) orgDeviceStats() (any, error) {
	return q.deviceStatsOf(slices.DeleteFunc(q.sites(), func(s *Site) bool { return !q.asked("site_id", s.ID) }))
}

func (q *call) siteDeviceStats() (any, error) { return q.deviceStatsOf([]*Site{q.site()}) }

func (q *call) oneDeviceStats() (any, error) {
	d, err := q.deviceOfPath()
	if err != nil {
		return nil, err
	}
	return q.world.statsOf(q.site(), d, clientsOf(q.site())[d.MAC], q.now), nil
}

func (q *call) edgeStats() (any, error) {
	var rows []edgeStats
	for _, d := range q.world.org.MxEdges {
		rows = append(rows, q.world.edgeStatsOf(d, q.now))
	}
	return paged(q, rows, false)
}

// noEdges: ours belong to the organization, none to a site.
func (q *call) noEdges() (any, error) { return paged(q, []edgeStats{}, false) }

func (q *call) clientStats() (any, error) {
	wired, _, err := q.flag("wired")
	if err != nil {
		return nil, err
	}
	var rows []clientStats
	for _, c := range q.site().online() {
		if ap := q.world.devices[c.AP]; ap != nil && !wired {
			rows = append(rows, q.world.clientStatsOf(q.site(), c, ap, q.now))
		}
	}
	return paged(q, rows, true)
}

func (q *call) oneClientStats() (any, error) {
	for _, c := range q.site().online() {
		if ap := q.world.devices[c.AP]; ap != nil && c.MAC == q.r.PathValue("client_mac") {
			return q.world.clientStatsOf(q.site(), c, ap, q.now), nil
		}
	}
	return nil, notFound
}

// configOf is the configuration of a device: what is always there, and what was
// put.
func (q *call) configOf(s *Site, d *Device) map[string]any {
	out := map[string]any{
		"id": d.ID, "mac": d.MAC, "serial": d.serial(), "model": d.Model, "type": d.Type,
		"org_id": q.world.org.ID, "site_id": s.ID, "map_id": s.MapID,
		"created_time": founded.Unix(), "modified_time": d.modified(),
	}
	if d.Name != "" {
		out["name"] = d.Name
	}
	maps.Copy(out, d.config)
	return out
}

func (q *call) deviceList() (any, error) {
	name := q.query.Get("name")
	var rows []any
	for _, d := range q.site().Devices {
		if q.ofType("type", d.Type) && (name == "" || d.Name == name) {
			rows = append(rows, q.reveal(q.configOf(q.site(), d)))
		}
	}
	return paged(q, rows, false)
}

func (q *call) deviceOfPath() (*Device, error) {
	id := q.r.PathValue("device_id")
	i := slices.IndexFunc(q.site().Devices, func(d *Device) bool { return d.ID == id })
	if i < 0 {
		return nil, notFound
	}
	return q.site().Devices[i], nil
}

func (q *call) device() (any, error) {
	d, err := q.deviceOfPath()
	if err != nil {
		return nil, err
	}
	return q.reveal(q.configOf(q.site(), d)), nil
}

// fixed are the keys of a device that cannot be put; Mist ignores them.
var fixed = map[string]bool{
	"id": true, "mac": true, "serial": true, "model": true, "type": true, "org_id": true, "site_id": true,
	"created_time": true, "modified_time": true, "name": true,
}

// configureDevice keeps what is put. What is left out stays as it was. Everyone
// hears of it: the audit log, the device's events, and from then on all that
// carries the name.
func (q *call) configureDevice() (any, error) {
	d, err := q.deviceOfPath()
	if err != nil {
		return nil, err
	}
	in, err := q.members()
	if err != nil {
		return nil, err
	}
	const longest = 256
	name := d.Name
	if v, given := in["name"]; given {
		text, ok := v.(string)
		if !ok {
			return nil, badRequest("name: not a valid string")
		}
		if name = text; len(name) > longest {
			return nil, badRequest("name: longer than %d characters", longest)
		}
	}
	before, after := d.configure(in)
	if name != d.Name {
		before["name"], after["name"] = d.Name, name
	}
	d.Name, d.changed = name, q.now
	q.beside(func(w *world) {
		a := q.auditOf(fmt.Sprintf("Update Device %q", d.Name), w.siteOf(d))
		a.DeviceID, a.Before, a.After = d.ID, auditText(before), auditText(after)
		w.emit("audits", a)
		if d.Connected {
			w.reconfigured(d, a.ID)
		}
	})
	return q.reveal(q.configOf(q.site(), d)), nil
}

// configure keeps what is put beyond the name, and returns what differs, before
// and after.
func (d *Device) configure(with map[string]any) (before, after map[string]any) {
	config := maps.Clone(d.config)
	if config == nil {
		config = map[string]any{}
	}
	with = maps.Clone(with)
	maps.DeleteFunc(with, func(k string, _ any) bool { return fixed[strings.TrimPrefix(k, unsetPrefix)] })
	before, after = put(config, with)
	d.config = config
	return before, after
}

// called is the caller's name as audits have it: "Name email".
func (p *principal) called() string {
	if p.email == "" {
		return p.name
	}
	return p.name + " " + p.email
}
