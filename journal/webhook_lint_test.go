package journal

import (
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
)

// A webhook with nothing wrong has no findings; each fault adds its own.
func TestLintWebhook(t *testing.T) {
	good := event.Webhook{
		Source: "acme", OrgID: "o", ID: "1", Name: "noc", URL: "https://noc.example/mist/acme",
		Topics: []string{"alarms"}, Enabled: true, HasSecret: true, VerifyCert: true,
	}
	other := good
	other.ID, other.Name, other.SiteID, other.Site = "2", "hq", "s1", "Berlin"
	for _, c := range []struct {
		name   string
		change func(h, o *event.Webhook)
		want   []string // what each finding begins with
	}{
		{"good", func(*event.Webhook, *event.Webhook) {}, nil},
		{"disabled", func(h, _ *event.Webhook) { h.Enabled = false }, []string{"disabled: "}},
		{"no topics", func(h, _ *event.Webhook) { h.Topics = nil }, []string{"no topics: "}},
		{"no secret", func(h, _ *event.Webhook) { h.HasSecret = false }, []string{"no secret: "}},
		{"certificate not verified", func(h, _ *event.Webhook) { h.VerifyCert = false }, []string{"verify_cert is off: "}},
		{"plain http, where no certificate matters", func(h, _ *event.Webhook) { h.URL, h.VerifyCert = "http://noc.example/", false }, []string{"plain http: "}},
		{"plain http that stays on this machine", func(h, _ *event.Webhook) { h.URL = "http://localhost:8484/" }, nil},
		{"plain http by loopback address", func(h, _ *event.Webhook) { h.URL = "http://[::1]:8484/" }, nil},
		{"two location topics", func(h, _ *event.Webhook) { h.Topics = []string{"asset-raw-rssi", "wifi-conn-raw"} }, []string{"several location topics"}},
		{"the worst first", func(h, _ *event.Webhook) { h.Enabled, h.HasSecret, h.Topics = false, false, nil }, []string{"disabled", "no topics", "no secret"}},
		{"twice", func(h, o *event.Webhook) { o.URL, o.Topics = h.URL, []string{"alarms", "audits"} }, []string{"twice: Berlin hq sends alarms to"}},
		{"twice, but one is disabled", func(h, o *event.Webhook) { o.URL, o.Enabled = h.URL, false }, nil},
		{"twice, but of another organization", func(h, o *event.Webhook) { o.URL, o.OrgID = h.URL, "p" }, nil},
		{"twice, but of two sites", func(h, o *event.Webhook) { o.URL, h.SiteID = h.URL, "s2" }, nil},
		{"a location topic of two", func(h, o *event.Webhook) { h.Topics, o.Topics = []string{"wifi-conn-raw"}, []string{"wifi-conn-raw"} },
			[]string{"Berlin hq has wifi-conn-raw too: "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, o := good, other
			o.URL = "https://other.example/"
			c.change(&h, &o)
			got := LintWebhook(h, []event.Webhook{h, o})
			if !slices.EqualFunc(got, c.want, strings.HasPrefix) {
				t.Errorf("findings %q, want %q", got, c.want)
			}
		})
	}
}

func TestWebhookPlace(t *testing.T) {
	for want, h := range map[string]event.Webhook{"org": {Site: "ignored"}, "Berlin": {SiteID: "s1", Site: "Berlin"}, "s1": {SiteID: "s1"}} {
		if got := WebhookPlace(h); got != want {
			t.Errorf("%+v is of %q, want %q", h, got, want)
		}
	}
}

// A delivery shows that the only webhook of its source is enabled, unless it may have
// been sent before the webhook was disabled.
func TestContradictsDisabled(t *testing.T) {
	now := start
	off := event.Webhook{Source: "acme", ID: "w1", Updated: now.Add(-time.Minute)}
	on := event.Webhook{Source: "acme", ID: "w2", Updated: now.Add(-time.Minute), Enabled: true}
	feeds := func(last time.Time) []event.Feed {
		return []event.Feed{{Name: "acme", Kind: event.FeedMistWebhook, Last: last}, {Name: "acme", Kind: event.FeedMistAPI, Last: now}}
	}
	for name, c := range map[string]struct {
		all  []event.Webhook
		last time.Time
		want bool
	}{
		"after it was read":          {[]event.Webhook{off}, now.Add(-10 * time.Second), true},
		"sent before, arrived after": {[]event.Webhook{off}, now.Add(-58 * time.Second), false},
		"before":                     {[]event.Webhook{off}, now.Add(-time.Hour), false},
		"another may have sent it":   {[]event.Webhook{off, on}, now, false},
	} {
		if got := ContradictsDisabled(off, c.all, feeds(c.last)); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
