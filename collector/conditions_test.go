package collector

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"foghorn/feeds/health"
	"foghorn/feeds/observation"
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

// Mist says nothing when somebody disables a webhook: the deliveries just end. So
// foghorn looks when they do, and when they come although it is said to be disabled.
func TestAWebhookIsReadAgainWhenDeliveriesContradictIt(t *testing.T) {
	now := time.Date(2026, 11, 26, 20, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	for name, c := range map[string]struct {
		accepted time.Duration // ago; 0: never
		refused  bool
		enabled  bool
		read     time.Duration // ago
		asks     bool
	}{
		"it delivers":                         {accepted: time.Second, enabled: true, read: 5 * time.Minute},
		"it was quiet for a moment":           {accepted: time.Minute, enabled: true, read: 5 * time.Minute},
		"it went silent":                      {accepted: 2 * time.Minute, enabled: true, read: 5 * time.Minute, asks: true},
		"it went silent just after the read":  {accepted: 2 * time.Minute, enabled: true, read: time.Minute + 59*time.Second, asks: true},
		"read since it went silent":           {accepted: 3 * time.Minute, enabled: true, read: 30 * time.Second},
		"nothing ever came":                   {enabled: true, read: 5 * time.Minute},
		"what comes is refused":               {accepted: time.Hour, refused: true, enabled: true, read: 5 * time.Minute},
		"it is disabled and silent":           {accepted: time.Hour, read: 5 * time.Minute},
		"it is disabled and delivers":         {accepted: time.Second, read: time.Minute, asks: true},
		"a delivery was under way when asked": {accepted: time.Minute, read: time.Minute + 4*time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			x := testCollector(t, fullConfig)
			x.doubts = map[string]doubted{}
			past := webhook.Past{Last: ago(c.accepted), Refusal: webhook.Refusal{Refused: c.refused, Count: 9, Since: ago(time.Minute), Brief: "secret differs"}}
			if c.accepted == 0 {
				past.Last = time.Time{}
			}
			x.listener.Restore(map[string]webhook.Past{"acme": past})
			hooks := []event.Webhook{
				{Source: "acme", URL: "https://hooks.example.com/mist/acme", Enabled: c.enabled, Updated: ago(c.read)},
				{Source: "acme", URL: "https://example.com/splunk", Enabled: !c.enabled, Updated: ago(time.Hour)}, // it leads elsewhere
			}
			x.doubt(hooks, now)
			if d, asks := x.doubts["acme"]; asks != c.asks || asks && d != (doubted{now, firstDoubt}) {
				t.Errorf("asks %v %+v", asks, d)
			}
			x.doubt(hooks, now.Add(time.Second))
			if d := x.doubts["acme"]; c.asks && d.asked != now {
				t.Error("asks again before the answer can be there")
			}
		})
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

// What an earlier run recorded as wrong goes on after the status is gone: a webhook by
// its id, a source with the reason and the whole cause, and one that is no longer
// configured ends.
func TestOpenConditionsAreReadFromTheirRecords(t *testing.T) {
	c := testCollector(t, fullConfig)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.log.Run(ctx) }()
	defer func() {
		stop()
		<-ended //nolint:errcheck // the log ends with its context
	}()
	since := time.Now().Add(-time.Minute).Truncate(time.Second).UTC()
	for source, element := range map[string]string{
		"acme":   `{"check":"refused","brief":"gateway: secret differs","cause":"compare the secrets","since":1700000000,"timestamp":1700000009,"count":6}`,
		"globex": `{"check":"webhook","about":"id:of:it","name":"to: foghorn","brief":"Mist sends nothing to it","timestamp":1700000009}`,
		"gone":   `{"check":"refused","brief":"not signed","timestamp":1700000009,"count":3}`,
	} {
		records, err := observation.Records(source, event.ViaLocal, event.TopicHealth, since, json.RawMessage(element))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.log.Append(ctx, records...); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.projector.CatchUp(ctx, nil); err != nil {
		t.Fatal(err)
	}
	end, err := c.log.Last(ctx)
	if err != nil {
		t.Fatal(err)
	}
	keys, all := c.openConditions(ctx, end)
	if len(keys) != 3 || !all {
		t.Errorf("open are %q, all is %v", keys, all)
	}
	disabled := event.HealthKey(event.CheckWebhook, "globex", "id:of:it")
	if got, want := c.disabled[disabled], (health.Condition{Source: "globex", Check: event.CheckWebhook, About: "id:of:it", Name: "to: foghorn"}); got != want || len(c.disabled) != 1 {
		t.Errorf("disabled are %+v, want %+v", c.disabled, want)
	}
	if len(c.former) != 1 || c.former[0].Source != "gone" || !c.former[0].Over {
		t.Errorf("of sources that are gone: %+v", c.former)
	}
	for _, r := range c.listener.Refusals() {
		if refused := r.Source == "acme"; r.Refused != refused {
			t.Errorf("%s is refused: %v", r.Source, r.Refused)
		} else if refused && (r.Count != 6 || r.Brief != "gateway: secret differs" || r.Cause != "compare the secrets") {
			t.Errorf("%+v", r)
		}
	}
}
