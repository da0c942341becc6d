package query

import (
	"strings"
	"unicode"
)

// pattern is a text with stars: the literal pieces between the stars, as they
// were written and folded. One piece is a plain literal. The first and the last
// piece may be empty (a star at that end), those between never are.
type pattern struct {
	lits, low []string
}

// literal returns the pattern that is just s.
func literal(s string) pattern {
	return pattern{lits: []string{s}, low: []string{fold(s)}}
}

// plain reports whether the pattern has no star.
func (p pattern) plain() bool { return len(p.lits) == 1 }

// star reports whether the pattern is a lone star.
func (p pattern) star() bool {
	return len(p.lits) == 2 && p.lits[0] == "" && p.lits[1] == ""
}

// raw is the pattern as text, unquoted.
func (p pattern) raw() string { return strings.Join(p.lits, "*") }

// equal matches the whole of s, as `col = ? COLLATE NOCASE`, col <> empty for a
// lone star and `col LIKE ?` for others do.
func (p pattern) equal(s string) bool {
	switch {
	case p.plain():
		return len(s) == len(p.low[0]) && hasPrefixFold(s, p.low[0])
	case p.star():
		return s != ""
	}
	s = asLike(s)
	first, last := p.low[0], p.low[len(p.low)-1]
	if len(s) < len(first)+len(last) || !hasPrefixFold(s, first) || !hasPrefixFold(s[len(s)-len(last):], last) {
		return false
	}
	return p.walk(s[len(first):len(s)-len(last)], p.low[1:len(p.low)-1])
}

// within matches any part of s, as `col LIKE '%' || ? || '%'` does.
func (p pattern) within(s string) bool {
	return p.walk(asLike(s), p.low)
}

// walk finds the pieces in s one behind the other. Taking the first place for
// each is enough: it leaves the most room for the rest.
func (p pattern) walk(s string, pieces []string) bool {
	for _, low := range pieces {
		i := indexFold(s, low)
		if i < 0 {
			return false
		}
		s = s[i+len(low):]
	}
	return true
}

// likeEscaper guards what LIKE ... ESCAPE '\' would read as a wildcard.
var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// like returns the pattern for LIKE ... ESCAPE '\'; around puts a wildcard at
// both ends.
func (p pattern) like(around bool) string {
	var w strings.Builder
	if around {
		w.WriteByte('%')
	}
	for i, l := range p.lits {
		if i > 0 {
			w.WriteByte('%')
		}
		_, _ = likeEscaper.WriteString(&w, l)
	}
	if around {
		w.WriteByte('%')
	}
	return w.String()
}

// write writes the pattern so that it reads the same again. Characters that
// special reports are quoted.
func (p pattern) write(w *strings.Builder, special func(rune) bool) {
	if p.plain() && p.lits[0] == "" {
		w.WriteString(`""`)
		return
	}
	for i, l := range p.lits {
		if i > 0 {
			w.WriteByte('*')
		}
		if strings.ContainsFunc(l, special) {
			l = quote(l)
		}
		w.WriteString(l)
	}
}

// inValue reports whether r needs quotes in a value, inWord whether in a word.
func inValue(r rune) bool { return r != ':' && inWord(r) }

func inWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_.@/+-", r)
}

var quoter = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func quote(s string) string { return `"` + quoter.Replace(s) + `"` }
