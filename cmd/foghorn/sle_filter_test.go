package main

import (
	"slices"
	"testing"

	"foghorn/journal/event"
)

// A score that a webhook brought has no family, but its metric tells which one it
// is of. A site without data is of none.
func TestSLEFlagsFilter(t *testing.T) {
	scores := []event.SLEScore{
		{Source: "acme", SiteID: "s1", Site: "Berlin", Metric: "coverage", Value: 0.7},
		{Source: "acme", SiteID: "s1", Site: "Berlin", Metric: "switch-health", Value: 0.8},
		{Source: "acme", SiteID: "s2", Site: "Bern", Metric: "coverage", Family: event.FamilyWiFi, Value: 0.9},
		{Source: "globex", SiteID: "s3", Site: "Basel", Metric: "coverage", Value: 0.95},
		{Source: "acme", SiteID: "s4", Site: "Bonn", Value: -1},
	}
	for _, c := range []struct {
		f    sleFlags
		site string
		want []string
	}{
		{sleFlags{}, "", []string{"s1", "s1", "s2", "s3", "s4"}},
		{sleFlags{limit: 2}, "", []string{"s1", "s1"}},
		{sleFlags{source: "acme"}, "be*", []string{"s1", "s1", "s2"}},
		{sleFlags{family: event.FamilyWiFi}, "", []string{"s1", "s2", "s3"}},
		{sleFlags{family: event.FamilyWired}, "", []string{"s1"}},
	} {
		var got []string
		for _, s := range c.f.filter(scores, c.site) {
			got = append(got, s.SiteID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v at %q: %q, want %q", c.f, c.site, got, c.want)
		}
	}
}
