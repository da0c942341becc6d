package journal

import (
	"testing"
	"time"

	"foghorn/journal/event"
)

// What is an alert of foghorn's own health is a problem too, unless the feeds say it.
func TestHealthCountsItsOwnAlerts(t *testing.T) {
	now := time.Date(2026, 11, 26, 20, 7, 31, 0, time.UTC)
	disabled := event.Alert{Kind: "webhook_disabled", Source: "acme", Severity: event.Critical, Title: "Webhook noc is disabled in Mist"}
	soon := event.Alert{Kind: "certificate_expires", Severity: event.Warn, Title: "The listener's TLS certificate: expires on 2026-12-05"}
	urgent := soon
	urgent.Severity = event.Critical
	refused := event.Alert{Kind: "deliveries_refused", Severity: event.Critical, Title: "Deliveries of acme are refused"}
	for name, c := range map[string]struct {
		alerts  []event.Alert
		running bool
		want    string
	}{
		"quiet":       {nil, true, "OK: 1 source, last delivery 2s ago"},
		"disabled":    {[]event.Alert{disabled}, true, "PROBLEM: Webhook noc is disabled in Mist: enable it in Mist (Organization > Settings > Webhooks)"},
		"not running": {[]event.Alert{disabled}, false, "OK: 1 source, last delivery 2s ago"},
		"soon":        {[]event.Alert{soon}, true, "OK: 1 source, last delivery 2s ago"},
		"both": {[]event.Alert{urgent, disabled}, true, "PROBLEM: The listener's TLS certificate: expires on 2026-12-05: " +
			"replace the files; foghorn loads the new certificate at once (and 1 more)"},
		"said by the feed": {[]event.Alert{refused}, true, "OK: 1 source, last delivery 2s ago"},
	} {
		var h Health
		h.addAlerts(c.alerts, c.running)
		h.addFeeds([]event.Feed{{Name: "acme", Kind: event.FeedMistWebhook, State: event.FeedUp, Last: now.Add(-2500 * time.Millisecond)}}, c.running)
		if h.summarize(now); h.Summary != c.want || h.OK != (len(h.Problems) == 0) {
			t.Errorf("%s: %q, want %q", name, h.Summary, c.want)
		}
	}
	var h Health
	h.addFeeds([]event.Feed{{Name: "listener", Kind: event.FeedListener, State: event.FeedWarns, Brief: "certificate expires in 9d", Detail: "replace it"}}, true)
	if h.summarize(now); !h.OK || h.Summary != "OK: 0 sources, nothing came in yet, warning: listener: certificate expires in 9d" {
		t.Errorf("a warning: %q", h.Summary)
	}
}
