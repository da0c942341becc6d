package query

import (
	"slices"
	"strings"

	"foghorn/journal/event"
)

// value reads one value of f behind op.
func (p *parser) value(f *field, op string) (value, *Error) {
	if op == ":~" {
		return p.regexpValue(f)
	}
	start := p.pos
	pat, _, err := p.pattern(true)
	switch {
	case err != nil:
		return nil, err
	case p.pos == start:
		return nil, p.problem(start, "", "%s%s needs a value right behind it; \"\" is the empty text", f.Name, op)
	case op != ":" && strings.HasPrefix(p.rest(), ","):
		return nil, p.problem(start, "", "%s%s takes one value", f.Name, op)
	case op != ":" && !pat.plain():
		return nil, p.problem(start, "", "%s%s takes a plain value, without *", f.Name, op)
	}
	switch f.Type {
	case Text, Word:
		return p.textValue(f, op, start, pat)
	case MAC:
		return p.macValue(f, op, start, pat)
	case AlertState:
		return p.stateValue(f, op, start, pat)
	case Level:
		return p.levelValue(f, op, start, pat)
	case Time, Age:
		return p.timeValue(f, op, start, pat)
	case Status:
		return p.statusValue(f, op, start, pat)
	default:
		return p.numberValue(f, op, start, pat)
	}
}

func (p *parser) textValue(f *field, op string, start int, pat pattern) (value, *Error) {
	if f.Type == Word {
		if op != ":" {
			return nil, p.problem(start, "", "%s has no order; use %s:", f.Name, f.Name)
		}
		if pat.plain() && pat.low[0] != "" && !slices.Contains(f.Values, pat.low[0]) {
			return nil, p.unknown(f, start, pat)
		}
	}
	if op != ":" {
		return texts{op: op, raw: pat.lits[0], low: pat.low[0]}, nil
	}
	return equals{pat}, nil
}

// statusValue reads a number or a word: the parser does not know of which table.
func (p *parser) statusValue(f *field, op string, start int, pat pattern) (value, *Error) {
	word, err := p.textValue(f, op, start, pat)
	if err != nil {
		return nil, err
	}
	v := either{word: word}
	if number, err := p.numberValue(f, op, start, pat); err == nil {
		v.number = number
	}
	return v, nil
}

// unknown says which values a field with a fixed list takes.
func (p *parser) unknown(f *field, start int, pat pattern) *Error {
	return p.problem(start, Nearest(pat.raw(), f.Values), "%q is not a %s; it is one of %s", pat.raw(), f.Name, strings.Join(f.Values, ", "))
}

func (p *parser) stateValue(f *field, op string, start int, pat pattern) (value, *Error) {
	if op != ":" {
		return nil, p.problem(start, "", "%s has no order; use %s:", f.Name, f.Name)
	}
	if !pat.plain() || !slices.Contains(f.Values, pat.low[0]) {
		return nil, p.unknown(f, start, pat)
	}
	return stateValue{event.State(pat.low[0])}, nil
}

func (p *parser) levelValue(f *field, op string, start int, pat pattern) (value, *Error) {
	s, err := event.ParseSeverity(pat.raw())
	if err != nil {
		return nil, p.unknown(f, start, pat)
	}
	return number{op: op, n: int64(s), name: s.String()}, nil
}

// macValue reads a MAC in any notation, its beginning, or a glob.
func (p *parser) macValue(f *field, op string, start int, pat pattern) (value, *Error) {
	if op != ":" {
		return nil, p.problem(start, "", "%s has no order; use %s:", f.Name, f.Name)
	}
	if m, ok := event.MACFromDeviceID(pat.raw()); ok {
		return address{literal(string(m))}, nil
	}
	digits := 0
	var pieces []string
	for i, low := range pat.low {
		hex := strings.NewReplacer(":", "", "-", "", ".", "").Replace(low)
		if strings.Trim(hex, "0123456789abcdef") != "" {
			return nil, p.problem(start, "", "%q is not a MAC, nor the beginning of one", pat.raw())
		}
		if hex != "" || i == 0 || i == len(pat.low)-1 {
			pieces = append(pieces, hex)
		}
		digits += len(hex)
	}
	if digits > 12 || digits == 0 && pat.raw() != "" && !pat.star() {
		return nil, p.problem(start, "", "%q is not a MAC, which has 12 hex digits", pat.raw())
	}
	if pat.plain() && 0 < digits && digits < 12 {
		pieces = append(pieces, "")
	}
	return address{newPattern(pieces)}, nil
}

func (p *parser) timeValue(f *field, op string, start int, pat pattern) (value, *Error) {
	if f.Type == Age {
		if op == ":" {
			return nil, p.problem(start, "", "%s is compared with < or >: age<1h", f.Name)
		}
		d, err := parseDistance(pat.raw())
		if err != nil {
			return nil, p.problem(start, "", "%q %v", pat.raw(), err)
		}
		return since{op: op, d: d, raw: pat.low[0]}, nil
	}
	if pat.star() {
		return has{}, nil
	}
	m, err := parseMoment(pat.raw())
	if err == nil && m.span == day && !strings.Contains(p.in[start:p.pos], `"`) {
		m = p.withClock(m)
	}
	if err == nil && m.day == latest && f.ahead {
		m.day = next
	}
	if err != nil {
		suggestion := ""
		if _, err := parseDistance(pat.raw()); err == nil {
			suggestion = "-" + pat.raw()
		}
		return nil, p.problem(start, suggestion, "%q %v", pat.raw(), errTime)
	}
	if m.relative && op == ":" {
		return nil, p.problem(start, "", "%s is never exactly %s; use < or >", f.Name, pat.raw())
	}
	return at{op: op, m: m}, nil
}

// withClock adds to a day the time of day that was written behind it, without
// quotes around the two.
func (p *parser) withClock(m moment) moment {
	before := p.pos
	p.skipSpace()
	clock, quoted, err := p.pattern(true)
	if err == nil && !quoted && clock.plain() && strings.Contains(clock.raw(), ":") {
		if both, err := parseMoment(m.raw + " " + clock.raw()); err == nil {
			return both
		}
	}
	p.pos = before
	return m
}

func (p *parser) numberValue(f *field, op string, start int, pat pattern) (value, *Error) {
	if pat.star() {
		return has{}, nil
	}
	var n int64
	var x float64
	var err error
	switch f.Type {
	case Bytes:
		x, err = parseUnits(pat.raw(), byteUnits)
		n = int64(x)
	case Millis:
		x, err = parseUnits(pat.raw(), milliUnits)
	case Percent:
		x, err = parseUnits(strings.TrimSuffix(pat.raw(), "%"), bare)
	default:
		n, err = parseWhole(f, pat.raw())
	}
	if err != nil {
		return nil, p.problem(start, "", "%q %v; %s takes a %s", pat.raw(), err, f.Name, f.Type)
	}
	if f.Type == Millis || f.Type == Percent {
		return fraction{op: op, x: x}, nil
	}
	return number{op: op, n: n}, nil
}
