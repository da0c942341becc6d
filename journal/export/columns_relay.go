package export

import (
	"strconv"

	"foghorn/internal/human"
	"foghorn/journal/event"
)

var relayColumns = []column[event.RelayRow]{
	{name: "NAME", min: 6, usual: 12, whole: true, get: func(r *event.RelayRow, _ Options) string { return r.Name }},
	{name: "KIND", min: 6, usual: 10, drop: 3, get: func(r *event.RelayRow, _ Options) string { return r.Kind }},
	{name: "SEND", min: 6, usual: 6, drop: 5, get: func(r *event.RelayRow, _ Options) string { return r.Send }},
	{name: "STATE", min: 7, usual: 7, get: func(r *event.RelayRow, _ Options) string { return r.State }},
	{name: "SENT", min: 4, usual: 8, right: true, get: func(r *event.RelayRow, _ Options) string { return strconv.FormatInt(r.Sent, 10) }},
	{name: "FAILED", min: 6, usual: 6, drop: 2, right: true, get: func(r *event.RelayRow, _ Options) string { return number(r.Failed) }},
	{name: "QUEUED", min: 6, usual: 6, right: true, get: func(r *event.RelayRow, _ Options) string { return number(r.Queued) }},
	{name: "OLDEST", min: 6, usual: 6, drop: 1, right: true, get: func(r *event.RelayRow, o Options) string {
		if r.Oldest == nil || o.Now.IsZero() {
			return ""
		}
		return human.Duration(max(0, o.Now.Sub(*r.Oldest)))
	}},
	{name: "P95", min: 5, usual: 5, drop: 4, right: true, get: func(r *event.RelayRow, _ Options) string {
		if r.P95 == 0 {
			return ""
		}
		return human.Duration(r.P95)
	}},
	{name: "DEAD", min: 4, usual: 4, drop: 2, right: true, get: func(r *event.RelayRow, _ Options) string { return number(int64(r.Dead + r.Parked)) }},
	{name: "MATCHES", min: 8, usual: 18, drop: 6, get: relayMatches},
	{name: "LAST ERROR", min: 20, usual: 60, text: true, get: func(r *event.RelayRow, _ Options) string { return r.LastError }},
}

// relayMatches is what a relay's query chooses.
func relayMatches(r *event.RelayRow, _ Options) string {
	switch {
	case !r.Configured:
		return "not configured"
	case r.Matches == nil:
		return human.Short(r.MatchesDay) + " in 24h"
	}
	return strconv.Itoa(*r.Matches) + " now, " + human.Short(r.MatchesDay) + " in 24h"
}

var letterColumns = []column[event.DeadLetter]{
	{name: "ID", min: 3, usual: 5, whole: true, right: true, get: func(l *event.DeadLetter, _ Options) string { return strconv.FormatInt(l.ID, 10) }},
	{name: "RELAY", min: 6, usual: 12, whole: true, get: func(l *event.DeadLetter, _ Options) string { return l.Relay }},
	{name: "STATE", min: 6, usual: 6, get: func(l *event.DeadLetter, _ Options) string { return l.State }},
	{name: "ITEM", min: 5, usual: 9, whole: true, get: func(l *event.DeadLetter, _ Options) string { return orID(shortID(l.EventID), shortID(l.AlertID)) }},
	{name: "FIRST", min: 19, usual: 20, drop: 2, get: func(l *event.DeadLetter, o Options) string { return clock(l.First, o) }},
	{name: "TRIES", min: 5, usual: 5, drop: 3, right: true, get: func(l *event.DeadLetter, _ Options) string { return number(int64(l.Attempts)) }},
	{name: "TITLE", min: 20, usual: 40, drop: 1, text: true, get: func(l *event.DeadLetter, _ Options) string { return l.Title }},
	{name: "ANSWER", min: 20, usual: 60, text: true, get: func(l *event.DeadLetter, _ Options) string { return l.Answer }},
}

var sentColumns = []column[event.RelaySent]{
	{name: "TIME", min: 19, usual: 20, get: func(s *event.RelaySent, o Options) string { return clock(s.At, o) }},
	{name: "RELAY", min: 6, usual: 12, drop: 3, same: true, get: func(s *event.RelaySent, _ Options) string { return s.Relay }},
	{name: "WHY", min: 8, usual: 8, get: func(s *event.RelaySent, _ Options) string { return orID(s.Why, "events") }},
	{name: "ITEM", min: 5, usual: 9, whole: true, get: func(s *event.RelaySent, _ Options) string { return orID(shortID(s.EventID), shortID(s.AlertID)) }},
	{name: "ITEMS", min: 5, usual: 5, drop: 2, right: true, get: func(s *event.RelaySent, _ Options) string { return strconv.Itoa(s.Items) }},
	{name: "CHANGES", min: 7, usual: 7, drop: 4, right: true, get: func(s *event.RelaySent, _ Options) string { return number(int64(s.Steps)) }},
	{name: "TOOK", min: 5, usual: 6, drop: 1, right: true, get: func(s *event.RelaySent, _ Options) string { return human.Duration(s.Took) }},
	{name: "AGAIN", min: 5, usual: 5, drop: 5, get: func(s *event.RelaySent, _ Options) string {
		if s.Repeat {
			return "again"
		}
		return ""
	}},
	{name: "TITLE", min: 24, usual: 60, text: true, get: func(s *event.RelaySent, _ Options) string { return s.Title }},
}

var dropColumns = []column[event.RelayDrop]{
	{name: "TIME", min: 19, usual: 20, get: func(d *event.RelayDrop, o Options) string { return clock(d.At, o) }},
	{name: "RELAY", min: 6, usual: 12, drop: 1, same: true, get: func(d *event.RelayDrop, _ Options) string { return d.Relay }},
	{name: "COUNT", min: 5, usual: 6, right: true, get: func(d *event.RelayDrop, _ Options) string { return strconv.FormatInt(d.Count, 10) }},
	{name: "FROM", min: 5, usual: 9, whole: true, get: func(d *event.RelayDrop, _ Options) string { return shortID(d.From) }},
	{name: "TO", min: 5, usual: 9, whole: true, get: func(d *event.RelayDrop, _ Options) string { return shortID(d.To) }},
	{name: "WHY", min: 20, usual: 40, text: true, get: func(d *event.RelayDrop, _ Options) string { return d.Why }},
}

// shortID is the short id of an event or alert; empty for none.
func shortID(id int64) string {
	if id == 0 {
		return ""
	}
	return event.ShortID(id)
}
