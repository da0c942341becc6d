package query

import (
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
)

func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// A clock time is the last one that has been, in the zone of the person who types.
func TestParseTime(t *testing.T) {
	for _, c := range []struct{ now, text, want string }{
		{"2026-11-23T13:05:00", "13:03", "2026-11-23T13:03:00"},
		{"2026-11-23T13:05:00", "13:05", "2026-11-23T13:05:00"},
		{"2026-11-23T13:05:00", "13:06", "2026-11-22T13:06:00"},
		{"2026-11-23T13:05:00", "9:05", "2026-11-23T09:05:00"},
		{"2026-11-23T13:05:00", " 13:03:04.5 ", "2026-11-23T13:03:04.5"},
		{"2026-11-23T00:10:00", "23:50", "2026-11-22T23:50:00"},
		{"2026-11-23T13:05:00", "today", "2026-11-23T00:00:00"},
		{"2026-11-23T13:05:00", "today 23:00", "2026-11-23T23:00:00"},
		{"2026-11-23T13:05:00", "yesterday", "2026-11-22T00:00:00"},
		{"2026-11-23T13:05:00", "Yesterday  18:00", "2026-11-22T18:00:00"},
		{"2026-11-01T13:05:00", "yesterday 18:00", "2026-10-31T18:00:00"},
		{"2026-11-23T13:05:00", "-2h", "2026-11-23T11:05:00"},
		{"2026-11-23T13:05:00", "2026-11-20", "2026-11-20T00:00:00"},
		{"2026-11-23T13:05:00", "2026-11-20 10:00", "2026-11-20T10:00:00"},
		{"2026-11-23T13:05:00", "2026-11-20T10:00Z", "2026-11-20T11:00:00"},
		{"2026-10-26T01:00:00", "yesterday", "2026-10-25T00:00:00"},       // it had 25 hours
		{"2026-10-26T01:00:00", "yesterday 18:00", "2026-10-25T18:00:00"}, // in winter time
		{"2026-03-30T01:00:00", "18:00", "2026-03-29T18:00:00"},
	} {
		zone := berlin(t)
		now, err := time.ParseInLocation("2006-01-02T15:04:05", c.now, zone)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseTime(c.text, now.UTC(), zone)
		if err != nil || got.In(zone).Format("2006-01-02T15:04:05.999") != c.want {
			t.Errorf("%q at %s: %v, %v; want %s", c.text, c.now, got, err, c.want)
		}
	}
	for _, text := range []string{"", "13", "1303", "24:00", "13:60", "noon", "yesterday noon", "yesterday yesterday", "18:00 yesterday", "2h", "--2h", "2026-13-01"} {
		if got, err := ParseTime(text, base, time.UTC); err == nil || !strings.Contains(err.Error(), "13:03, yesterday 18:00") {
			t.Errorf("%q: %v, %v; want an error that says what to write", text, got, err)
		}
	}
}

// The same clock time means the same instant for every operator; it is yesterday's
// when today's has not come yet.
func TestClockTimesInQueries(t *testing.T) {
	at := func(text string) *event.Event { // base is 12:00:00.123
		when, err := time.ParseInLocation("2006-01-02T15:04:05", text, base.Location())
		if err != nil {
			t.Fatal(err)
		}
		return &event.Event{Time: when}
	}
	matchEvent(t, at("2026-11-23T11:30:00"), true, "time>11:29", "time<11:31", "time:11:30", "time:11:30:00", "time>13:00", "time>=yesterday",
		"time>yesterday 18:00", `time>"yesterday 18:00"`, "time:today", "time<today 12:00", "time>2026-11-23 10:00", "time:yesterday,11:30")
	matchEvent(t, at("2026-11-23T11:30:00"), false, "time>11:31", "time<11:30", "time<13:00", "time:yesterday", "time<yesterday 18:00", "time>today 12:00",
		`time>yesterday "18:00"`, "time>yesterday and 18:00")
	matchEvent(t, at("2026-11-22T18:00:30"), true, "time:18:00", "time>18:00", "time<18:01", "time:yesterday", "time:yesterday 18:00")
}

// A snooze ends at the next 18:00, not at the last.
func TestClockTimesThatLieAhead(t *testing.T) {
	soon, tomorrow := base.Add(30*time.Minute), base.Add(20*time.Hour)
	for when, queries := range map[*time.Time]map[string]bool{
		&soon:     {"snoozed_until<12:31": true, "snoozed_until<12:30": false, "leaves>12:30": true, "leaves<12:30": false, "leaves<11:00": true},
		&tomorrow: {"snoozed_until<09:00": true, "snoozed_until<12:31": false, "leaves>today": true},
	} {
		for text, want := range queries {
			q, err := Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			if got := q.Alert(&event.Alert{SnoozedUntil: when, Expires: when}, base); got != want {
				t.Errorf("%q matches %v: %v, want %v", text, when, got, want)
			}
		}
	}
}
