package main

import (
	"errors"
	"testing"
	"time"

	"foghorn/journal/event"
)

// A span begins and ends at what a person types: a duration ago, or a time in their
// own zone.
func TestSpansOfTime(t *testing.T) {
	now := time.Date(2026, 11, 23, 14, 0, 0, 0, time.Local)
	day := func(d, hour int) time.Time { return time.Date(2026, 11, d, hour, 0, 0, 0, time.Local) }
	for _, c := range []struct {
		f        spanFlags
		from, to time.Time
	}{
		{spanFlags{}, time.Time{}, time.Time{}},
		{spanFlags{since: "2h"}, day(23, 12), time.Time{}},
		{spanFlags{since: "-2h"}, day(23, 12), time.Time{}},
		{spanFlags{since: "13:00", until: "1h"}, day(23, 13), day(23, 13)},
		{spanFlags{since: "15:00"}, day(22, 15), time.Time{}},
		{spanFlags{since: "yesterday 18:00", until: "yesterday 20:00"}, day(22, 18), day(22, 20)},
		{spanFlags{since: "2026-11-20", until: "2026-11-21T10:00"}, day(20, 0), day(21, 10)},
		{spanFlags{until: "2026-11-23T10:00:00Z"}, time.Time{}, time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)},
	} {
		from, to, err := c.f.times(now)
		if err != nil || !from.Equal(c.from) || !to.Equal(c.to) {
			t.Errorf("%+v: from %s to %s, %v", c.f, from, to, err)
		}
	}
	for _, f := range []spanFlags{{since: "soon"}, {until: "25:00"}, {since: "1h or id>0"}, {since: "1h", until: "2h"}, {since: "()"}} {
		if _, _, err := f.times(now); exitCode(err) != exitUsage {
			t.Errorf("%+v: %v", f, err)
		}
	}
}

// What happened at the beginning is in the span, what happened at the end is not.
func TestASpanHasItsBeginningAndNotItsEnd(t *testing.T) {
	now := time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)
	where, err := (&spanFlags{since: "2h", until: "1h"}).where(now)
	if err != nil {
		t.Fatal(err)
	}
	for ago, in := range map[time.Duration]bool{3 * time.Hour: false, 2 * time.Hour: true, time.Hour + time.Millisecond: true, time.Hour: false, 0: false} {
		if got := where.Event(&event.Event{Time: now.Add(-ago)}, now); got != in {
			t.Errorf("%s ago is in the span: %t", ago, got)
		}
	}
}

// Mist is asked about a window that never ends in the future.
func TestTheWindowOfAServiceLevel(t *testing.T) {
	now := time.Date(2026, 11, 23, 14, 0, 0, 0, time.Local)
	for _, c := range []struct {
		f        spanFlags
		from, to time.Duration // before now
		err      bool
	}{
		{spanFlags{}, time.Hour, 0, false},
		{spanFlags{since: "24h"}, 24 * time.Hour, 0, false},
		{spanFlags{since: "13:30", until: "2027-01-01"}, 30 * time.Minute, 0, false},
		{spanFlags{until: "13:00"}, 2 * time.Hour, time.Hour, false},
		{spanFlags{since: "9m"}, 0, 0, true},
		{spanFlags{since: "8d"}, 0, 0, true},
	} {
		from, to, err := c.f.window(now)
		if c.err {
			var coded *exitError
			if !errors.As(err, &coded) || coded.code != exitUsage {
				t.Errorf("%+v: %v", c.f, err)
			}
			continue
		}
		if err != nil || now.Sub(from) != c.from || now.Sub(to) != c.to {
			t.Errorf("%+v: from %s to %s, %v", c.f, from, to, err)
		}
	}
}
