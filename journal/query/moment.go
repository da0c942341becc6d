package query

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// moment is a time in a query: a distance from now, a date with an optional time,
// a clock time, or a day named by a word. Without a zone it is in the location of
// now, so a query means the operator's local time.
type moment struct {
	raw      string
	relative bool
	offset   time.Duration // from now, when relative
	day      dayOf
	civil    time.Time     // otherwise; of a day that is not dated it has only the clock
	zoned    bool          // the location of civil counts
	span     time.Duration // the precision: a day, an hour, ... a millisecond
}

// dayOf says to which day the clock of a moment belongs.
type dayOf uint8

const (
	dated     dayOf = iota // the day it names
	latest                 // the last time that the clock showed it
	next                   // the next time that the clock will show it
	today                  // the day of now
	yesterday              // the day before
)

// dayWords are the days that have a name.
var dayWords = map[string]dayOf{"today": today, "yesterday": yesterday}

// start returns the first instant of a moment that is not relative.
func (m moment) start(now time.Time) time.Time {
	if m.zoned {
		return m.civil
	}
	y, mon, d := now.Date()
	on := func(days int) time.Time {
		c := m.civil
		return time.Date(y, mon, d+days, c.Hour(), c.Minute(), c.Second(), c.Nanosecond(), now.Location())
	}
	switch m.day {
	case latest:
		if t := on(0); !t.After(now) {
			return t
		}
		return on(-1)
	case next:
		if t := on(0); !t.Before(now) {
			return t
		}
		return on(1)
	case today:
		return on(0)
	case yesterday:
		return on(-1)
	case dated:
		y, mon, d = m.civil.Date()
	}
	return on(0)
}

// bounds returns the first millisecond of the moment and the first behind it.
func (m moment) bounds(now time.Time) (from, to int64) {
	if m.relative {
		from = now.Add(m.offset).UnixMilli()
		return from, from + 1
	}
	t := m.start(now)
	if m.span == day {
		return t.UnixMilli(), t.AddDate(0, 0, 1).UnixMilli()
	}
	return t.UnixMilli(), t.Add(m.span).UnixMilli()
}

// ParseTime reads a time as queries do: 13:03, yesterday 18:00, 2026-11-23,
// 2026-11-23 10:00 or -2h. What has no zone of its own is in zone. A clock time
// alone is the last one that is not after now. Of a day, an hour or a minute it
// returns the beginning.
func ParseTime(text string, now time.Time, zone *time.Location) (time.Time, error) {
	m, err := parseMoment(strings.TrimSpace(text))
	if err != nil {
		return time.Time{}, fmt.Errorf("%q %w", text, errTime)
	}
	if m.relative {
		return now.Add(m.offset), nil
	}
	return m.start(now.In(zone)), nil
}

const (
	day         = 24 * time.Hour
	maxDistance = 36500 * day // a hundred years
)

// form is an accepted layout with the span it covers.
type form struct {
	layout string
	span   time.Duration
}

// clocks are the layouts of a time of day, dates those that begin with a date. The
// seconds take a fraction too, and the span is a millisecond then.
var (
	clocks = []form{{"15:04", time.Minute}, {"15:04:05", time.Second}}
	dates  = []form{
		{"2006-01-02", day},
		{"2006-01-02T15", time.Hour},
		{"2006-01-02T15:04", time.Minute},
		{"2006-01-02T15:04:05", time.Second},
	}
)

var (
	errTime     = errors.New("is not a time; write 13:03, yesterday 18:00, 2026-11-23, 2026-11-23T10:00 or -2h")
	errDuration = errors.New("is not a duration; write 30s, 15m, 2h, 7d or 1h30m")
)

// parseMoment reads a time.
func parseMoment(s string) (moment, error) {
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		d, err := parseDistance(rest)
		return moment{raw: s, relative: true, offset: -d}, err
	}
	if rest, ok := strings.CutPrefix(s, "+"); ok {
		d, err := parseDistance(rest)
		return moment{raw: s, relative: true, offset: d}, err
	}
	if m, ok := parseClock(s, s, latest); ok {
		return m, nil
	}
	word, clock, both := strings.Cut(fold(s), " ")
	if named, ok := dayWords[word]; ok {
		if !both {
			return moment{raw: s, day: named, span: day}, nil
		}
		m, ok := parseClock(s, strings.TrimSpace(clock), named)
		if !ok {
			return moment{}, errTime
		}
		return m, nil
	}
	t := strings.Replace(strings.ToUpper(s), " ", "T", 1)
	for _, f := range dates {
		if at, err := time.Parse(f.layout, t); err == nil {
			return newMoment(s, at, f.span), nil
		}
		if at, err := time.Parse(f.layout+"Z07:00", t); err == nil && f.span < day {
			m := newMoment(s, at.UTC(), f.span)
			m.zoned = true
			return m, nil
		}
	}
	return moment{}, errTime
}

// parseClock reads a time of day, which belongs to the given day.
func parseClock(raw, clock string, of dayOf) (moment, bool) {
	for _, f := range clocks {
		if t, err := time.Parse(f.layout, clock); err == nil {
			m := newMoment(raw, t, f.span)
			m.day = of
			return m, true
		}
	}
	return moment{}, false
}

func newMoment(raw string, t time.Time, span time.Duration) moment {
	if t.Nanosecond() != 0 {
		t, span = t.Truncate(time.Millisecond), time.Millisecond
	}
	return moment{raw: raw, civil: t, span: span}
}

// parseDistance reads a duration such as 90s, 2h, 1h30m, 7d or 2w: whole
// numbers with units, together at most a hundred years.
func parseDistance(s string) (time.Duration, error) {
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': day, 'w': 7 * day}
	var sum, n time.Duration
	digits := 0
	for i := 0; i < len(s); i++ {
		c := foldByte(s[i])
		if '0' <= c && c <= '9' {
			if digits++; digits > 10 {
				return 0, errDuration
			}
			n = n*10 + time.Duration(c-'0')
			continue
		}
		unit, ok := units[c]
		if !ok || digits == 0 || n > maxDistance/unit {
			return 0, errDuration
		}
		if sum += n * unit; sum > maxDistance {
			return 0, errDuration
		}
		n, digits = 0, 0
	}
	if s == "" || digits > 0 {
		return 0, errDuration
	}
	return sum, nil
}

// at is a time in order against a moment, or within it. A row without the time
// matches neither.
type at struct {
	op string
	m  moment
}

func (v at) match(c column, s subject) bool {
	n := c.num(s)
	from, to := v.m.bounds(s.now)
	if v.op == ":" {
		return n != 0 && from <= n && n < to
	}
	return n != 0 && inOrder(v.op, n, from)
}

func (v at) sql(c column, b *builder) {
	from, to := v.m.bounds(b.now)
	if v.op == ":" {
		b.text("(", c.name, " >= ? AND ", c.name, " < ? AND ", c.name, " <> 0)").arg(from).arg(to)
		return
	}
	b.text("(", c.name, " ", v.op, " ? AND ", c.name, " <> 0)").arg(from)
}

// takesClock reports whether a time of day behind the term would be part of it.
func takesClock(n node) bool {
	switch n := n.(type) {
	case not:
		return takesClock(n.of)
	case term:
		v, ok := n.vals[len(n.vals)-1].(at)
		return ok && v.m.span == day
	}
	return false
}

func (v at) write(w *strings.Builder) { literal(v.m.raw).write(w, inValue) }

// since is an age: now minus the time, in order against a duration.
type since struct {
	op  string
	d   time.Duration
	raw string
}

func (v since) match(c column, s subject) bool {
	n := c.num(s)
	return n != 0 && inOrder(mirror[v.op], n, s.now.UnixMilli()-v.d.Milliseconds())
}

func (v since) sql(c column, b *builder) {
	b.text("(", c.name, " ", mirror[v.op], " ? AND ", c.name, " <> 0)").arg(b.now.UnixMilli() - v.d.Milliseconds())
}

func (v since) write(w *strings.Builder) { w.WriteString(v.raw) }

// mirror turns an order of ages into one of times: younger is later.
var mirror = map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<="}
