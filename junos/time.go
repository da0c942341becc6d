package junos

import (
	"strconv"
	"strings"
	"time"
)

// Origin is the source of a post's time.
type Origin uint8

// The origins. Nobody means that the post contains no time, like those of the
// first agents; use the time of receipt then.
const (
	Nobody    Origin = iota
	ByEvent          // the event's own generation time, in whole seconds
	ByAgentID        // when the agent began to send it, from the post's id
)

// When returns the time of a post and its origin.
func (p *Payload) When() (time.Time, Origin) {
	if t, ok := generated(text(p.GenerationTime)); ok {
		return t, ByEvent
	}
	if ms, _, ok := strings.Cut(p.ID, "-"); ok && len(ms) == 13 {
		if t, ok := epoch(ms); ok {
			return t, ByAgentID
		}
	}
	return time.Time{}, Nobody
}

// The plausible range of a device's clock in epoch seconds: 2001 to 2286. A clock
// that was never set shows 1970.
const (
	earliest = 1e9
	latest   = 1e10
)

// generated parses epoch seconds, as the agent sends them, or a time in Junos's
// format. Zone names are ambiguous ("IST" means three zones), so it accepts only
// UTC by name.
func generated(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if t, ok := epoch(s); ok {
		return t, true
	}
	if body, zone, ok := cutLast(s); ok && (zone == "GMT" || zone == "Z") {
		s = body + " UTC"
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02 15:04:05 UTC", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 -07:00"} {
		if t, err := time.Parse(form, s); err == nil && t.Unix() >= earliest && t.Unix() < latest {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, ' ')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// epoch parses seconds, with or without a fraction, or milliseconds.
func epoch(s string) (time.Time, bool) {
	whole, frac, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n < earliest {
		return time.Time{}, false
	}
	if n >= latest {
		if n < latest*1000 && n >= earliest*1000 && frac == "" {
			return time.UnixMilli(n).UTC(), true
		}
		return time.Time{}, false
	}
	nanos := int64(0)
	if frac != "" {
		padded := (frac + "000000000")[:9]
		if nanos, err = strconv.ParseInt(padded, 10, 64); err != nil || nanos < 0 {
			return time.Time{}, false
		}
	}
	return time.Unix(n, nanos).UTC(), true
}
