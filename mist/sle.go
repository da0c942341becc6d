package mist

import (
	"context"
	"iter"
	"math"
	"net/url"
	"strings"
	"time"
)

// SiteSLE has the scores of one site's metrics, from the cheapest endpoint that
// Mist has. A metric without data is missing from Scores.
type SiteSLE struct {
	SiteID     string
	Scores     map[string]float64 // 0 to 1, by metric
	Counts     map[string]int     // num_clients, num_aps ...
	Start, End time.Time          // of the window that the cloud used
}

func (s *SiteSLE) read(o Object) {
	*s = SiteSLE{SiteID: o.Text("site_id"), Scores: map[string]float64{}, Counts: map[string]int{}}
	for _, m := range o {
		name := string(m.Name)
		f, ok := m.Value.Number()
		switch {
		case !ok || name == "site_id":
		case strings.HasPrefix(name, "num_"):
			s.Counts[name] = int(math.Round(f))
		case f >= 0 && f <= 1:
			s.Scores[name] = f
		}
	}
}

// SitesSLE lists the scores of all sites of an organization. family is wifi, wired
// or wan. Mist recommends one-hour windows, fetched once an hour.
func (c *Client) SitesSLE(ctx context.Context, org, family string, w Window) iter.Seq2[SiteSLE, error] {
	r := Request{Path: apiPath("orgs", org, "insights", "sites-sle"), Query: w.add(numbered(pageSize, "sle", family))}
	return func(yield func(SiteSLE, error) bool) {
		for p, err := range c.pages(ctx, r, pagingNumber, true) {
			if err != nil {
				yield(SiteSLE{}, err)
				return
			}
			o, _ := ParseObject(p.resp.Body)
			for _, raw := range p.rows {
				s, ok := decodeRow[SiteSLE](raw)
				s.Start, s.End = o.time("start"), o.time("end")
				if ok && !yield(s, nil) {
					return
				}
			}
		}
	}
}

// SLEScope selects whose metrics to fetch: a site's, or those of one device or
// client in it. The zero Kind is the site.
type SLEScope struct {
	SiteID string
	Kind   string // site, ap, switch, gateway, client
	ID     string // the device's id or the client's MAC
}

// SiteScope returns the scope of a whole site.
func SiteScope(site string) SLEScope { return SLEScope{SiteID: site} }

func (s SLEScope) path(parts ...string) string {
	kind, id := s.Kind, s.ID
	if kind == "" || kind == "site" {
		kind, id = "site", s.SiteID
	}
	return apiPath(append([]string{"sites", s.SiteID, "sle", kind, id}, parts...)...)
}

// SLEMetrics lists the metrics of a scope. They differ by license and version, so
// never hard-code them.
func (c *Client) SLEMetrics(ctx context.Context, s SLEScope) (enabled, supported []string, err error) {
	o, err := c.getObject(ctx, s.path("metrics"), nil)
	if err != nil {
		return nil, nil, err
	}
	return o.Texts("enabled"), o.Texts("supported"), nil
}

// Samples are a metric's values by interval. NaN means no data.
type Samples struct {
	Total    []float64
	Degraded []float64
	Value    []float64 // the quantity measured, such as dBm; not the success rate
}

// SLESeries is one metric, or one classifier of it, over time.
type SLESeries struct {
	Name     string
	Interval time.Duration
	Counted  string // what Total counts: user-minutes ...
	Samples  Samples
	// For a classifier: how many it affected, and of how many.
	Users, TotalUsers, APs, TotalAPs int
}

// SLETrend is a metric over time, with its classifiers.
type SLETrend struct {
	Start, End  time.Time
	Metric      SLESeries
	Classifiers []SLESeries
}

func readSeries(o Object) SLESeries {
	samples, impact := o.Object("samples"), o.Object("impact")
	return SLESeries{
		Name:     o.Text("name"),
		Interval: time.Duration(min(max(o.float("interval"), 0), 1e7) * float64(time.Second)),
		Counted:  o.Text("y_label"),
		Samples:  Samples{Total: samples.floats("total"), Degraded: samples.floats("degraded"), Value: samples.floats("value")},
		Users:    impact.Int("num_users"), TotalUsers: impact.Int("total_users"),
		APs: impact.Int("num_aps"), TotalAPs: impact.Int("total_aps"),
	}
}

// floats returns a list of numbers, with NaN for elements that are not numbers.
func (o Object) floats(name string) []float64 {
	items := o.Value(name).Elements(maxListed)
	out := make([]float64, len(items))
	for i, item := range items {
		f, ok := item.Number()
		if !ok {
			f = math.NaN()
		}
		out[i] = f
	}
	return out
}

// SLESummaryTrend fetches a metric over time, with its classifiers.
func (c *Client) SLESummaryTrend(ctx context.Context, s SLEScope, metric string, w Window) (SLETrend, error) {
	o, err := c.getObject(ctx, s.path("metric", metric, "summary-trend"), w.add(url.Values{}))
	if err != nil {
		return SLETrend{}, err
	}
	t := SLETrend{Start: o.time("start"), End: o.time("end"), Metric: readSeries(o.Object("sle"))}
	for _, row := range o.Value("classifiers").Objects(maxListed) {
		t.Classifiers = append(t.Classifiers, readSeries(row))
	}
	return t, nil
}

// SLEClassifierTrend fetches one classifier of a metric over time.
func (c *Client) SLEClassifierTrend(ctx context.Context, s SLEScope, metric, classifier string, w Window) (SLESeries, error) {
	o, err := c.getObject(ctx, s.path("metric", metric, "classifier", classifier, "summary-trend"), w.add(url.Values{}))
	if err != nil {
		return SLESeries{}, err
	}
	series := readSeries(o.Object("classifier"))
	if series.Name == "" {
		series.Name = classifier
	}
	if impact := o.Object("impact"); len(impact) > 0 && series.TotalUsers == 0 {
		series.Users, series.TotalUsers = impact.Int("num_users"), impact.Int("total_users")
		series.APs, series.TotalAPs = impact.Int("num_aps"), impact.Int("total_aps")
	}
	return series, nil
}

// SLEThreshold separates good values from bad ones.
type SLEThreshold struct {
	Metric    string
	Value     float64 // the site's, or else the default
	Known     bool    // whether there is a Value
	Minimum   float64
	Maximum   float64
	Direction string // left or right: the bad side
	Units     string // dBm, seconds ...
}

// SLEThreshold fetches the threshold of a metric.
func (c *Client) SLEThreshold(ctx context.Context, s SLEScope, metric string) (SLEThreshold, error) {
	o, err := c.getObject(ctx, s.path("metric", metric, "threshold"), nil)
	if err != nil {
		return SLEThreshold{}, err
	}
	t := SLEThreshold{Metric: o.Text("metric"), Minimum: o.float("minimum"), Maximum: o.float("maximum"),
		Direction: o.Text("direction"), Units: o.Text("units")}
	t.Value, t.Known = o.Number("threshold", "default")
	return t, nil
}

// endpointNames are metrics that have another name at the SLE endpoints than in the
// overview of sites and the webhooks do (docs/mist-api.md, Success rates).
var endpointNames = map[string]string{
	"successful-connect": "failed-to-connect",
	"switch-health":      "switch_health",
	"switch-throughput":  "switch_throughput",
	"switch-stc":         "switch_stc",
	"application-health": "application_health",
}

// SLEEndpointName is the name by which the SLE endpoints most likely know a metric.
// Only SLEMetrics knows for certain: names differ by license and version.
func SLEEndpointName(metric string) string {
	if name, ok := endpointNames[foldMetric(metric)]; ok {
		return name
	}
	return metric
}

// FindSLEMetric finds a metric in the names of a site: the same in other
// punctuation, by its other name, or another version of it.
func FindSLEMetric(metric string, names []string) (string, bool) {
	want := foldMetric(metric)
	other := ""
	for short, long := range endpointNames {
		switch want {
		case short:
			other = foldMetric(long)
		case foldMetric(long):
			other = short
		}
	}
	for _, w := range []string{want, other, want + "-v2", strings.TrimSuffix(want, "-v2"), want + "-new"} {
		for _, n := range names {
			if w != "" && foldMetric(n) == w {
				return n, true
			}
		}
	}
	return "", false
}

// foldMetric makes names comparable: Mist mixes hyphens and underscores.
func foldMetric(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "-") }

// Impacted is a device or a client that a metric's failures affected.
type Impacted struct {
	MAC      string // 12 hex digits
	Name     string
	Degraded float64
	Total    float64
	// Clients only: the device that they are on, and what they are.
	DeviceMAC, DeviceName, SSID, DeviceType, DeviceOS string
}

func (i *Impacted) read(o Object) {
	*i = Impacted{MAC: o.MAC("mac", "ap_mac", "switch_mac", "gateway_mac"), Name: o.Text("name"), Degraded: o.float("degraded"), Total: o.float("total"),
		SSID: o.Text("ssid"), DeviceType: o.Text("device_type"), DeviceOS: o.Text("device_os")}
	if o.Value("mac") == nil {
		return
	}
	i.DeviceMAC, i.DeviceName = o.MAC("ap_mac"), o.Text("ap_name")
	if at := o.Value("switches").Objects(1); len(at) > 0 {
		i.DeviceMAC, i.DeviceName = at[0].MAC("switch_mac"), at[0].Text("switch_name")
	}
}

// The lists of those that a metric affected. Wi-Fi metrics have APs and users,
// wired ones switches and clients, WAN ones gateways.
const (
	ImpactedAPs      = "aps"
	ImpactedUsers    = "users"
	ImpactedSwitches = "switches"
	ImpactedClients  = "clients"
	ImpactedGateways = "gateways"
)

// Impacted lists at most 1000 affected devices or clients of a site. list is one
// of the constants above; classifier limits the list to one classifier, or is empty.
func (c *Client) Impacted(ctx context.Context, s SLEScope, metric, classifier, list string, w Window) ([]Impacted, error) {
	o, err := c.getObject(ctx, s.path("metric", metric, "impacted-"+list), w.add(with(url.Values{}, "classifier", classifier)))
	if err != nil {
		return nil, err
	}
	var out []Impacted
	for _, row := range o.Value(list).Objects(pageSize) {
		var i Impacted
		i.read(row)
		out = append(out, i)
	}
	return out, nil
}
