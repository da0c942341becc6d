package actions_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/mist/mistsim"
)

// question asks about the last hour of the first site.
func (d *desk) question(metric string) event.SLEQuestion {
	return event.SLEQuestion{Source: "acme", SiteID: d.cloud.Org().Sites[0].ID, Metric: metric, Start: noon.Add(-time.Hour), End: noon}
}

func TestAnSLEIsComposedOfAllItsParts(t *testing.T) {
	d := open(t)
	q := d.question("coverage")
	q.Full = true
	got, err := d.process(nil).SLE(d.ctx, q)
	d.must(err)
	if len(got.Problems) > 0 || got.MoreCalls > 0 {
		t.Errorf("problems: %v", got.Problems)
	}
	if !got.HasData || got.Success <= 0 || got.Success > 1 || len(got.Series) == 0 || len(got.Classifiers) == 0 || got.Threshold == "" || got.IntervalS == 0 {
		t.Errorf("parts are missing: %+v", got)
	}
	if !slices.IsSortedFunc(got.Classifiers, func(a, b event.SLEClassifier) int { return -compare(a.Share, b.Share) }) {
		t.Errorf("the largest share is not first: %+v", got.Classifiers)
	}
	if !slices.IsSortedFunc(got.Devices, func(a, b event.ImpactedDevice) int { return -compare(a.Degraded, b.Degraded) }) {
		t.Errorf("the worst access point is not first: %+v", got.Devices)
	}
	sum := 0.0
	for _, c := range got.Classifiers {
		sum += c.Share
	}
	if sum != 0 && (sum < 0.999 || sum > 1.001) {
		t.Errorf("the shares sum up to %v", sum)
	}
}

// A drill is a few key presses, and people look at many metrics in an incident.
func TestADrillCostsThreeCallsUntilSomebodyAsksForMore(t *testing.T) {
	for _, metric := range []string{"coverage", "successful-connect", "switch-throughput", "gateway-health", "time_to_connect"} {
		d := open(t)
		acts := d.process(nil)
		got, err := acts.SLE(d.ctx, d.question(metric))
		d.must(err)
		if n := d.requestsMade(); n > 3 {
			t.Errorf("%s: %d calls", metric, n)
		}
		if len(got.Classifiers) == 0 || got.MoreCalls == 0 || got.Threshold != "" || len(got.Problems) > 0 {
			t.Errorf("%s: %+v", metric, got)
		}
		before := d.requestsMade()
		full := d.question(metric)
		full.Full = true
		all, err := acts.SLE(d.ctx, full)
		d.must(err)
		if n := d.requestsMade() - before; n != got.MoreCalls || all.MoreCalls != 0 {
			t.Errorf("%s: asking for everything took %d calls, and %d were announced", metric, n, got.MoreCalls)
		}
		if all.Devices == nil || all.Users == nil && metric != "gateway-health" {
			t.Errorf("%s: lists are missing: %+v", metric, all)
		}
	}
}

func TestWiredAndWANMetricsListTheirOwnDevices(t *testing.T) {
	d := open(t)
	for metric, want := range map[string]string{"coverage": "ap", "switch-throughput": "switch", "application_health": "gateway"} {
		q := d.question(metric)
		q.Start = noon.Add(-24 * time.Hour)
		got, err := d.process(nil).SLE(d.ctx, q)
		d.must(err)
		if got.DeviceType != want || len(got.Devices) == 0 {
			t.Errorf("%s: %d of type %q, want %s", metric, len(got.Devices), got.DeviceType, want)
		}
		for _, dev := range got.Devices {
			for _, s := range d.cloud.Org().Sites[0].Devices {
				if s.MAC == string(dev.MAC) && s.Type != want {
					t.Errorf("%s lists %s %s", metric, s.Type, dev.Name)
				}
			}
			if !(dev.Degraded > 0) {
				t.Errorf("%s lists %s, which it did not affect", metric, dev.Name)
			}
		}
	}
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func TestMetricsAreFoundByTheNameOfTheOtherEndpoint(t *testing.T) {
	d := open(t)
	for name, want := range map[string]string{"successful-connect": "failed-to-connect", "time_to_connect": "time-to-connect", "switch-health": "switch_health"} {
		got, err := d.process(nil).SLE(d.ctx, d.question(name))
		if err != nil || got.Metric != want {
			t.Errorf("%s: the site was asked for %q (%v)", name, got.Metric, err)
		}
	}
	if _, err := d.process(nil).SLE(d.ctx, d.question("happiness")); err == nil || !strings.Contains(err.Error(), "it has") {
		t.Errorf("a metric that is none: %v", err)
	}
}

func TestPartsThatCannotBeHadAreProblemsAndTheRestIsShown(t *testing.T) {
	d := open(t)
	d.cloud.Faults().Order(mistsim.Order{Kind: mistsim.ServerError, Status: 403, Times: 1, Path: "impacted-users"})
	d.cloud.Faults().Order(mistsim.Order{Kind: mistsim.ServerError, Status: 403, Times: 1, Path: "threshold"})
	q := d.question("coverage")
	q.Full = true
	got, err := d.process(nil).SLE(d.ctx, q)
	d.must(err)
	if len(got.Problems) != 2 || !strings.HasPrefix(got.Problems[0], "impacted users: no rights") || !strings.HasPrefix(got.Problems[1], "threshold: ") {
		t.Errorf("problems: %v", got.Problems)
	}
	if !got.HasData || len(got.Classifiers) == 0 {
		t.Errorf("what could be had is missing: %+v", got)
	}
}

func TestAMetricThatCannotBeAskedIsAnError(t *testing.T) {
	d := open(t)
	d.online(false)
	if _, err := d.process(nil).SLE(d.ctx, d.question("coverage")); err == nil || !strings.Contains(err.Error(), "without a response") {
		t.Errorf("got %v", err)
	}
}
