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

// warnStale says on standard error why a list of the current state may be out of
// date. Without it an empty list would pass for an all-clear.
func (e *env) warnStale(ctx context.Context, j *journal.Journal) {
	status, err := j.Status(ctx)
	if err != nil {
		return // reading the list fails as well and reports it
	}
	for _, line := range staleReasons(status, j.NoCollector, e.zone()) {
		fmt.Fprintln(e.stderr, "foghorn: "+safetext.Line(line))
	}
}

// staleReasons returns the reasons, one line each.
func staleReasons(status event.Status, noCollector bool, zone *time.Location) []string {
	var out []string
	if status.Problem != "" {
		out = append(out, status.Problem)
	}
	if noCollector {
		since := "no collector is running, so this list may be out of date"
		if beat := status.Collector.Heartbeat; !beat.IsZero() {
			if zone == nil {
				zone = time.UTC
			}
			since = "no collector has run since " + beat.In(zone).Format("2006-01-02 15:04:05 MST") + ", so this list is as of then"
		}
		return append(out, since+"; start one: foghorn serve")
	}
	if problem := status.Collector.Problem; problem != "" {
		out = append(out, problem)
	}
	for _, f := range status.Feeds {
		if why := feedProblem(f); why != "" {
			out = append(out, why)
		}
	}
	return out
}

// feedProblem says why a feed delivers nothing. It is empty when the feed works.
func feedProblem(f event.Feed) string {
	name := f.Name
	switch {
	case f.State == event.FeedUp || f.State == event.FeedWarns:
		return ""
	case f.State == event.FeedRefused:
		return fmt.Sprintf("deliveries of %s are refused (%d in a row): %s", name, f.Refused, f.Brief)
	case f.State == event.FeedDown && (f.Kind == event.FeedMistWebhook || f.Kind == event.FeedJunos):
		return "" // the listener is down as well and gives the reason
	case f.Kind == event.FeedMistAPI:
		name += " api"
	case f.Kind == event.FeedMistStream:
		name += " stream"
	}
	return name + " " + strings.ToUpper(string(f.State)) + ": " + f.Detail
}
