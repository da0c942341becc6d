package view

import (
	"fmt"
	"strconv"
	"strings"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// alertDetail shows an alert's fields and the events behind it.
func alertDetail(e pane.Context, f *DetailData, w int) (own, others []string) {
	a := *f.Alert
	a.Derive(e.Now)
	out := []string{""}
	out = append(out, draw.Headline(e.Context, e.Theme.Glyph.States[a.State]+" "+strings.ToUpper(a.Severity.String()), draw.SeverityRole(a.Severity), e.Text(event.Marked(a.Title, a.Test)), w)...)
	owner := ""
	if a.Owner != "" {
		owner = e.Text(a.Owner)
		if a.AckedAt != nil {
			owner += ", " + e.Ago(*a.AckedAt)
		}
	}
	inMist, inMistRole := syncText(e, a)
	snoozed := ""
	if a.SnoozedUntil != nil {
		snoozed = "until " + e.Exact(*a.SnoozedUntil)
	}
	out = append(out, draw.Fields(e.Context, w, []draw.Field{
		{Name: "state", Value: string(a.State), Role: draw.Strong},
		{Name: "reported", Value: raisedBy(e, f), Role: draw.Plain},
		{Name: "owner", Value: owner, Role: draw.Plain},
		{Name: "in Mist", Value: inMist, Role: inMistRole},
		{Name: "note", Value: e.Lines(a.Note), Role: draw.Strong},
		{Name: "snoozed", Value: snoozed, Role: draw.Plain},
		{Name: "site", Value: WithID(e, a.Site, a.SiteID) + siteHint(a.SiteID), Role: draw.Plain},
		{Name: "device", Value: WithID(e, a.Device, a.DeviceMAC.String()) + deviceHint(a.DeviceMAC), Role: draw.Plain},
		{Name: "object", Value: e.Text(a.Object), Role: draw.Plain},
		{Name: "began", Value: e.Exact(a.Opened) + "  (" + e.Ago(a.Opened) + ")", Role: draw.Plain},
		{Name: "ended", Value: endedText(e, &a), Role: draw.Plain},
		{Name: "what to do", Value: whatToDo(&a), Role: draw.Plain},
		{Name: "unclear", Value: unclearEnd(e, &a), Role: draw.Strong},
		{Name: "last seen", Value: seenText(e, &a), Role: draw.Plain},
	})...)
	out = append(out, relayChips(e, f.marks, w)...)
	post := junosPost(f)
	out = append(out, draw.Fields(e.Context, w, junosFields(e, post))...)
	out = append(out, junosTables(e, post, w)...)
	others = append(others, beforeLines(e, f, w)...)
	others = append(others, "")
	others = append(others, draw.Fields(e.Context, w, []draw.Field{
		{Name: "kind", Value: e.Text(a.Kind), Role: draw.Plain},
		{Name: "source", Value: e.Text(a.Source), Role: draw.Plain},
		{Name: "mist alarm", Value: e.Text(a.MistAlarmID), Role: draw.Dim},
		{Name: "part of", Value: shortID(a.ParentID), Role: draw.Dim},
		{Name: "key", Value: e.Text(a.Key), Role: draw.Dim},
	})...)
	others = append(others, activityLines(e, f.activities, w)...)
	return out, append(others, eventLines(e, "Events behind it, newest first", f.events, w)...)
}

// endedText says when the alert ended, or how it will.
func endedText(e pane.Context, a *event.Alert) string {
	switch {
	case a.ClosedByHand():
		return e.Exact(*a.Resolved) + ", " + e.Text(a.Closing()) + ", after " + human.Duration(a.Duration(e.Now))
	case a.ClosedAt != nil && a.Resolved != nil:
		return e.Exact(*a.Resolved) + ", after " + human.Duration(a.Duration(e.Now)) + "; " + e.Text(a.Closing()) + " " + e.Exact(*a.ClosedAt)
	case a.Resolved != nil && a.Expires != nil && a.Resolved.Equal(*a.Expires):
		return e.Exact(*a.Resolved) + ", by time: nothing reports its end, and it was not reported again"
	case a.Resolved != nil:
		return e.Exact(*a.Resolved) + ", after " + human.Duration(a.Duration(e.Now))
	case a.Expires != nil:
		text := a.Leaving(e.Hour)
		if a.Test {
			return text + ": it is a test"
		}
		return text + " unless it is reported again: nothing reports its end"
	}
	return "still going on"
}

// toEnd says how to end an alert about foghorn's own work, where neither the title nor
// its events say it: nobody in the network can.
var toEnd = map[string]string{
	"config_drift":     "put the settings back (foghorn configs restore-plan), or close the alert to accept the change",
	"template_drift":   "change the device or its template, or allow the difference with a [[configs.exception]]",
	"config_violation": "change the object, or allow it with a [[configs.exception]]",
	"backup_stale":     "run foghorn backup, and see in foghorn jobs why the last ones failed",
	"job_failed":       "see in foghorn jobs why it failed; the next success ends the alert",
}

// whatToDo says how to end an alert that is not over.
func whatToDo(a *event.Alert) string {
	if a.Resolved != nil {
		return ""
	}
	return toEnd[a.Kind]
}

// seenText says when the condition was last seen, and how often.
func seenText(e pane.Context, a *event.Alert) string {
	seen := e.Exact(a.LastSeen)
	if a.Count > 1 {
		seen += fmt.Sprintf(", %d times", a.Count)
	}
	if a.Flaps > 0 {
		seen += ", came back " + times(a.Flaps)
	}
	return seen
}

// raisedBy is what the newest event that raised an alert says, where that is more
// than its title: the cause, and often what to do. The list of events cuts it off.
func raisedBy(e pane.Context, f *DetailData) string {
	for _, ev := range f.events {
		if ev.Severity < f.Alert.Severity {
			continue
		}
		if text := eventText(ev); len(text) > len(f.Alert.Title) { // a shorter one says less
			return e.Text(text)
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
func unclearEnd(e pane.Context, a *event.Alert) string {
	if a.UnclearEnd == nil || a.Resolved != nil {
		return ""
	}
	came := "an end came " + e.Exact(*a.UnclearEnd) + " that does not name its object; "
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
