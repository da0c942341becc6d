package collector

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"foghorn/feeds/webhook"
	"foghorn/journal/event"
)

func TestWhichWebhooksLeadHere(t *testing.T) {
	one := []webhook.Source{{Name: "acme", Via: event.ViaWebhook}, {Name: "core", Via: event.ViaJunos}}
	two := append(slices.Clone(one), webhook.Source{Name: "globex", Via: event.ViaWebhook})
	for _, c := range []struct {
		url     string
		sources []webhook.Source
		want    bool
	}{
		{"https://hooks.example.com/mist/acme", one, true}, {"https://example.com/foghorn/mist/acme/", one, true}, {"https://example.com/mist", one, true},
		{"https://example.com/mist", two, false}, {"https://example.com/mist/globex", two, false}, {"https://example.com/splunk", one, false},
		{"https://example.com/?x=/mist/acme", one, false}, {"://", one, false},
	} {
		if got := leadsHere(event.Webhook{Source: "acme", URL: c.url}, c.sources); got != c.want {
			t.Errorf("%s of %d sources: %v", c.url, len(c.sources), got)
		}
	}
}

// The status in the view is how a refused source survives a restart. A reason may
// have a colon in it, and a status without a count says nothing.
func TestARefusalIsReadBackFromTheStatus(t *testing.T) {
	since := time.Date(2026, 11, 26, 20, 0, 0, 0, time.UTC)
	for status, want := range map[string]webhook.Refusal{
		`{"state":"refused","refused":6,"brief":"gateway: secret differs","detail":"compare them","since":"2026-11-26T20:00:00Z"}`: {Refused: true, Count: 6, Since: since, Brief: "gateway: secret differs", Cause: "compare them"},
		`{"state":"refused","brief":"secret differs"}`: {},
		`{"state":"up","refused":6}`:                   {},
	} {
		var f event.Feed
		if err := json.Unmarshal([]byte(status), &f); err != nil {
			t.Fatal(err)
		}
		if got := refusalOf(f); got != want {
			t.Errorf("%s: %+v, want %+v", status, got, want)
		}
	}
}
