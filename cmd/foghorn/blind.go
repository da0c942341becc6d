package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/event"
)

// tellBlind says on standard error why a list of the current state may be out of
// date: an empty list would be taken for an all-clear.
func (e *env) tellBlind(ctx context.Context, j *journal.Journal) {
	status, err := j.Status(ctx)
	if err != nil {
		return // the list itself fails as well, and says so
	}
	for _, line := range blind(status, j.NoCollector, e.zone()) {
		fmt.Fprintln(e.stderr, "foghorn: "+safetext.Line(line))
	}
}

// blind are the reasons, a line each.
func blind(status event.Status, idle bool, zone *time.Location) []string {
	var out []string
	if status.Problem != "" {
		out = append(out, status.Problem)
	}
	if idle {
		stood := "no collector runs, so this is how things stood"
		if beat := status.Collector.Heartbeat; !beat.IsZero() {
			if zone == nil {
				zone = time.UTC
			}
			stood = "no collector has run since " + beat.In(zone).Format("2006-01-02 15:04:05 MST") + ", so this is how things stood then"
		}
		return append(out, stood+"; start it: foghorn serve")
	}
	if problem := status.Collector.Problem; problem != "" {
		out = append(out, problem)
	}
	for _, f := range status.Feeds {
		if why := deaf(f); why != "" {
			out = append(out, why)
		}
	}
	return out
}

// deaf says why a feed reports nothing; empty when it works.
func deaf(f event.Feed) string {
	name := f.Name
	switch {
	case f.State == event.FeedUp || f.State == event.FeedWarns:
		return ""
	case f.State == event.FeedRefused:
		n, why, _ := strings.Cut(f.Brief, ": ")
		return "deliveries of " + name + " are refused (" + n + " in a row): " + why
	case f.State == event.FeedDown && (f.Kind == event.FeedMistWebhook || f.Kind == event.FeedJunos):
		return "" // so is the listener, which says why
	case f.Kind == event.FeedMistAPI:
		name += " api"
	case f.Kind == event.FeedMistStream:
		name += " stream"
	}
	return name + " " + strings.ToUpper(string(f.State)) + ": " + f.Detail
}
