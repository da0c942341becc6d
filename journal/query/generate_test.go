package query

import (
	"fmt"
	"strings"
)

// query makes a random query that parses.
func (d dice) query(depth int) string {
	if depth == 0 || d.IntN(5) < 2 {
		return d.term()
	}
	switch d.IntN(6) {
	case 0:
		return d.query(depth-1) + " or " + d.query(depth-1)
	case 1:
		return "(" + d.query(depth-1) + ")"
	case 2:
		return pick(d, []string{"!", "-"}) + "(" + d.query(depth-1) + ")"
	case 3:
		return d.query(depth-1) + " and " + d.query(depth-1)
	}
	return d.query(depth-1) + "  " + d.query(depth-1)
}

// literal makes a text a query may hold: a hostile one, or a part of one.
func (d dice) literal() string {
	for {
		s := d.words()
		if r := []rune(s); len(r) > 1 && d.IntN(2) == 0 {
			i := d.IntN(len(r))
			s = string(r[i : i+1+d.IntN(len(r)-i)])
		}
		if d.IntN(3) == 0 {
			s = strings.ToUpper(s)
		}
		if sayable(s) {
			return s
		}
	}
}

func (d dice) glob() string {
	var b strings.Builder
	for range 1 + d.IntN(3) {
		if d.IntN(2) == 0 {
			b.WriteByte('*')
		}
		b.WriteString(quote(d.literal()))
	}
	if d.IntN(2) == 0 {
		b.WriteByte('*')
	}
	return b.String()
}

var (
	orders  = []string{"<", "<=", ">", ">="}
	regexps = []string{`ap_`, `^ber`, `lin$`, `a.b`, `(rogue|open)`, `\d+%`, `[^a-z]`, `"ü"`, `"é|ß"`, `"\\."`, `.*`, `"^$"`, `"\s"`}
	moments = []string{"-2h", "-1h30m", "+5m", "-3d", "2026-11-23", "2026-11-23T10", "2026-11-23T11:59", "2026-11-23T11:59:59", "2026-11-23T12:00:00.123",
		"2026-11-23T10:00Z", "2026-11-23T10:00:00+02:00", "1970-01-01", "0001-01-01", "2026-10-25T02:30",
		"11:59", "12:00", "12:01", "9:05", "11:59:59", "12:00:00.123", "23:00", "today", "Yesterday", "yesterday 18:00", `"yesterday 18:00"`, "TODAY  11:00:01", "2026-11-23 10:00", `"2026-11-23 10:00"`, "2026-11-23 10:00Z"}
	ages      = []string{"1h", "90s", "3d", "1w", "0s", "2h30m"}
	macTexts  = []string{"5c:5b:35:00:00:01", "5C-5B-35", "5c5b.3500.0001", "*01", "5c*", "aa*ff", "5c5b35000001,aabbccddeeff", "00000000-0000-0000-1000-5c5b35000001", `""`, "*"}
	barewords = []string{"open", "Acked", "snoozed", "resolved", "rogue", "ber*hq", "5c:5b", "5c:5b:35:00:00:01", "AA-BB-CC", "5c5b.35", "10:00", "18:00", "ap_", "100", "サイト", "*", "**"}
)

func (d dice) term() string {
	if d.IntN(4) == 0 {
		return pick(d, []string{"", "!", "-"}) + d.word()
	}
	f := pick(d, catalogue)
	return pick(d, []string{"", "", "!"}) + pick(d, append([]string{f.Name}, f.Aliases...)) + d.opValue(f)
}

func (d dice) word() string {
	switch d.IntN(4) {
	case 0:
		return pick(d, barewords)
	case 1:
		return d.glob()
	}
	return quote(d.literal())
}

func (d dice) opValue(f *field) string {
	eq := pick(d, []string{":", "=", "!="})
	order := pick(d, orders)
	switch f.Type {
	case Text:
		switch d.IntN(6) {
		case 0:
			return ":~" + pick(d, regexps)
		case 1:
			return order + quote(d.literal())
		case 2:
			return eq + d.glob() + "," + quote(d.literal())
		case 3:
			return eq + d.glob()
		}
		return eq + quote(d.literal())
	case Word:
		return eq + pick(d, append([]string{"verif*", `""`, "*"}, f.Values...))
	case AlertState:
		return eq + pick(d, f.Values)
	case Level:
		return pick(d, append([]string{eq}, orders...)) + pick(d, f.Values)
	case MAC:
		if d.IntN(5) == 0 {
			return ":~^5c"
		}
		return eq + pick(d, macTexts)
	case Age:
		return order + pick(d, ages)
	case Time:
		if d.IntN(4) == 0 {
			return eq + pick(d, []string{"*", "2026-11-23", "2026-11-23T10,2026-11-23T12:00:00.123", "1970-01-01", "12:00", "today", "yesterday 18:00,11:59", "11:00,yesterday"})
		}
		return order + pick(d, moments)
	}
	n := pick(d, []string{"0", "1", "-1", "3", "200", "8192", "-70"})
	switch {
	case f.Type == Bytes && d.IntN(2) == 0:
		n = pick(d, []string{"8KiB", "8.192kB", "1m"})
	case f.Type == Millis && d.IntN(2) == 0:
		n = pick(d, []string{"1.25", "1s", "0.5ms", "1m"})
	case f.Type == Percent && d.IntN(2) == 0:
		n = pick(d, []string{"1.25", "1%", "0.5%"})
	case f.Type == Status && d.IntN(2) == 0:
		return pick(d, append([]string{eq}, orders...)) + pick(d, []string{"connected", quote(d.literal()), "0200", "503"})
	}
	return pick(d, []string{fmt.Sprintf("%s%s", eq, n), fmt.Sprintf("%s%s", order, n), eq + "*", eq + n + ",2"})
}
