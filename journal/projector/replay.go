package projector

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
)

// A signature does not expire: whoever read a signed delivery, or knew a secret that
// has been changed since, can post it again, long after the journal forgot the
// first one. So a signed delivery with only old timestamps is kept with its events,
// but opens and resolves no alert. An honest sender that is so late has nothing to
// report that would still matter.

// defaultReplayAfter is how old the newest time of a signed delivery may be.
const defaultReplayAfter = 24 * time.Hour

// replayWarning is the warning on a delivery whose timestamps are all older than
// after; empty for all others.
func replayWarning(d *event.Delivery, events []event.Event, after time.Duration) string {
	if after <= 0 || len(events) == 0 || d.Verdict != event.Verified && d.Verdict != event.VerifiedV1 {
		return ""
	}
	before := d.Received.Add(-after)
	newest := events[0].Time
	for i := range events {
		if t := events[i].Time; t.After(newest) {
			newest = t
		}
		if !newest.Before(before) {
			return ""
		}
	}
	// An event can be old because its condition began long ago and ends now: an
	// alarm carries the time of its end beside its own.
	if hasTimeIn(d.Body, before, d.Received.Add(defaultReplayAfter)) {
		return ""
	}
	return fmt.Sprintf("replayed: signed, but its newest event was %s old when it arrived; its events are kept, and they raise no alert",
		human.Duration(d.Received.Sub(newest)))
}

// aTime finds what may be a time in a body: seconds since 1970, also in smaller
// units or with a fraction, and the date and time of ISO 8601.
var aTime = regexp.MustCompile(`\b[0-9]{10}(?:[0-9]{3}){0,3}\b|\b[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}`)

// hasTimeIn reports whether a body holds a time between two moments.
func hasTimeIn(body []byte, from, to time.Time) bool {
	for rest := body; ; {
		at := aTime.FindIndex(rest)
		if at == nil {
			return false
		}
		text := string(rest[at[0]:at[1]])
		rest = rest[at[1]:]
		t, err := time.Parse(time.DateTime, text[:min(len(text), 10)]+" "+text[min(len(text), 11):])
		if sec, e := strconv.ParseInt(text[:10], 10, 64); e == nil {
			t, err = time.Unix(sec, 0), nil
		}
		if err == nil && t.After(from) && t.Before(to) {
			return true
		}
	}
}
