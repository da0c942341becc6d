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

func TestMatchesRelaysAndLetters(t *testing.T) {
	relay := event.RelayState{Name: "siem", Kind: "splunk", Send: "events", State: event.RelayFailing, Since: start, LastError: "403: the token is disabled"}
	letter := event.DeadLetter{Relay: "siem", EventID: 3450012, Title: "Bad cable on ge-0/0/7", State: event.LetterDead, First: start, Answer: "400: incorrect index"}
	for text, want := range map[string]struct{ relay, letter bool }{
		"":                {true, true},
		"siem":            {true, true},
		"device:siem":     {true, true},
		"type:splunk":     {true, false},
		"disabled":        {true, false},
		"failing":         {true, false},
		"sev>=critical":   {true, true},
		"type:dead index": {false, true},
		"cable":           {false, true},
		"age>1h":          {false, false},
		"device:other":    {false, false},
	} {
		q, err := query.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		now := start.Add(time.Minute)
		if got := MatchesRelay(q, relay, now); got != want.relay {
			t.Errorf("%q: relay %v", text, got)
		}
		if got := MatchesLetter(q, letter, now); got != want.letter {
			t.Errorf("%q: letter %v", text, got)
		}
	}
}

func TestARelayThatNeedsSomebodyIsAtLeastAWarning(t *testing.T) {
	for state, want := range map[string]event.Severity{event.RelayFailing: event.Critical, event.RelayWaiting: event.Warn, event.RelayPaused: event.Warn,
		event.RelayNew: event.Warn, event.RelayIdle: event.Info, event.RelaySending: event.Info, event.RelayRemoved: event.Info} {
		if got := RelaySeverity(event.RelayState{State: state}); got != want {
			t.Errorf("%q: %s, want %s", state, got, want)
		}
	}
	if got := RelaySeverity(event.RelayState{State: event.RelayIdle, Dead: 1}); got != event.Warn {
		t.Errorf("with a dead letter: %s", got)
	}
}
