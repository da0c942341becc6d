package mistsim

import (
	"fmt"
	"time"
)

// The sites of the organization and its inventory.

var orgRoutes = []route{
	{method: "GET", path: "/orgs/{org_id}/sites", do: (*call).siteList},
	{method: "GET", path: "/orgs/{org_id}/inventory", do: (*call).inventory},
}

// founded is when everything was made, a while before the story.
var founded = time.Date(2024, 3, 1, 8, 0, 0, 0, time.UTC)

func (q *call) siteList() (any, error) {
	info := typeNamed("info")
	rows := []map[string]any{}
	for _, s := range q.sites() {
		rows = append(rows, q.world.shown(info, s, q.world.single(info.name, s)))
	}
	return paged(q, rows, false)
}

// sites are those that are still there.
func (c *Cloud) sites() []*Site {
	out := make([]*Site, 0, len(c.world.org.Sites))
	for _, s := range c.world.org.Sites {
		if !s.removed {
			out = append(out, s)
		}
	}
	return out
}

// site is the one of the path; mayTouch has seen that there is one.
func (q *call) site() *Site { return q.world.sites[q.r.PathValue("site_id")] }

type inventoryRow struct {
	ID        string `json:"id"`
	MAC       string `json:"mac"`
	Serial    string `json:"serial"`
	Model     string `json:"model"`
	SKU       string `json:"sku"`
	Type      string `json:"type"`
	Name      string `json:"name,omitempty"`
	Hostname  string `json:"hostname,omitempty"`
	OrgID     string `json:"org_id"`
	SiteID    string `json:"site_id"`
	Connected bool   `json:"connected"`
	Created   int64  `json:"created_time"`
	Modified  int64  `json:"modified_time"`
}

// inventory lists the devices of all sites, of all types unless one is asked
// for. Mist Edges are not in it.
func (q *call) inventory() (any, error) {
	var rows []inventoryRow
	for _, s := range q.sites() {
		if !q.asked("site_id", s.ID) {
			continue
		}
		for _, d := range s.Devices {
			if !q.asked("type", d.Type) || !q.asked("mac", d.MAC) || !q.asked("model", d.Model) || !q.asked("serial", d.serial()) {
				continue
			}
			row := inventoryRow{
				ID: d.ID, MAC: d.MAC, Serial: d.serial(), Model: d.Model, SKU: d.Model, Type: d.Type, Name: d.Name,
				OrgID: q.world.org.ID, SiteID: s.ID, Connected: d.Connected, Created: founded.Unix(), Modified: d.modified(),
			}
			if d.Type != AP {
				row.Hostname = d.Name
			}
			rows = append(rows, row)
		}
	}
	return paged(q, rows, true)
}

// serial is made of the address, which no other device has.
func (d *Device) serial() string { return fmt.Sprintf("SIM%s", d.MAC[2:]) }

// modified is when somebody last changed the device's configuration.
func (d *Device) modified() int64 {
	if d.changed.IsZero() {
		return founded.Unix()
	}
	return d.changed.Unix()
}
