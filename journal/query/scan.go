package query

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// scanner walks over the text of a query. Positions are bytes.
type scanner struct {
	in  string
	pos int
}

// problem is an Error at a byte position.
func (s *scanner) problem(pos int, suggestion, format string, args ...any) *Error {
	return &Error{
		Column:     utf8.RuneCountInString(s.in[:min(pos, len(s.in))]) + 1,
		Msg:        fmt.Sprintf(format, args...),
		Suggestion: suggestion,
	}
}

// checkText refuses text that cannot be compared with a column.
func (s *scanner) checkText() *Error {
	if len(s.in) > MaxLength {
		return &Error{Column: 1, Msg: fmt.Sprintf("the query has %d bytes; the limit is %d", len(s.in), MaxLength)}
	}
	for i, r := range s.in {
		switch r {
		case 0, 0xfffe, 0xffff:
			return s.problem(i, "", "the character U+%04X cannot be searched for", r)
		case utf8.RuneError:
			if !strings.HasPrefix(s.in[i:], "\ufffd") {
				return s.problem(i, "", "the query is not UTF-8 here")
			}
		}
	}
	return nil
}

func (s *scanner) rest() string { return s.in[s.pos:] }

// rune returns the next character and its bytes; 0, 0 at the end.
func (s *scanner) rune() (rune, int) {
	if s.pos >= len(s.in) {
		return 0, 0
	}
	return utf8.DecodeRuneInString(s.rest())
}

func (s *scanner) skipSpace() {
	for {
		r, n := s.rune()
		if n == 0 || !unicode.IsSpace(r) {
			return
		}
		s.pos += n
	}
}

// take consumes the byte c if it is next.
func (s *scanner) take(c byte) bool {
	if s.pos < len(s.in) && s.in[s.pos] == c {
		s.pos++
		return true
	}
	return false
}

// keyword consumes word if it comes next, as a word of its own.
func (s *scanner) keyword(word string) bool {
	rest := s.rest()
	if len(rest) < len(word) || fold(rest[:len(word)]) != word {
		return false
	}
	if after := rest[len(word):]; after != "" {
		r, _ := utf8.DecodeRuneInString(after)
		if !unicode.IsSpace(r) && r != '(' && r != ')' {
			return false
		}
	}
	s.pos += len(word)
	return true
}

// operators, the longer ones first.
var operators = []string{":~", "=~", ">=", "<=", "!=", ":", "=", ">", "<"}

// fieldOp consumes a field name with an operator behind it.
func (s *scanner) fieldOp() (name, op string, ok bool) {
	rest := s.rest()
	n := 0
	for n < len(rest) && nameByte(rest[n], n) {
		n++
	}
	if n == 0 {
		return "", "", false
	}
	for _, op := range operators {
		if strings.HasPrefix(rest[n:], op) {
			s.pos += n + len(op)
			return rest[:n], op, true
		}
	}
	return "", "", false
}

func nameByte(c byte, at int) bool {
	c = foldByte(c)
	return 'a' <= c && c <= 'z' || c == '_' || at > 0 && '0' <= c && c <= '9'
}

// pattern consumes a word or value: unquoted characters up to a space or a
// parenthesis that closes a group, with quoted stretches anywhere. A value ends
// at a comma too. Quoted says whether any of it was quoted.
func (s *scanner) pattern(value bool) (p pattern, quoted bool, err *Error) {
	pieces := []string{""}
	add := func(text string) { pieces[len(pieces)-1] += text }
	open := 0
	for {
		r, n := s.rune()
		switch {
		case n == 0 || unicode.IsSpace(r) || value && r == ',' || r == ')' && open == 0:
			return newPattern(pieces), quoted, nil
		case r == '"':
			text, err := s.quotedText()
			if err != nil {
				return pattern{}, false, err
			}
			add(text)
			quoted = true
			continue
		case r == '*':
			if len(pieces) == 1 || pieces[len(pieces)-1] != "" {
				pieces = append(pieces, "")
			}
		case r == '(':
			open++
			add("(")
		case r == ')':
			open--
			add(")")
		default:
			add(s.in[s.pos : s.pos+n])
		}
		s.pos += n
	}
}

func newPattern(pieces []string) pattern {
	p := pattern{lits: pieces}
	for _, l := range pieces {
		p.low = append(p.low, fold(l))
	}
	return p
}

// quotedText consumes a quoted stretch. \" is a quote and \\ a backslash; any
// other backslash is literal, which suits regular expressions.
func (s *scanner) quotedText() (string, *Error) {
	start := s.pos
	s.pos++
	var w strings.Builder
	for s.pos < len(s.in) {
		c := s.in[s.pos]
		s.pos++
		switch {
		case c == '"':
			return w.String(), nil
		case c == '\\' && s.pos < len(s.in) && (s.in[s.pos] == '"' || s.in[s.pos] == '\\'):
			c = s.in[s.pos]
			s.pos++
		}
		w.WriteByte(c)
	}
	return "", s.problem(start, "", "the quote that starts here is never closed")
}

// regexp consumes a regular expression: quoted, or up to a space or a
// parenthesis it did not open itself.
func (s *scanner) regexp() (string, *Error) {
	if strings.HasPrefix(s.rest(), `"`) {
		return s.quotedText()
	}
	start, open, class := s.pos, 0, false
	for {
		r, n := s.rune()
		switch {
		case n == 0 || unicode.IsSpace(r) || r == ')' && open == 0 && !class:
			return s.in[start:s.pos], nil
		case r == '\\' && s.pos+1 < len(s.in):
			s.pos++
			_, n = s.rune()
		case r == '[':
			class = true
		case r == ']':
			class = false
		case r == '(' && !class:
			open++
		case r == ')' && !class:
			open--
		}
		s.pos += n
	}
}
