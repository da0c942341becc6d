package main

import (
	"fmt"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
)

// The sentences begin with the severity as a word, then say what, where and why.

// severityWord is a severity at the beginning of a sentence.
func severityWord(s event.Severity) string {
	word := s.String()
	if s == event.Warn {
		word = "warning"
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

// stepSentence is a step in the life of an alert.
func stepSentence(s *event.AlertStep) string {
	word := severityWord(s.Severity)
	by := ""
	if s.Actor != "" {
		by = " by " + s.Actor
	}
	switch s.To {
	case event.Open:
		switch s.Step {
		case "opened":
		case "reopened":
			word += " again"
		case "severity":
			word = "Now " + strings.ToLower(word)
		default: // the ack or the snooze is over
			word += ", no longer " + string(s.From) + by
		}
	case event.Resolved:
		switch d := s.Time.Sub(s.Opened); {
		case s.Actor != "":
			word += ", closed" + by
		case d > 0 && !s.Opened.IsZero() && !strings.Contains(s.Title, human.Duration(d)): // a title in the past tense says it
			word += ", resolved after " + human.Duration(d)
		default:
			word += ", resolved"
		}
	default:
		if s.From == s.To {
			word = "Now " + strings.ToLower(word)
			break
		}
		word += ", " + string(s.To) + by
	}
	what := where(s.Title, s.Device, s.DeviceMAC, s.Site)
	if s.Title == "" {
		what = "alert " + event.ShortID(s.AlertID) + ", which is no longer kept"
	}
	return word + ": " + sentence(what) + reason(s.Reason)
}

// alertSentence is an alert that is not resolved.
func alertSentence(a *event.Alert, now time.Time) string {
	shown := *a
	shown.Derive(now)
	word := severityWord(a.Severity)
	switch shown.State {
	case event.Open, event.Resolved:
	case event.Acked:
		word += ", acked by " + a.Owner
	case event.Snoozed:
		word += ", snoozed"
	}
	lasts := "It has lasted " + human.Duration(shown.Duration(now)) + " so far."
	return word + ": " + sentence(where(a.Title, a.Device, a.DeviceMAC, a.Site)) + " " + lasts + reason(a.Note)
}

// eventSentence is something that came or went.
func eventSentence(ev *event.Event) string {
	text := ev.Text
	if text == "" {
		text = ev.Type
	}
	return severityWord(ev.Severity) + ": " + sentence(where(text, ev.Device, ev.DeviceMAC, ev.Site))
}

// troubleSentence is what keeps news from the journal.
func troubleSentence(t journal.Trouble) string {
	word := severityWord(event.Critical)
	switch t.Kind {
	case journal.ViewBehind, journal.FeedStale, journal.FeedStarts:
		word = severityWord(event.Warn)
	case journal.NoCollector, journal.CollectorFails, journal.JournalFails, journal.SourceRefused, journal.FeedFails, journal.HealthAlert:
	}
	return word + ": " + sentence(t.What) + reason(t.Detail)
}

// openSentence counts what is not resolved.
func openSentence(c event.Counts) string {
	n := c.Alerts[event.Open]
	if unresolved(c) == 0 {
		return "No alert is open."
	}
	text := fmt.Sprintf("%s open: %d critical, %d warning, %d info.", alertsAre(n), c.OpenBySev[event.Critical], c.OpenBySev[event.Warn], c.OpenBySev[event.Info])
	if acked, snoozed := c.Alerts[event.Acked], c.Alerts[event.Snoozed]; acked+snoozed > 0 {
		text += fmt.Sprintf(" Besides, %d acked and %d snoozed.", acked, snoozed)
	}
	return text
}

func alertsAre(n int64) string {
	if n == 1 {
		return "1 alert is"
	}
	return human.Count(n) + " alerts are"
}

// unresolved is how many alerts are not resolved.
func unresolved(c event.Counts) int64 {
	return c.Alerts[event.Open] + c.Alerts[event.Acked] + c.Alerts[event.Snoozed]
}

// where adds to a text the device and the site that it does not name.
func where(text, device string, mac event.MAC, site string) string {
	if device == "" {
		device = mac.String()
	}
	if device != "" && !strings.Contains(text, device) {
		text = device + ": " + text
	}
	if site != "" && !strings.Contains(text, site) {
		text = strings.TrimSuffix(text, ".") + ", at " + site
	}
	return text
}

// sentence ends with a period.
func sentence(text string) string { return strings.TrimRight(text, ". ") + "." }

// reason is why, as a sentence of its own.
func reason(text string) string {
	if text == "" {
		return ""
	}
	return " Reason: " + sentence(text)
}
