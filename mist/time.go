package mist

import (
	"strconv"
	"strings"
	"time"
)

// The range of ParseTime in epoch seconds: 1973 to 5138. Anything smaller is a
// placeholder or a duration, anything larger is in a finer unit.
const (
	earliest = 1e8
	latest   = 1e11
)

// textForms are the text formats seen in practice; Junos prints the second.
var textForms = []string{time.RFC3339Nano, "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05", "2006-01-02T15:04:05",
	"2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z0700", "2006-01-02 15:04:05 Z0700", "2006-01-02 15:04:05 Z07:00"}

// ParseTime parses a JSON value as a time. Mist sends epoch seconds, with or
// without a fraction, as a number or a string (docs/mist-api.md, Times and
// identifiers; mxedge-events send a string). ParseTime recognizes milliseconds,
// microseconds and nanoseconds by their size, and accepts some text formats. It
// returns false for anything that cannot be a time, such as 0 or null. The result
// is UTC.
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

// epoch parses a number without a float, so that Mist's microseconds survive.
func epoch(num []byte) (time.Time, bool) {
	var whole, frac int64
	i, scale := 0, int64(1e9)
	for ; i < len(num) && isDigit(num[i]) && i < 19; i++ {
		whole = whole*10 + int64(num[i]-'0')
	}
	if i == 0 || whole < 0 { // 19 digits can overflow
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

// epochFromFloat parses numbers with an exponent, and very long ones.
func epochFromFloat(num []byte) (time.Time, bool) {
	f, err := strconv.ParseFloat(string(num), 64)
	if err != nil || !(f >= earliest && f < 9e18) {
		return time.Time{}, false
	}
	whole := int64(f)
	return fromEpoch(whole, int64((f-float64(whole))*1e9))
}

// fromEpoch infers the unit of whole from its size; frac is billionths of the
// unit.
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
