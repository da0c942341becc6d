// Package human formats ages, durations, sizes, counts, rates and times for
// people, the same on the screen, on the command line and in reports. All its functions
// are pure and never panic; the time comes from the caller.
package human

import (
	"strconv"
	"time"
)

const day = 24 * time.Hour

// step returns the unit of an age of d (not negative): the text of Age stays the
// same as long as d lies between two multiples of it.
func step(d time.Duration) time.Duration {
	switch {
	case d < time.Minute:
		return 10 * time.Second
	case d < time.Hour:
		return time.Minute
	case d < day:
		return time.Hour
	}
	return day
}

// Age formats how long ago something was, in steps so coarse that an idle screen
// has no reason to draw: "now" below 10 s, then "10s" to "50s", "1m" to "59m",
// "1h" to "23h", "1d" and on. What lies ahead by 10 s or more (the end of a
// snooze, a sender whose clock is ahead) is "in 2m".
func Age(d time.Duration) string {
	if d <= -10*time.Second {
		return "in " + Age(d.Abs())
	}
	switch s := step(d); {
	case d < s && s == 10*time.Second:
		return "now"
	case s == 10*time.Second:
		return strconv.FormatInt(int64(d/s)*10, 10) + "s"
	case s == time.Minute:
		return strconv.FormatInt(int64(d/s), 10) + "m"
	case s == time.Hour:
		return strconv.FormatInt(int64(d/s), 10) + "h"
	default:
		return strconv.FormatInt(int64(d/s), 10) + "d"
	}
}

// Duration formats a duration in two units: "850ms", "42s", "6m12s", "2h05m",
// "3d4h". What is less than the smaller unit is cut off, not rounded, so that
// 59.9 s never reads as a minute.
func Duration(d time.Duration) string {
	if d < 0 {
		return "-" + Duration(d.Abs())
	}
	switch {
	case d == 0:
		return "0s"
	case d < time.Millisecond:
		return "<1ms"
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
	case d < time.Minute:
		return strconv.FormatInt(int64(d/time.Second), 10) + "s"
	case d < time.Hour:
		return two(d, time.Minute, time.Second, "m", "s", true)
	case d < day:
		return two(d, time.Hour, time.Minute, "h", "m", true)
	}
	return two(d, day, time.Hour, "d", "h", false)
}

func two(d, large, small time.Duration, largeUnit, smallUnit string, zero bool) string {
	b := strconv.AppendInt(nil, int64(d/large), 10)
	b = append(b, largeUnit...)
	rest := int64(d % large / small)
	if zero && rest < 10 {
		b = append(b, '0')
	}
	b = strconv.AppendInt(b, rest, 10)
	return string(append(b, smallUnit...))
}
