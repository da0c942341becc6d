package event

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// shortPrefix begins a short id. It keeps one apart from a plain number, which is
// a full id or a delivery.
const shortPrefix = "a"

// ShortID writes an event id or alert id for people: the record, and the place
// unless it is the first. 3450000 is a345, 3450012 is a345.12.
func ShortID(id int64) string {
	if id < 0 {
		return strconv.FormatInt(id, 10) // no id of an event
	}
	seq, place := SplitID(id)
	short := shortPrefix + strconv.FormatInt(seq, 10)
	if place > 0 {
		short += "." + strconv.Itoa(place)
	}
	return short
}

// ParseID reads an event id or alert id in either form: 3450012 or a345.12.
func ParseID(s string) (int64, error) {
	digits, short := cutShortPrefix(s)
	if !short {
		return parseDigits(s, s, math.MaxInt64)
	}
	record, text, placed := strings.Cut(digits, ".")
	seq, err := parseDigits(s, record, math.MaxInt64/MaxEventsPerRecord-1)
	if err != nil || !placed {
		return ID(seq, 0), err
	}
	place, err := parseDigits(s, text, MaxEventsPerRecord-1)
	if err != nil {
		return 0, err
	}
	return ID(seq, int(place)), nil
}

// cutShortPrefix returns what follows the prefix of a short id, in either case.
func cutShortPrefix(s string) (digits string, short bool) {
	if s == "" || !strings.EqualFold(s[:1], shortPrefix) {
		return s, false
	}
	return s[1:], true
}

// parseDigits reads a part of the id s: digits only, at most limit.
func parseDigits(s, part string, limit int64) (int64, error) {
	if part == "" || strings.Trim(part, "0123456789") != "" {
		return 0, fmt.Errorf("%q is not an id: write it as the list shows it (a345 or a345.12), or as a number (3450012)", s)
	}
	n, err := strconv.ParseInt(part, 10, 64)
	if err != nil || n > limit {
		return 0, fmt.Errorf("%q is not an id: %s is too large", s, part)
	}
	return n, nil
}

// OlderIDHint says what an id that was not found is called now, if it looks like an id
// of the versions that counted a million events to a record; otherwise it is empty.
func OlderIDHint(id int64) string {
	now, ok := CurrentID(id, firstEventsPerRecord)
	if !ok || now < MaxEventsPerRecord {
		return ""
	}
	return fmt.Sprintf("if an older version wrote this id, it is %s now", ShortID(now))
}
