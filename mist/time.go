package mist

import (
	"strconv"
	"strings"
	"time"
)

// Bounds of what ParseTime takes for a time, in seconds of the epoch: 1973 to
// 5138. Anything smaller is a placeholder or a duration, anything larger is in
// a finer unit.
const (
	earliest = 1e8
	latest   = 1e11
)

// textForms are the written times seen in the wild; Junos prints the second.
var textForms = []string{time.RFC3339Nano, "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05", "2006-01-02T15:04:05",
	"2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z0700", "2006-01-02 15:04:05 Z0700", "2006-01-02 15:04:05 Z07:00"}

// ParseTime reads a time as Mist sends it, as a JSON value: seconds of the
// epoch, whole or with a fraction, as a number or inside a text
// (docs/mist-api.md, Times and identifiers; mxedge-events send a text).
// Milliseconds, microseconds and nanoseconds are told by their size, and
// written times are tolerated. It reports false for anything that cannot be a
// time, such as 0 or null. The result is UTC.
func ParseTime(raw []byte) (time.Time, bool) {
	if len(raw) == 0 {
		return time.Time{}, false
	}
	if raw[0] != '"' {
		return epoch(raw)
	}
	s := strings.TrimSpace(Text(raw))
	if t, ok := epoch([]byte(s)); ok {
		return t, true
	}
	for _, form := range textForms {
		if t, err := time.Parse(form, s); err == nil && t.Unix() >= earliest && t.Unix() < latest {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// epoch reads a number without going through a float, so that the microseconds
// Mist sends survive.
func epoch(num []byte) (time.Time, bool) {
	var whole, frac int64
	i, scale := 0, int64(1e9)
	for ; i < len(num) && isDigit(num[i]) && i < 19; i++ {
		whole = whole*10 + int64(num[i]-'0')
	}
	if i == 0 || whole < 0 { // 19 digits can be more than fit
		return time.Time{}, false
	}
	rest := num[i:]
	if len(rest) > 0 && rest[0] == '.' {
		for rest = rest[1:]; len(rest) > 0 && isDigit(rest[0]); rest = rest[1:] {
			if scale > 1 {
				scale /= 10
				frac += int64(rest[0]-'0') * scale
			}
		}
	}
	if len(rest) > 0 {
		return epochFromFloat(num)
	}
	return fromEpoch(whole, frac)
}

// epochFromFloat reads numbers with an exponent and very long ones.
func epochFromFloat(num []byte) (time.Time, bool) {
	f, err := strconv.ParseFloat(string(num), 64)
	if err != nil || !(f >= earliest && f < 9e18) {
		return time.Time{}, false
	}
	whole := int64(f)
	return fromEpoch(whole, int64((f-float64(whole))*1e9))
}

// fromEpoch finds the unit of whole by its size; frac is billionths of the unit.
func fromEpoch(whole, frac int64) (time.Time, bool) {
	unit := int64(1)
	for unit < 1e9 && whole >= unit*latest {
		unit *= 1000
	}
	if whole < earliest {
		return time.Time{}, false
	}
	return time.Unix(whole/unit, whole%unit*(1e9/unit)+frac/unit).UTC(), true
}
