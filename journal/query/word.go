package query

import (
	"slices"
	"strings"

	"foghorn/journal/event"
)

// word is a bare word: some searched column contains it.
type word struct {
	pattern
	hex   string      // the digits of a (part of a) MAC written with separators
	said  string      // the MAC with colons, as in sentences, if it was typed differently
	state event.State // the state it names, for alerts
}

// newWord makes a bare word. A quoted one is plain text.
func newWord(p pattern, quoted bool) word {
	w := word{pattern: p}
	if quoted || !p.plain() {
		return w
	}
	w.hex = macPart(p.lits[0])
	w.said = colonMAC(w.hex, p.low[0])
	if slices.Contains(stateNames(), p.low[0]) {
		w.state = event.State(p.low[0])
	}
	return w
}

func (n word) match(s subject) bool {
	if n.state != "" && s.table == Alerts {
		return stateValue{n.state}.match(column{}, s)
	}
	for _, c := range searched[s.table] {
		if n.within(c.text(s)) {
			return true
		}
	}
	if n.said != "" {
		for _, c := range sentences[s.table] {
			if literal(n.said).within(c.text(s)) {
				return true
			}
		}
	}
	if n.hex == "" {
		return false
	}
	for _, c := range macs[s.table] {
		if strings.Contains(c.text(s), n.hex) {
			return true
		}
	}
	return false
}

func (n word) sql(b *builder) {
	if n.state != "" && b.table == Alerts {
		stateValue{n.state}.sql(column{}, b)
		return
	}
	var alternatives []func()
	like := n.like(true)
	for _, c := range searched[b.table] {
		alternatives = append(alternatives, func() { b.text(c.name, ` LIKE ? ESCAPE '\'`).arg(like) })
	}
	if n.said != "" {
		for _, c := range sentences[b.table] {
			alternatives = append(alternatives, func() { b.text(c.name, ` LIKE ? ESCAPE '\'`).arg("%" + n.said + "%") })
		}
	}
	if n.hex != "" {
		for _, c := range macs[b.table] {
			alternatives = append(alternatives, func() { b.text(c.name, ` LIKE ? ESCAPE '\'`).arg("%" + n.hex + "%") })
		}
	}
	b.any(alternatives)
}

// write quotes words that would parse as something else.
func (n word) write(w *strings.Builder) {
	if n.hex != "" || n.state != "" {
		w.WriteString(n.lits[0])
		return
	}
	if n.plain() && hasOtherMeaning(n.lits[0]) {
		w.WriteString(quote(n.lits[0]))
		return
	}
	minus := strings.HasPrefix(n.lits[0], "-") // alone it would negate
	n.pattern.write(w, func(r rune) bool { return inWord(r) || minus && r == '-' })
}

// hasOtherMeaning reports whether s, unquoted, would be a keyword, a state or a MAC.
func hasOtherMeaning(s string) bool {
	low := fold(s)
	return low == "or" || low == "and" || slices.Contains(stateNames(), low) || macPart(s) != "" || colonMAC("", low) != ""
}

// colonMAC returns a MAC, or its beginning, as sentences write it: in groups of two
// with colons. It takes the digits that macPart found in what was written, or, if
// it found none, a plain run of twelve. It is empty for what is no MAC, or is
// written so already.
func colonMAC(hex, written string) string {
	if hex == "" && len(written) == 12 && strings.Trim(written, "0123456789abcdef") == "" {
		hex = written
	}
	var w strings.Builder
	for i := 0; i < len(hex); i++ {
		if i > 0 && i%2 == 0 {
			w.WriteByte(':')
		}
		w.WriteByte(hex[i])
	}
	if w.String() == written {
		return ""
	}
	return w.String()
}

// macPart returns the hex digits of s when it reads like a MAC or the beginning
// of one in groups with separators: 5c:5b:35, 5C-5B-35-00-00-01, 5c5b.3500. A
// plain run of digits is found as it is.
func macPart(s string) string {
	sep := byte(0)
	var hex []byte
	group, first := 0, 0
	for i := 0; i < len(s); i++ {
		switch c := foldByte(s[i]); {
		case '0' <= c && c <= '9' || 'a' <= c && c <= 'f':
			hex = append(hex, c)
			group++
			if len(hex) > 12 || first != 0 && group > first {
				return ""
			}
		case c == ':' || c == '-' || c == '.':
			if sep == 0 {
				sep, first = c, group
			}
			if c != sep || group != first || !groupSize(sep, first) {
				return ""
			}
			group = 0
		default:
			return ""
		}
	}
	if sep == 0 {
		return ""
	}
	return string(hex)
}

// groupSize reports whether MACs are written in groups of n digits with sep
// between them. Dots go with four only, or every IPv4 address would be one.
func groupSize(sep byte, n int) bool {
	return n == 2 && sep != '.' || n == 4 && sep != ':'
}
