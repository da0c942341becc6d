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
	got, err := d.process(nil).SLE(d.ctx, d.question("coverage"))
	d.must(err)
	if len(got.Problems) > 0 {
		t.Errorf("problems: %v", got.Problems)
	}
	if !got.HasData || got.Success <= 0 || got.Success > 1 || len(got.Series) == 0 || len(got.Classifiers) == 0 || got.Threshold == "" || got.IntervalS == 0 {
		t.Errorf("parts are missing: %+v", got)
	}
	if !slices.IsSortedFunc(got.Classifiers, func(a, b event.SLEClassifier) int { return -compare(a.Share, b.Share) }) {
		t.Errorf("the largest share is not first: %+v", got.Classifiers)
	}
	if !slices.IsSortedFunc(got.APs, func(a, b event.ImpactedAP) int { return -compare(a.Degraded, b.Degraded) }) {
		t.Errorf("the worst access point is not first: %+v", got.APs)
	}
	sum := 0.0
	for _, c := range got.Classifiers {
		sum += c.Share
	}
	if sum != 0 && (sum < 0.999 || sum > 1.001) {
		t.Errorf("the shares sum up to %v", sum)
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
	got, err := d.process(nil).SLE(d.ctx, d.question("coverage"))
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
