package query

import (
	"errors"
	"strings"
	"time"
)

// moment is a time in a query: a distance from now, or a date with an optional
// time. A date without a zone uses the location of now, so a query means the
// operator's local time.
type moment struct {
	raw      string
	relative bool
	offset   time.Duration // from now, when relative
	civil    time.Time     // otherwise; its location counts only with zoned
	zoned    bool
	span     time.Duration // the precision: a day, an hour, ... a millisecond
}

// bounds returns the first millisecond of the moment and the first behind it.
func (m moment) bounds(now time.Time) (from, to int64) {
	if m.relative {
		from = now.Add(m.offset).UnixMilli()
		return from, from + 1
	}
	t := m.civil
	if !m.zoned {
		t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), now.Location())
	}
	if m.span == day {
		return t.UnixMilli(), t.AddDate(0, 0, 1).UnixMilli()
	}
	return t.UnixMilli(), t.Add(m.span).UnixMilli()
}

const (
	day         = 24 * time.Hour
	maxDistance = 36500 * day // a hundred years
)

// forms are the accepted layouts with the span each covers.
var forms = []struct {
	layout string
	span   time.Duration
}{
	{"2006-01-02", day},
	{"2006-01-02T15", time.Hour},
	{"2006-01-02T15:04", time.Minute},
	{"2006-01-02T15:04:05", time.Second}, // takes a fraction too, and is a millisecond then
}

var (
	errTime     = errors.New("is not a time; write 2026-11-23, 2026-11-23T10:00 or -2h")
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
	t := strings.Replace(strings.ToUpper(s), " ", "T", 1)
	for _, f := range forms {
		if at, err := time.Parse(f.layout, t); err == nil {
			return newMoment(s, at, false, f.span), nil
		}
		if at, err := time.Parse(f.layout+"Z07:00", t); err == nil && f.span < day {
			return newMoment(s, at.UTC(), true, f.span), nil
		}
	}
	return moment{}, errTime
}

func newMoment(raw string, t time.Time, zoned bool, span time.Duration) moment {
	if t.Nanosecond() != 0 {
		t, span = t.Truncate(time.Millisecond), time.Millisecond
	}
	return moment{raw: raw, civil: t, zoned: zoned, span: span}
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
