package mistsim

import (
	"cmp"
	"math"
	"slices"
)

// Whom a service level hit. The parts add up to what the metric's own series
// says is degraded.

type impactedAP struct {
	MAC      string  `json:"ap_mac"`
	Name     string  `json:"name"`
	Degraded float64 `json:"degraded"`
	Duration float64 `json:"duration"`
	Total    float64 `json:"total"`
}

type impactedUser struct {
	MAC        string  `json:"mac"`
	Name       string  `json:"name"`
	APMAC      string  `json:"ap_mac"`
	APName     string  `json:"ap_name"`
	SSID       string  `json:"ssid"`
	WLANID     string  `json:"wlan_id"`
	DeviceType string  `json:"device_type"`
	DeviceOS   string  `json:"device_os"`
	Degraded   float64 `json:"degraded"`
	Duration   float64 `json:"duration"`
	Total      float64 `json:"total"`
}

// impactHead is what the pages of both have in common.
type impactHead struct {
	Classifier string `json:"classifier"`
	Failure    string `json:"failure"`
	Metric     string `json:"metric"`
	Start      int64  `json:"start"`
	End        int64  `json:"end"`
	Page       int    `json:"page"`
	Limit      int    `json:"limit"`
	Total      int    `json:"total_count"`
}

type apImpact struct {
	APs []impactedAP `json:"aps"`
	impactHead
}

type userImpact struct {
	Users []impactedUser `json:"users"`
	impactHead
}

// parseImpact says how much of what is asked for fell to each access point. With
// a classifier it is the part that is put down to it.
func (q *call) parseImpact() (impactHead, levels, map[string]float64, error) {
	m, l, err := q.parseLevels()
	if err != nil {
		return impactHead{}, l, nil, err
	}
	out := impactHead{
		Classifier: q.query.Get("classifier"), Metric: m.name, Start: l.start.Unix(), End: l.end().Unix(), Page: 1, Limit: mostLimit,
	}
	part := 1.0
	if out.Classifier != "" {
		by, ok := l.by[out.Classifier]
		if !ok {
			return out, l, nil, badRequest("classifier: %q is not one of %s", out.Classifier, m.name)
		}
		part = l.sum(by) / math.Max(l.sum(l.degraded), 1e-9)
	}
	of := map[string]float64{}
	for mac, bad := range l.of {
		of[mac] = bad * part
	}
	return out, l, of, nil
}

func (q *call) impactedAPs() (any, error) {
	if q.r.PathValue("scope") != "site" {
		return nil, notFound
	}
	head, l, of, err := q.parseImpact()
	if err != nil {
		return nil, err
	}
	out := apImpact{APs: []impactedAP{}, impactHead: head}
	aps := q.site().OfType(AP)
	for _, d := range aps {
		if bad := round3(of[d.MAC]); bad > 0 {
			out.APs = append(out.APs, impactedAP{MAC: d.MAC, Name: d.label(), Degraded: bad, Duration: bad, Total: round3(l.sum(l.total) / float64(len(aps)))})
		}
	}
	slices.SortFunc(out.APs, func(a, b impactedAP) int {
		return cmp.Or(cmp.Compare(b.Degraded, a.Degraded), cmp.Compare(a.MAC, b.MAC))
	})
	out.Total = len(out.APs)
	return out, nil
}

// impactedUsers: those on an access point share what fell to it; what fell to
// one that has nobody on it any more is shared by all.
func (q *call) impactedUsers() (any, error) {
	if scope := q.r.PathValue("scope"); scope != "site" && scope != AP {
		return nil, notFound
	}
	head, l, of, err := q.parseImpact()
	if err != nil {
		return nil, err
	}
	out, s := userImpact{Users: []impactedUser{}, impactHead: head}, q.site()
	var on []*Client
	clients := map[string]float64{}
	for _, c := range s.Clients {
		if c.AP != "" && (q.r.PathValue("scope") == "site" || q.world.devices[c.AP].ID == q.r.PathValue("scope_id")) {
			on = append(on, c)
			clients[c.AP]++
		}
	}
	everyone := 0.0
	for mac, bad := range of {
		if clients[mac] == 0 {
			everyone += bad
		}
	}
	for _, c := range on {
		ap, wlan := q.world.devices[c.AP], q.world.org.WLANs[c.WLAN]
		bad := round3(of[c.AP]/clients[c.AP] + everyone/float64(len(on)))
		if bad <= 0 {
			continue
		}
		out.Users = append(out.Users, impactedUser{
			MAC: c.MAC, Name: c.Hostname, APMAC: ap.MAC, APName: ap.label(), SSID: wlan.SSID, WLANID: wlan.ID, DeviceType: c.Family, DeviceOS: c.OS,
			Degraded: bad, Duration: bad, Total: round3(l.sum(l.total) / float64(len(on))),
		})
	}
	slices.SortFunc(out.Users, func(a, b impactedUser) int {
		return cmp.Or(cmp.Compare(b.Degraded, a.Degraded), cmp.Compare(a.MAC, b.MAC))
	})
	out.Total = len(out.Users)
	return out, nil
}

func round3(v float64) float64 { return math.Round(v*1000) / 1000 }

// label is what to call a device: its name, or else its address.
func (d *Device) label() string {
	if d.Name == "" {
		return d.MAC
	}
	return d.Name
}
