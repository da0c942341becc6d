package mistsim

import (
	"strconv"
	"time"
)

// The search for devices by what they report.

var searchRoutes = []route{
	{method: "GET", path: "/orgs/{org_id}/devices/search", do: (*call).orgDeviceSearch},
	{method: "GET", path: "/sites/{site_id}/devices/search", do: (*call).siteDeviceSearch},
}

// deviceFound is a row of the search. The last four members belong to access points.
type deviceFound struct {
	Type         string    `json:"type,omitempty"` // not of access points
	Hostname     []string  `json:"hostname"`
	IP           string    `json:"ip,omitempty"`
	LastHostname string    `json:"last_hostname"`
	MAC          string    `json:"mac"`
	Model        string    `json:"model"`
	OrgID        string    `json:"org_id"`
	SiteID       string    `json:"site_id"`
	Timestamp    float64   `json:"timestamp"`
	Uptime       int64     `json:"uptime"`
	Version      string    `json:"version"`
	Constrained  *bool     `json:"power_constrained,omitempty"`
	OpMode       *string   `json:"power_opmode,omitempty"`
	Tunnel       *string   `json:"mxtunnel_status,omitempty"`
	WLANs        *[]string `json:"wlans,omitempty"`
}

func (q *call) orgDeviceSearch() (any, error)  { return q.deviceSearch(q.sites()) }
func (q *call) siteDeviceSearch() (any, error) { return q.deviceSearch([]*Site{q.site()}) }

func (q *call) deviceSearch(sites []*Site) (any, error) {
	from, to, err := q.window()
	if err != nil {
		return nil, err
	}
	constrained, asked, err := q.flag("power_constrained")
	if err != nil {
		return nil, err
	}
	var rows []deviceFound
	for _, s := range sites {
		for _, d := range s.Devices {
			if q.ofType("type", d.Type) && q.asked("mac", d.MAC) && q.asked("model", d.Model) && q.asked("site_id", s.ID) && (!asked || d.short == constrained && d.Type == AP) {
				rows = append(rows, q.deviceFound(s, d))
			}
		}
	}
	return searched(q, rows, from, to, func(r deviceFound) place {
		mac, _ := strconv.ParseInt(r.MAC, 16, 64) // what does not change is the place of a row
		return place{mac, r.MAC}
	})
}

func (q *call) deviceFound(s *Site, d *Device) deviceFound {
	r := deviceFound{Type: d.Type, Hostname: []string{d.label()}, IP: d.IP, LastHostname: d.label(), MAC: d.MAC, Model: d.Model, OrgID: q.world.org.ID, SiteID: s.ID,
		Timestamp: floatSeconds(q.now), Uptime: int64(q.now.Sub(d.booted) / time.Second), Version: d.Version}
	if d.Type == AP {
		mode, none := "", ""
		if d.short {
			mode = "[20] 6GHz(2x2) 5GHz(2x2)"
		}
		r.Type, r.Constrained, r.OpMode, r.Tunnel, r.WLANs = "", &d.short, &mode, &none, &[]string{}
	}
	return r
}
