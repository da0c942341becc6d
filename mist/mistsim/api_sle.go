package mistsim

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"time"
)

// Service levels: the overview of all sites, and the ways down from a metric to
// whom it hit.

const slePath = "/sites/{site_id}/sle/{scope}/{scope_id}"

var sleRoutes = []route{
	{method: "GET", path: "/orgs/{org_id}/insights/sites-sle", do: (*call).sitesSLE},
	{method: "GET", path: slePath + "/metrics", do: (*call).metricList},
	{method: "GET", path: slePath + "/metric/{metric}/summary-trend", do: (*call).summaryTrend},
	{method: "GET", path: slePath + "/metric/{metric}/summary", do: (*call).summary},
	{method: "GET", path: slePath + "/metric/{metric}/threshold", do: (*call).threshold},
	{method: "GET", path: slePath + "/metric/{metric}/classifiers", do: (*call).classifiers},
	{method: "GET", path: slePath + "/metric/{metric}/classifier/{classifier}/summary-trend", do: (*call).classifierTrend},
	{method: "GET", path: slePath + "/metric/{metric}/impacted-aps", do: (*call).impactedAPs},
	{method: "GET", path: slePath + "/metric/{metric}/impacted-switches", do: (*call).impactedSwitches},
	{method: "GET", path: slePath + "/metric/{metric}/impacted-gateways", do: (*call).impactedGateways},
	{method: "GET", path: slePath + "/metric/{metric}/impacted-users", do: (*call).impactedUsers},
	{method: "GET", path: slePath + "/metric/{metric}/impacted-clients", do: (*call).impactedClients},
}

// sitesPage is one page of the overview. Its rows have a key for each metric.
type sitesPage struct {
	Start    int64 `json:"start"`
	End      int64 `json:"end"`
	Interval int   `json:"interval"`
	Limit    int   `json:"limit"`
	Page     int   `json:"page"`
	Total    int   `json:"total"`
	Results  any   `json:"results"`
}

func (q *call) sitesSLE() (any, error) {
	from, to, err := q.window()
	if err != nil {
		return nil, err
	}
	family := q.query.Get("sle")
	if family == "" {
		family = "wifi"
	}
	if !slices.Contains([]string{"wifi", "wired", "wan"}, family) {
		return nil, badRequest("sle: %q is not wifi, wired or wan", family)
	}
	sites := q.sites()
	cut, err := paged(q, sites, false)
	if err != nil {
		return nil, err
	}
	b := slotsFor(from, to, q.now)
	rows := []map[string]any{}
	for _, s := range cut.([]*Site) {
		rows = append(rows, q.scoresOf(s, family, b))
	}
	limit, _ := q.number("limit", defaultLimit, 0, mostLimit) // paged has read both
	page, _ := q.number("page", 1, 1, 1<<20)
	total := len(sites)
	if q.fault.Kind == EndlessPages {
		total = 1 << 30
	}
	return sitesPage{
		Start: b.start.Unix(), End: b.end().Unix(), Interval: int(b.width.Seconds()), Limit: limit, Page: page, Total: total, Results: rows,
	}, nil
}

// scoresOf is a site's row of the overview. A metric that counted nothing is
// left out.
func (q *call) scoresOf(s *Site, family string, b slots) map[string]any {
	row := map[string]any{"site_id": s.ID}
	users := 0
	for _, c := range s.Clients {
		if c.AP != "" {
			users++
		}
	}
	row["num_clients"] = users
	counted := map[string]string{"wifi": "num_aps", "wired": "num_switches", "wan": "num_gateways"}[family]
	for _, m := range sleMetrics {
		if m.family != family {
			continue
		}
		row[counted] = len(s.OfType(m.device))
		if rate, ok := q.world.levelsOf(s, m, b, only{rate: true}).rate(); ok {
			row[m.alias] = rate
		}
	}
	return row
}

// parseSLE reads what a path under /sle/ names.
func (q *call) parseSLE() (m *metric, just only, err error) {
	s, id := q.site(), q.r.PathValue("scope_id")
	switch scope := q.r.PathValue("scope"); scope {
	case "site":
		if id != s.ID {
			return nil, just, notFound
		}
	case "client":
		just.client = true
		if !slices.ContainsFunc(s.Clients, func(c *Client) bool { return c.MAC == id }) {
			return nil, just, notFound
		}
	case AP, Switch, Gateway:
		i := slices.IndexFunc(s.Devices, func(d *Device) bool { return d.ID == id && d.Type == scope })
		if i < 0 {
			return nil, just, notFound
		}
		just.mac = s.Devices[i].MAC
	default:
		return nil, just, notFound
	}
	if name := q.r.PathValue("metric"); name != "" {
		if m = metricNamed(name); m == nil {
			return nil, just, &failure{status: http.StatusNotFound, detail: fmt.Sprintf("metric %q not found", name)}
		}
	}
	return m, just, nil
}

func (q *call) metricList() (any, error) {
	if _, _, err := q.parseSLE(); err != nil {
		return nil, err
	}
	names := []string{}
	for _, m := range sleMetrics {
		names = append(names, m.name)
	}
	return map[string][]string{"enabled": names, "supported": append(names, "roaming-v2", "switch_stc", "location_jitter")}, nil
}

// parseLevels counts what a path and a window ask for.
func (q *call) parseLevels() (*metric, levels, error) {
	m, just, err := q.parseSLE()
	if err != nil {
		return nil, levels{}, err
	}
	from, to, err := q.window()
	if err != nil {
		return nil, levels{}, err
	}
	return m, q.world.levelsOf(q.site(), m, slotsFor(from, to, q.now), just), nil
}

type samples struct {
	Total    []*float64 `json:"total"`
	Degraded []*float64 `json:"degraded"`
	Value    []*float64 `json:"value,omitempty"`
	Duration []*float64 `json:"duration,omitempty"`
}

type sleSeries struct {
	Name     string  `json:"name"`
	Interval int     `json:"interval"`
	XLabel   string  `json:"x_label"`
	YLabel   string  `json:"y_label"`
	Samples  samples `json:"samples"`
	Impact   *impact `json:"impact,omitempty"`
}

type impact struct {
	Users      int `json:"num_users"`
	TotalUsers int `json:"total_users"`
	APs        int `json:"num_aps"`
	TotalAPs   int `json:"total_aps"`
}

type trend struct {
	Start       int64       `json:"start"`
	End         int64       `json:"end"`
	SLE         sleSeries   `json:"sle"`
	Classifiers []sleSeries `json:"classifiers"`
	Impact      *impact     `json:"impact,omitempty"` // of the older summary only
	Events      *[]any      `json:"events,omitempty"`
}

// shown is a series as the API gives it: null where there is no value.
func (l levels) shown(what []float64) []*float64 {
	out := make([]*float64, l.n)
	for i, v := range what {
		if l.known[i] {
			v = math.Round(v*1e4) / 1e4
			out[i] = &v
		}
	}
	return out
}

func (l levels) classifier(m *metric, name string) sleSeries {
	bad := l.shown(l.by[name])
	return sleSeries{
		Name: name, Interval: int(l.width.Seconds()), XLabel: "seconds", YLabel: m.unit,
		Samples: samples{Total: l.shown(l.total), Degraded: bad, Duration: bad},
	}
}

func (q *call) summaryTrend() (any, error) {
	m, l, err := q.parseLevels()
	if err != nil {
		return nil, err
	}
	out := trend{Start: l.start.Unix(), End: l.end().Unix(), SLE: sleSeries{
		Name: m.name, Interval: int(l.width.Seconds()), XLabel: "seconds", YLabel: m.unit,
		Samples: samples{Total: l.shown(l.total), Degraded: l.shown(l.degraded), Value: l.shown(q.measured(m, l))},
	}}
	for _, c := range m.classifiers {
		out.Classifiers = append(out.Classifiers, l.classifier(m, c))
	}
	return out, nil
}

// measured is the quantity itself, such as a signal in dBm: what it usually is,
// and worse when more suffer.
func (q *call) measured(m *metric, l levels) []float64 {
	out := make([]float64, l.n)
	for i := range out {
		at := l.start.Add(time.Duration(i) * l.width)
		out[i] = m.threshold.Default * (1 + 0.1*wobble(q.site().ID+m.name+"value", at, time.Hour))
	}
	return out
}

// summary is what summary-trend has replaced, with the impact in it.
func (q *call) summary() (any, error) {
	body, err := q.summaryTrend()
	if err != nil {
		return nil, err
	}
	out, s := body.(trend), q.site()
	aps := len(s.OfType(AP))
	whole := &impact{Users: len(s.Clients) / 3, TotalUsers: len(s.Clients), APs: aps / 3, TotalAPs: aps}
	out.Impact, out.Events = whole, &[]any{}
	for i := range out.Classifiers {
		out.Classifiers[i].Impact = whole
	}
	return out, nil
}

func (q *call) threshold() (any, error) {
	m, _, err := q.parseSLE()
	if err != nil {
		return nil, err
	}
	return m.threshold, nil
}

func (q *call) classifiers() (any, error) {
	m, _, err := q.parseSLE()
	if err != nil {
		return nil, err
	}
	return m.classifiers, nil
}

func (q *call) classifierTrend() (any, error) {
	m, l, err := q.parseLevels()
	if err != nil {
		return nil, err
	}
	name := q.r.PathValue("classifier")
	if !slices.Contains(m.classifiers, name) {
		return nil, &failure{status: http.StatusNotFound, detail: fmt.Sprintf("classifier %q not found", name)}
	}
	return map[string]any{
		"start": l.start.Unix(), "end": l.end().Unix(), "metric": m.name, "classifier": l.classifier(m, name),
	}, nil
}
