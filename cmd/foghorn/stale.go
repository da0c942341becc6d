package main

import (
	"context"
	"fmt"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/event"
)

// warnStale says on standard error why a list of the current state may be out of
// date. Without it an empty list would pass for an all-clear.
func (e *env) warnStale(ctx context.Context, j *journal.Journal, now time.Time) {
	status, err := j.Status(ctx)
	if err != nil {
		return // reading the list fails as well and reports it
	}
	for _, line := range staleReasons(status, j.NoCollector, e.zone(), now) {
		fmt.Fprintln(e.stderr, "foghorn: "+safetext.Line(line))
	}
}

// staleReasons returns the reasons, one line each.
func staleReasons(status event.Status, noCollector bool, zone *time.Location, now time.Time) []string {
	var out []string
	if noCollector {
		if status.Problem != "" {
			out = append(out, status.Problem)
		}
		since := "no collector is running, so this list may be out of date"
		if beat := status.Collector.Heartbeat; !beat.IsZero() {
			since = "no collector has run since " + stampIn(zone)(beat) + ", so this list is as of then"
		}
		return append(out, since+"; start one: foghorn serve")
	}
	for _, t := range journal.Troubles(status, journal.Watch{Now: now, At: stampIn(zone), Running: true}) {
		out = append(out, t.Line())
	}
	return out
}

// stampIn formats moments in full, in a zone; nil is UTC.
func stampIn(zone *time.Location) func(time.Time) string {
	if zone == nil {
		zone = time.UTC
	}
	return func(t time.Time) string { return t.In(zone).Format("2006-01-02 15:04:05 MST") }
}
