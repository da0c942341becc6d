package human

import "time"

// Clock is a time of day in a zone, to the second, with its date where that is not
// today's.
func Clock(t, now time.Time, zone *time.Location) string { return onDay(t, now, zone, "15:04:05") }

// Hour is Clock to the minute.
func Hour(t, now time.Time, zone *time.Location) string { return onDay(t, now, zone, "15:04") }

func onDay(t, now time.Time, zone *time.Location, layout string) string {
	t, now = t.In(zone), now.In(zone)
	if t.YearDay() != now.YearDay() || t.Year() != now.Year() {
		layout = "2 Jan " + layout
	}
	return t.Format(layout)
}
