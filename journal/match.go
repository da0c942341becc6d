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

// RelaySeverity is how much a relay needs somebody.
func RelaySeverity(r event.RelayState) event.Severity {
	switch {
	case r.State == event.RelayFailing:
		return event.Critical
	case r.State == event.RelayNew, r.State == event.RelayWaiting, r.State == event.RelayPaused, r.Dead > 0, r.Parked > 0:
		return event.Warn
	}
	return event.Info
}

// MatchesRelay reports whether a query matches a relay. It is asked of an event that
// says the same: the relay's name is its device, its kind the event's type.
func MatchesRelay(q *query.Query, r event.RelayState, now time.Time) bool {
	return q.Event(&event.Event{Topic: "relay", Device: r.Name, Type: r.Kind, Severity: RelaySeverity(r), Received: r.Since, Time: r.Since,
		Text: strings.Join([]string{r.Name, r.Kind, r.Send, r.State, r.PausedBy, r.LastError}, " ")}, now)
}

// MatchesLetter reports whether a query matches a dead letter, in the same way: its
// relay is the device, its state the event's type.
func MatchesLetter(q *query.Query, l event.DeadLetter, now time.Time) bool {
	severity := event.Warn
	if l.State == event.LetterDead {
		severity = event.Critical
	}
	return q.Event(&event.Event{ID: l.EventID, AlertID: l.AlertID, Topic: "relay", Device: l.Relay, Type: l.State, Severity: severity,
		Received: l.First, Time: l.First, Text: strings.Join([]string{l.Title, l.Answer, l.State}, " ")}, now)
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
