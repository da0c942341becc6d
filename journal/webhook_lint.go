package journal

import (
	"cmp"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"foghorn/journal/event"
)

// WebhookPlace says whose webhook it is: "org", or the site's name.
func WebhookPlace(h event.Webhook) string {
	if h.SiteID == "" {
		return "org"
	}
	return cmp.Or(h.Site, h.SiteID)
}

// locationTopics are the raw location topics. Mist has rules of its own for
// them: a webhook may have one, and one webhook is served for each.
var locationTopics = []string{"asset-raw-rssi", "discovered-raw-rssi", "wifi-conn-raw", "wifi-unconn-raw"}

// LintWebhook returns what about a webhook's configuration loses, doubles or
// exposes events, the worst first. all are the webhooks known, with h or without.
func LintWebhook(h event.Webhook, all []event.Webhook) []string {
	var out []string
	add := func(bad bool, text string) {
		if bad {
			out = append(out, text)
		}
	}
	add(!h.Enabled, "disabled: Mist sends nothing to it")
	add(len(h.Topics) == 0, "no topics: Mist has nothing to send")
	add(!h.HasSecret, "no secret: what it sends is not signed, anybody could forge it")
	add(!h.VerifyCert && strings.HasPrefix(h.URL, "https:"), "verify_cert is off: whoever is in between can read along")
	add(isPlainHTTP(h.URL), "plain http: everybody on the way can read along")
	location := 0
	for _, t := range h.Topics {
		if slices.Contains(locationTopics, t) {
			location++
		}
	}
	add(location > 1, "several location topics in one webhook: Mist takes one")
	for _, o := range all {
		if o.ID == h.ID && o.Source == h.Source || o.OrgID != h.OrgID {
			continue
		}
		out = append(out, lintOverlap(h, o)...)
	}
	return out
}

// isPlainHTTP reports a URL that is not encrypted and leaves this machine.
func isPlainHTTP(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() != "localhost" && (err != nil || !ip.IsLoopback())
}

// lintOverlap returns what of a webhook another one sends too.
func lintOverlap(h, o event.Webhook) []string {
	if h.SiteID != "" && o.SiteID != "" && h.SiteID != o.SiteID {
		return nil // two sites never have the same event
	}
	var same, location []string
	for _, t := range h.Topics {
		switch {
		case !slices.Contains(o.Topics, t):
		case slices.Contains(locationTopics, t):
			location = append(location, t)
		case h.Enabled && o.Enabled && h.URL == o.URL:
			same = append(same, t)
		}
	}
	var out []string
	if len(same) > 0 {
		out = append(out, "twice: "+WebhookPlace(o)+" "+o.Name+" sends "+strings.Join(same, ", ")+" to the same URL too")
	}
	if len(location) > 0 {
		out = append(out, WebhookPlace(o)+" "+o.Name+" has "+strings.Join(location, ", ")+" too: Mist serves one of them, the site's before the org's")
	}
	return out
}

// DeliveryDelay is how long a delivery may take to arrive. One that comes later
// than this after its webhook was read as disabled was sent by one that is enabled.
const DeliveryDelay = 5 * time.Second

// ContradictsDisabled reports whether deliveries show that a webhook is not
// disabled, although it was read as such: its source has delivered since, and no
// other webhook of the source is enabled.
func ContradictsDisabled(h event.Webhook, all []event.Webhook, feeds []event.Feed) bool {
	if h.Enabled || slices.ContainsFunc(all, func(o event.Webhook) bool { return o.Source == h.Source && o.Enabled }) {
		return false
	}
	return slices.ContainsFunc(feeds, func(f event.Feed) bool {
		return f.Name == h.Source && f.Kind == event.FeedMistWebhook && f.Last.Sub(h.Updated) > DeliveryDelay
	})
}
