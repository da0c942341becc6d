package mist

import (
	"math"
	"slices"
	"testing"
	"time"
)

// guide is the worked example of Mist's automation guide: of 23 user minutes 1
// was degraded, which is 96 %, and of 6 degraded ones 1 has this reason, 17 %.
var guide = struct {
	metric      Samples
	classifiers []SLESeries
}{
	Samples{Total: []float64{10, 8, 5}, Degraded: []float64{1, 0, 0}},
	[]SLESeries{
		{Name: "weak-signal", Samples: Samples{Degraded: []float64{1, 0, 0}}},
		{Name: "asymmetry-uplink", Samples: Samples{Degraded: []float64{2, 1, math.NaN()}}},
		{Name: "asymmetry-downlink", Samples: Samples{Degraded: []float64{0, 1, 1}}},
	},
}

func TestTheGuidesFigures(t *testing.T) {
	rate, ok := Success(guide.metric)
	if !ok || math.Round(rate*100) != 96 || math.Abs(rate-0.9565) > 0.0001 {
		t.Errorf("success %v, %v; the guide has 0.9565, 96 %%", rate, ok)
	}
	shares := Shares(guide.classifiers)
	if math.Round(shares[0]*100) != 17 || math.Abs(shares[0]-0.1667) > 0.0001 {
		t.Errorf("share %v; the guide has 0.1667, 17 %%", shares[0])
	}
	if sum := shares[0] + shares[1] + shares[2]; math.Abs(sum-1) > 1e-9 {
		t.Errorf("the shares make %v", sum)
	}
}

func TestSuccess(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		samples Samples
		want    float64
		ok      bool
	}{
		"all well":                      {Samples{Total: []float64{5, 5}, Degraded: []float64{0, 0}}, 1, true},
		"all degraded":                  {Samples{Total: []float64{5}, Degraded: []float64{5}}, 0, true},
		"nothing counted":               {Samples{Total: []float64{0, 0}, Degraded: []float64{0, 0}}, 0, false},
		"no samples":                    {Samples{}, 0, false},
		"all unknown":                   {Samples{Total: []float64{nan}, Degraded: []float64{nan}}, 0, false},
		"unknown ones do not count":     {Samples{Total: []float64{nan, 10, 10}, Degraded: []float64{3, 1, nan}}, 0.9, true},
		"lists of different length":     {Samples{Total: []float64{10, 10}, Degraded: []float64{5}}, 0.5, true},
		"more degraded than there were": {Samples{Total: []float64{1}, Degraded: []float64{2}}, 0, true},
		"less than nothing degraded":    {Samples{Total: []float64{1}, Degraded: []float64{-2}}, 1, true},
	} {
		if got, ok := Success(c.samples); ok != c.ok || math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %v, %v; want %v, %v", name, got, ok, c.want, c.ok)
		}
	}
	for i, want := range map[int]float64{-1: -1, 0: 0.9, 1: 1, 3: -1} {
		got, ok := SuccessAt(guide.metric, i)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("interval %d: %v, want %v", i, got, want)
		}
	}
	if got := Shares([]SLESeries{{}, {Samples: Samples{Degraded: []float64{0}}}}); !slices.Equal(got, []float64{0, 0}) {
		t.Errorf("shares of nothing: %v", got)
	}
}

func TestSLEOfASite(t *testing.T) {
	k := setup(t)
	const metric = "/sites/{site}/sle/site/{id}/metric/coverage/"
	k.on("GET /sites/{site}/sle/site/{id}/metrics", answer(200, `{"enabled":["coverage",null],"supported":["coverage","roaming"]}`))
	k.on("GET "+metric+"summary-trend", answer(200, `{"start":1772360000,"end":1772363600.0,
		"sle":{"name":"coverage","interval":600,"y_label":"user-minutes","samples":{"total":[10,null,"5"],"degraded":[1,null,0],"value":[-60.5,null,-61]}},
		"classifiers":[{"name":"weak-signal","impact":{"num_users":4,"total_users":26,"num_aps":1,"total_aps":3},"samples":{"degraded":[1,0,0]}},null]}`))
	k.on("GET "+metric+"classifier/weak-signal/summary-trend", answer(200, `{"classifier":{"interval":600,"samples":{"degraded":[1]}},"impact":{"num_users":4,"total_users":9}}`))
	k.on("GET "+metric+"threshold", answer(200, `{"metric":"coverage","default":-72,"minimum":-90,"maximum":-60,"direction":"left","units":"dBm","threshold":"-66"}`))
	k.on("GET "+metric+"impacted-aps", answer(200, `{"aps":[{"ap_mac":"5c5b35500000","degraded":1486,"name":"ap43.lab","total":27377}],"total_count":1,"page":1,"limit":1000}`))
	k.on("GET "+metric+"impacted-users", answer(200, `{"users":[{"mac":"dc080f360000","name":"aPhone","ap_mac":"d420b0830000","ap_name":"ap33","ssid":"lab","device_os":"14.6","device_type":"iPhone","degraded":2,"total":"1270"}]}`))
	ctx, site, window := t.Context(), SiteScope(testSite), Window{Duration: time.Hour}

	enabled, supported, err := k.client.SLEMetrics(ctx, site)
	if err != nil || !slices.Equal(enabled, []string{"coverage"}) || len(supported) != 2 {
		t.Errorf("%v, %v, %v", enabled, supported, err)
	}
	trend, err := k.client.SLESummaryTrend(ctx, site, "coverage", window)
	rate, ok := Success(trend.Metric.Samples)
	if err != nil || !ok || math.Abs(rate-14.0/15) > 1e-9 || !math.IsNaN(trend.Metric.Samples.Value[1]) || trend.Metric.Interval != 10*time.Minute ||
		trend.End.Unix() != 1772363600 || len(trend.Classifiers) != 1 || trend.Classifiers[0].Users != 4 || trend.Metric.Counted != "user-minutes" {
		t.Errorf("%+v, %v", trend, err)
	}
	classifier, err := k.client.SLEClassifierTrend(ctx, site, "coverage", "weak-signal", window)
	if err != nil || classifier.Name != "weak-signal" || classifier.TotalUsers != 9 || Degraded(classifier.Samples) != 1 {
		t.Errorf("%+v, %v", classifier, err)
	}
	threshold, err := k.client.SLEThreshold(ctx, site, "coverage")
	if err != nil || !threshold.Known || threshold.Value != -66 || threshold.Units != "dBm" {
		t.Errorf("%+v, %v", threshold, err)
	}
	aps, err := k.client.Impacted(ctx, site, "coverage", "", ImpactedAPs, window)
	if err != nil || len(aps) != 1 || aps[0].MAC != "5c5b35500000" || aps[0].Degraded != 1486 || aps[0].DeviceMAC != "" {
		t.Errorf("%+v, %v", aps, err)
	}
	users, err := k.client.Impacted(ctx, site, "coverage", "", ImpactedUsers, window)
	if err != nil || len(users) != 1 || users[0].MAC != "dc080f360000" || users[0].DeviceMAC != "d420b0830000" || users[0].Total != 1270 {
		t.Errorf("%+v, %v", users, err)
	}
}

func TestWhoAWiredOrWANMetricAffected(t *testing.T) {
	k := setup(t)
	const base = "GET /sites/{site}/sle/site/{id}/metric/{metric}/"
	k.on(base+"impacted-switches", answer(200, `{"switches":[{"switch_mac":"2c2131001122","name":"test-ex","interface":["ge-0/0/11"],"degraded":109.8,"total":5753.75}]}`))
	k.on(base+"impacted-clients", answer(200, `{"clients":[{"mac":"001122334455","name":"printer","degraded":40,"total":11014,
		"switches":[{"switch_mac":"2c2131001122","switch_name":"test-ex","interfaces":["ge-0/0/6"]}]}]}`))
	k.on(base+"impacted-gateways", answer(200, `{"gateways":[{"gateway_mac":"fc3342001122","name":"test-srx","degraded":758573.1,"total":2770997}]}`))
	for list, want := range map[string]Impacted{
		ImpactedSwitches: {MAC: "2c2131001122", Name: "test-ex", Degraded: 109.8, Total: 5753.75},
		ImpactedClients:  {MAC: "001122334455", Name: "printer", Degraded: 40, Total: 11014, DeviceMAC: "2c2131001122", DeviceName: "test-ex"},
		ImpactedGateways: {MAC: "fc3342001122", Name: "test-srx", Degraded: 758573.1, Total: 2770997},
	} {
		got, err := k.client.Impacted(t.Context(), SiteScope(testSite), "switch_health", "", list, Window{Duration: time.Hour})
		if err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%s: %+v, %v", list, got, err)
		}
	}
}

func TestMetricsHaveOtherNamesAtOtherEndpoints(t *testing.T) {
	for metric, want := range map[string]string{"successful-connect": "failed-to-connect", "switch-health": "switch_health", "coverage": "coverage"} {
		if got := SLEEndpointName(metric); got != want {
			t.Errorf("%s: asked as %s, want %s", metric, got, want)
		}
	}
	names := []string{"coverage", "failed-to-connect", "roaming-v2", "switch_health", "application_health"}
	for metric, want := range map[string]string{"Coverage": "coverage", "successful-connect": "failed-to-connect", "roaming": "roaming-v2",
		"switch-health-v2": "switch_health", "application-health": "application_health", "happiness": ""} {
		if got, ok := FindSLEMetric(metric, names); got != want || ok != (want != "") {
			t.Errorf("%s: %q %v, want %q", metric, got, ok, want)
		}
	}
}

func TestSLEOfAllSites(t *testing.T) {
	k := setup(t)
	k.on("GET /orgs/{org}/insights/sites-sle", answer(200, `{"start":1651269600,"end":1651323600,"interval":3600,"limit":1000,"page":1,"total":2,"results":[
		{"site_id":"s1","coverage":0.81,"ap-availability":"1","roaming":null,"num_clients":24,"weird":77},{"site_id":"s2"}]}`))
	rows, err := collect(k.client.SitesSLE(t.Context(), testOrg, "wifi", Window{}))
	if err != nil || len(rows) != 2 || len(rows[0].Scores) != 2 || rows[0].Scores["ap-availability"] != 1 || rows[0].Counts["num_clients"] != 24 ||
		rows[0].End.Unix() != 1651323600 || len(rows[1].Scores) != 0 {
		t.Errorf("%+v, %v", rows, err)
	}
	if want := "GET /orgs/" + testOrg + "/insights/sites-sle?limit=1000&page=1&sle=wifi"; k.calls[0] != want {
		t.Errorf("asked %s, want %s", k.calls[0], want)
	}
}
