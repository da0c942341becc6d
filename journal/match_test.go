package journal

import (
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

func TestMatchesWebhookAndScores(t *testing.T) {
	hook := event.Webhook{Source: "acme", SiteID: "s1", Site: "Berlin", Name: "noc", URL: "https://noc.example/", Type: "http-post", Topics: []string{"alarms"}, Updated: start}
	scores := []event.SLEScore{
		{Source: "acme", SiteID: "s1", Site: "Berlin", Metric: "coverage", Value: 0.7, Time: start.Add(-2 * time.Hour)},
		{Source: "acme", SiteID: "s1", Site: "Berlin", Metric: "capacity", Value: 0.95, Time: start},
	}
	for _, c := range []struct {
		query        string
		hook, scored bool
	}{
		{"", true, true},
		{"site:berl*", true, true},
		{"source:globex", false, false},
		{"noc.example", true, false},
		{"alarms", true, false},
		{"capacity", false, true},
		{"sev>=critical", false, true},
		{"age<1h", true, true}, // the newest score counts
	} {
		q, err := query.Parse(c.query)
		if err != nil {
			t.Fatal(err)
		}
		now := start.Add(time.Minute)
		if got := MatchesWebhook(q, hook, now); got != c.hook {
			t.Errorf("%q: webhook %v", c.query, got)
		}
		if got := MatchesScores(q, scores, now); got != c.scored {
			t.Errorf("%q: scores %v", c.query, got)
		}
	}
	if MatchesScores(nil, nil, start) {
		t.Error("a site without scores matches")
	}
}
