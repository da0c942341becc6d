package journal

import (
	"strings"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// MatchesWebhook reports whether a query matches a webhook. Queries know no
// webhooks, so it is asked of an event that says the same: the webhook's name is
// its device, and its name, URL and topics are its text.
func MatchesWebhook(q *query.Query, h event.Webhook, now time.Time) bool {
	return q.Event(&event.Event{
		Source: h.Source, OrgID: h.OrgID, SiteID: h.SiteID, Site: h.Site, Device: h.Name, Type: h.Type,
		Text: h.Name + " " + h.URL + " " + strings.Join(h.Topics, " "), Received: h.Updated, Time: h.Updated,
	}, now)
}

// MatchesScores reports whether a query matches the service levels of one site,
// worst first. Queries know no service levels, so it is asked of an event of
// topic site-sle with the site, the severity of the worst score and the metrics
// as its text.
func MatchesScores(q *query.Query, scores []event.SLEScore, now time.Time) bool {
	if len(scores) == 0 {
		return false
	}
	worst := scores[0]
	ev := event.Event{Source: worst.Source, SiteID: worst.SiteID, Site: worst.Site, Topic: "site-sle", Severity: SLESeverity(worst.Value)}
	for _, s := range scores {
		ev.Text += s.Metric + " "
		if s.Time.After(ev.Time) {
			ev.Time = s.Time
		}
	}
	return q.Event(&ev, now)
}
