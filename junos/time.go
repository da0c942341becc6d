package junos

import (
	"strconv"
	"strings"
	"time"
)

// Origin says where the time of a post comes from.
type Origin uint8

// The origins. Nobody means that the post carries no time, as those of the first
// agents: then only the receiver's clock can say.
const (
	Nobody    Origin = iota
	ByEvent          // the event's own generation time, in whole seconds
	ByAgentID        // when the agent began to send it, out of its id
)

// When is the time a post says it is of.
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

// Seconds of the epoch that a device's clock can be believed for: 2001 to 2286.
// One that was never set stands at 1970.
const (
	earliest = 1e9
	latest   = 1e10
)

// generated reads seconds of the epoch, as the agent sends them, or a time as
// Junos writes it. Names of zones are not the same everywhere ("IST" is three),
// so only UTC by name is taken.
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

// epoch reads seconds, whole or with a fraction, or milliseconds.
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
