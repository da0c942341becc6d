package mistsim

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// sums adds up a list of samples, nulls left out.
func sums(samples any) float64 {
	n := 0.0
	for _, v := range samples.([]any) {
		if f, ok := v.(float64); ok {
			n += f
		}
	}
	return n
}

// trendOf asks for the last hour of a metric of a site.
func (d *desk) trendOf(site, metric string) map[string]any {
	d.t.Helper()
	return d.get(fmt.Sprintf("/api/v1/sites/%s/sle/site/%s/metric/%s/summary-trend?duration=1h", site, site, metric)).object()
}

func rateOf(trend map[string]any) float64 {
	s := trend["sle"].(map[string]any)["samples"].(map[string]any)
	return 1 - sums(s["degraded"])/sums(s["total"])
}

// What a story breaks, the service levels show: of that site, by that metric,
// put down to that classifier, and the overview says the same.
func TestTroubleShowsInTheServiceLevels(t *testing.T) {
	t.Parallel()
	for story, c := range map[string]struct{ metric, alias, family, classifier string }{
		"dhcp-failure":         {"failed-to-connect", "successful-connect", "wifi", "dhcp-unresponsive"},
		"audit-before-trouble": {"failed-to-connect", "successful-connect", "wifi", "authorization"},
		"switch-outage":        {"switch_health", "switch-health", "wired", "switch-unreachable"},
		"wan-outage":           {"gateway-health", "gateway-health", "wan", "gateway-disconnected"},
	} {
		t.Run(story, func(t *testing.T) {
			d := openDesk(t, nil)
			before := map[string]float64{}
			for _, s := range d.Org().Sites {
				before[s.ID] = rateOf(d.trendOf(s.ID, c.metric))
			}
			if err := d.Play(t.Context(), story); err != nil {
				t.Fatal(err)
			}
			hit := ""
			for _, s := range d.Org().Sites {
				if rateOf(d.trendOf(s.ID, c.metric)) < before[s.ID]-0.005 {
					hit += s.ID
				}
			}
			trend := d.trendOf(hit, c.metric) // fails when it was none or several
			worst, most := "", 0.0
			for _, v := range trend["classifiers"].([]any) {
				row := v.(map[string]any)
				if bad := sums(row["samples"].(map[string]any)["degraded"]); bad > most {
					worst, most = row["name"].(string), bad
				}
			}
			if worst != c.classifier {
				t.Errorf("it is put down to %s, want %s", worst, c.classifier)
			}
			overview := d.get("/api/v1/orgs/ORG/insights/sites-sle?duration=1h&sle=" + c.family)
			row := having(overview.results(), "site_id", hit)[0]
			if got, want := row[c.alias].(float64), rateOf(trend); math.Abs(got-want) > 1e-3 {
				t.Errorf("the overview says %v, the series %v", got, want)
			}
		})
	}
}

func TestImpactAddsUpToTheSeries(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	if err := d.Play(t.Context(), "ap-flap"); err != nil {
		t.Fatal(err)
	}
	down := d.told("device-updowns")[0]
	site := fmt.Sprint(down["site_id"])
	base := fmt.Sprintf("/api/v1/sites/%s/sle/site/%s/metric/ap-availability/", site, site)
	degraded := sums(d.trendOf(site, "ap-availability")["sle"].(map[string]any)["samples"].(map[string]any)["degraded"])
	var aps struct {
		APs   []impactedAP
		Total int `json:"total_count"`
	}
	d.get(base + "impacted-aps?duration=1h").into(&aps)
	if len(aps.APs) != 1 || aps.APs[0].MAC != down["ap"] || math.Abs(aps.APs[0].Degraded-degraded) > 0.01 || degraded <= 0 {
		t.Errorf("impacted access points %v, want the one that was down with %v", aps.APs, degraded)
	}
	base = fmt.Sprintf("/api/v1/sites/%s/sle/site/%s/metric/coverage/", site, site)
	degraded = sums(d.trendOf(site, "coverage")["sle"].(map[string]any)["samples"].(map[string]any)["degraded"])
	sum := 0.0
	users := d.get(base + "impacted-users?duration=1h").object()["users"].([]any)
	for _, u := range users {
		sum += u.(map[string]any)["degraded"].(float64)
	}
	if math.Abs(sum-degraded) > 0.05 {
		t.Errorf("users suffered %v together, the series says %v", sum, degraded)
	}
	part := d.get(base + "impacted-aps?duration=1h&classifier=weak-signal").object()["aps"].([]any)
	if len(part) == 0 {
		t.Error("nobody has a weak signal")
	}
}

func TestServiceLevelsHaveSlots(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	d.clock.Advance(3 * time.Minute)
	site := d.Org().Sites[0].ID
	trend := d.trendOf(site, "coverage")
	start, end := int64(trend["start"].(float64)), int64(trend["end"].(float64))
	if start%600 != 0 || end%600 != 0 || end-start != 4200 {
		t.Errorf("slots from %d to %d", start, end)
	}
	// The future is not known yet.
	ahead := d.get(fmt.Sprintf("/api/v1/sites/SITE/sle/site/%s/metric/coverage/summary-trend?start=%d&end=%d", site, d.clock.Now().Unix(), d.clock.Now().Unix()+3600))
	values := ahead.object()["sle"].(map[string]any)["samples"].(map[string]any)["total"].([]any)
	if values[0] == nil || values[len(values)-1] != nil {
		t.Errorf("samples that reach into the future: %v", values)
	}
	ap := d.Org().Sites[0].OfType(AP)[0].ID
	whole, one := sums(trend["sle"].(map[string]any)["samples"].(map[string]any)["total"]), d.get(fmt.Sprintf("/api/v1/sites/SITE/sle/ap/%s/metric/coverage/summary-trend?duration=1h", ap)).object()
	if part := sums(one["sle"].(map[string]any)["samples"].(map[string]any)["total"]); part <= 0 || part > whole/2 {
		t.Errorf("one access point has %v of %v", part, whole)
	}
	if got := d.get("/api/v1/sites/SITE/sle/site/" + site + "/metric/coverage/threshold").object(); got["threshold"] != "-72" || got["default"] != -72.0 {
		t.Errorf("threshold: %v", got)
	}
	u := d.unchecked()
	u.ask(AdminToken, "GET", "/api/v1/sites/SITE/sle/site/"+site+"/metric/no-such/summary-trend", "").is(404)
	u.ask(AdminToken, "GET", "/api/v1/sites/SITE/sle/site/"+ap+"/metrics", "").is(404)
	u.ask(AdminToken, "GET", "/api/v1/orgs/ORG/insights/sites-sle?sle=radio", "").is(400)
}
