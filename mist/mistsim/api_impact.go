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

type impactedSwitch struct {
	MAC      string   `json:"switch_mac"`
	Name     string   `json:"name"`
	Model    string   `json:"switch_model"`
	Version  string   `json:"switch_version"`
	Ports    []string `json:"interface"`
	Degraded float64  `json:"degraded"`
	Duration float64  `json:"duration"`
	Total    float64  `json:"total"`
}

type impactedGateway struct {
	MAC      string  `json:"gateway_mac"`
	Name     string  `json:"name"`
	Model    string  `json:"gateway_model"`
	Version  string  `json:"gateway_version"`
	Degraded float64 `json:"degraded"`
	Duration int64   `json:"duration"`
	Total    int64   `json:"total"`
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

// impactHead is what the pages of all lists have in common.
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

type switchImpact struct {
	Switches []impactedSwitch `json:"switches"`
	impactHead
}

type gatewayImpact struct {
	Gateways []impactedGateway `json:"gateways"`
	impactHead
}

type clientImpact struct {
	Clients []struct{} `json:"clients"`
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

// affected is a device that a metric hit, and how much.
type affected struct {
	*Device
	degraded, total float64
}

// parseAffected lists the devices of a type that what is asked for hit, the worst
// first.
func (q *call) parseAffected(device string) (impactHead, []affected, error) {
	if q.r.PathValue("scope") != "site" {
		return impactHead{}, nil, notFound
	}
	head, l, of, err := q.parseImpact()
	if err != nil {
		return head, nil, err
	}
	var out []affected
	all := q.site().OfType(device)
	for _, d := range all {
		if bad := round3(of[d.MAC]); bad > 0 {
			out = append(out, affected{d, bad, round3(l.sum(l.total) / float64(len(all)))})
		}
	}
	slices.SortFunc(out, func(a, b affected) int {
		return cmp.Or(cmp.Compare(b.degraded, a.degraded), cmp.Compare(a.MAC, b.MAC))
	})
	head.Total = len(out)
	return head, out, nil
}

func (q *call) impactedAPs() (any, error) {
	head, hit, err := q.parseAffected(AP)
	out := apImpact{APs: []impactedAP{}, impactHead: head}
	for _, d := range hit {
		out.APs = append(out.APs, impactedAP{MAC: d.MAC, Name: d.label(), Degraded: d.degraded, Duration: d.degraded, Total: d.total})
	}
	return out, err
}

func (q *call) impactedSwitches() (any, error) {
	head, hit, err := q.parseAffected(Switch)
	out := switchImpact{Switches: []impactedSwitch{}, impactHead: head}
	for _, d := range hit {
		out.Switches = append(out.Switches, impactedSwitch{MAC: d.MAC, Name: d.label(), Model: d.Model, Version: d.Version, Ports: []string{},
			Degraded: d.degraded, Duration: d.total, Total: d.total})
	}
	return out, err
}

func (q *call) impactedGateways() (any, error) {
	head, hit, err := q.parseAffected(Gateway)
	out := gatewayImpact{Gateways: []impactedGateway{}, impactHead: head}
	for _, d := range hit {
		out.Gateways = append(out.Gateways, impactedGateway{MAC: d.MAC, Name: d.label(), Model: d.Model, Version: d.Version,
			Degraded: d.degraded, Duration: int64(math.Ceil(d.total)), Total: int64(math.Ceil(d.total))})
	}
	return out, err
}

// impactedClients are those on switches. The simulated organization has none.
func (q *call) impactedClients() (any, error) {
	head, _, _, err := q.parseImpact()
	return clientImpact{Clients: []struct{}{}, impactHead: head}, err
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
			MAC: c.MAC, Name: c.Hostname, APMAC: ap.MAC, APName: ap.label(), SSID: wlan.SSID, WLANID: q.world.org.wlanID(c.WLAN, s), DeviceType: c.Family, DeviceOS: c.OS,
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
