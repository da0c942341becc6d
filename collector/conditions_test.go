package collector

import (
	"slices"
	"testing"

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
