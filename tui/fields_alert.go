package tui

import (
	"fmt"
	"strconv"
	"strings"

	"foghorn/internal/human"
	"foghorn/journal/event"
)

// alertFacts shows an alert's fields and the events behind it.
func alertFacts(e env, f *facts, w int) (own, others []string) {
	a := *f.alert
	a.Derive(e.now)
	out := []string{""}
	out = append(out, headline(e.drawContext, e.th.glyph.states[a.State]+" "+strings.ToUpper(a.Severity.String()), severityRole(a.Severity), e.ext(a.Title), w)...)
	owner := ""
	if a.Owner != "" {
		owner = e.ext(a.Owner)
		if a.AckedAt != nil {
			owner += ", " + e.ago(*a.AckedAt)
		}
	}
	inMist, inMistRole := cloudWords(e, a)
	snoozed := ""
	if a.SnoozedUntil != nil {
		snoozed = "until " + e.exact(*a.SnoozedUntil)
	}
	out = append(out, fieldLines(e.drawContext, w, []field{
		{"state", string(a.State), roleStrong},
		{"reported", reported(e, f), rolePlain},
		{"owner", owner, rolePlain},
		{"in Mist", inMist, inMistRole},
		{"note", e.ext(a.Note), roleStrong},
		{"snoozed", snoozed, rolePlain},
		{"site", named(e, a.Site, a.SiteID), rolePlain},
		{"device", named(e, a.Device, a.DeviceMAC.String()) + deviceHint(a.DeviceMAC), rolePlain},
		{"object", e.ext(a.Object), rolePlain},
		{"began", e.exact(a.Opened) + "  (" + e.ago(a.Opened) + ")", rolePlain},
		{"ended", endedText(e, &a), rolePlain},
		{"unclear", unclearEnd(e, &a), roleStrong},
		{"last seen", seenText(e, &a), rolePlain},
		{"kind", e.ext(a.Kind), rolePlain},
		{"source", e.ext(a.Source), rolePlain},
		{"mist alarm", e.ext(a.MistAlarmID), roleDim},
		{"part of", idText(a.ParentID), roleDim},
		{"key", e.ext(a.Key), roleDim},
	})...)
	post := junosPost(f)
	out = append(out, fieldLines(e.drawContext, w, junosFields(e, post))...)
	out = append(out, junosTables(e, post, w)...)
	others = activityLines(e, f.activities, w)
	return out, append(others, eventLines(e, "Events behind it, newest first", f.events, w)...)
}

// endedText says when the alert ended, or how it will.
func endedText(e env, a *event.Alert) string {
	switch {
	case a.Resolved != nil && a.Expires != nil && a.Resolved.Equal(*a.Expires):
		return e.exact(*a.Resolved) + ", by time: nothing reports its end, and it was not reported again"
	case a.Resolved != nil:
		return e.exact(*a.Resolved) + ", after " + human.Duration(a.Duration(e.now))
	case a.Expires != nil && a.Count > 1:
		return "nothing reports its end; it leaves " + e.exact(*a.Expires) + " unless it is reported again"
	case a.Expires != nil:
		return "happened once, leaves " + e.exact(*a.Expires)
	}
	return "still going on"
}

// seenText says when the condition was last seen, and how often.
func seenText(e env, a *event.Alert) string {
	seen := e.exact(a.LastSeen)
	if a.Count > 1 {
		seen += fmt.Sprintf(", %d times", a.Count)
	}
	if a.Flaps > 0 {
		seen += ", came back " + times(a.Flaps)
	}
	return seen
}

// reported is what the newest event that raised an alert says, where that is more
// than its title: the cause, and often what to do. The list of events cuts it off.
func reported(e env, f *facts) string {
	for _, ev := range f.events {
		if ev.Severity < f.alert.Severity {
			continue
		}
		if text := eventText(ev); len(text) > len(f.alert.Title) { // a shorter one says less
			return e.ext(text)
		}
		break
	}
	return ""
}

// times counts in words as they are said.
func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return strconv.Itoa(n) + " times"
}

// unclearEnd says why an end that came has not ended the alert.
func unclearEnd(e env, a *event.Alert) string {
	if a.UnclearEnd == nil || a.Resolved != nil {
		return ""
	}
	came := "an end came " + e.exact(*a.UnclearEnd) + " that does not name its object; "
	switch {
	case a.UnclearAmong > 2:
		return came + fmt.Sprintf("%d are open, so it ended none of them", a.UnclearAmong)
	case a.UnclearAmong == 2:
		return came + "two are open, so it ended neither"
	case a.Object == "":
		return came + "this alert may cover several outages, so it ended none"
	}
	return came + "it ended nothing"
}
