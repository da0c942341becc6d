package mist

import "fmt"

// MaxDepth is the deepest nesting of arrays and objects in a body, the outermost
// object included. Mist's bodies stay below ten; a deeper one is an attempt to
// exhaust the stack of a reader.
const MaxDepth = 200

// scanner reads JSON text once, forward, without allocating. It is strict about
// the grammar (RFC 8259), but leaves invalid UTF-8 inside strings to the code
// that decodes them. It is hand-written because the response to a webhook waits
// for it: a general tokenizer takes about twice as long here.
type scanner struct {
	b   []byte
	i   int
	err error // why the scan stopped
}

// space skips white space.
func (s *scanner) space() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\t', '\n', '\r':
			s.i++
		default:
			return
		}
	}
}

// value skips one value of any type; depth is the number of open arrays and
// objects around it.
func (s *scanner) value(depth int) bool {
	if s.i >= len(s.b) {
		return s.cut("where a value should follow")
	}
	switch c := s.b[s.i]; c {
	case '"':
		return s.text()
	case '{':
		return s.object(depth + 1)
	case '[':
		return s.array(depth + 1)
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	default:
		if c == '-' || isDigit(c) {
			return s.number()
		}
		return s.bad("a value")
	}
}

// object skips an object; depth includes it.
func (s *scanner) object(depth int) bool {
	if depth > MaxDepth {
		return s.deep()
	}
	s.i++
	for first := true; s.more(first, '}'); first = false {
		if _, ok := s.key(); !ok || !s.value(depth) {
			return false
		}
	}
	return s.err == nil
}

// array skips an array; depth includes it.
func (s *scanner) array(depth int) bool {
	if depth > MaxDepth {
		return s.deep()
	}
	s.i++
	for first := true; s.more(first, ']'); first = false {
		if !s.value(depth) {
			return false
		}
	}
	return s.err == nil
}

// more moves to the first byte of the next member or element. It returns false
// after the closing bracket, and on invalid text, with err set.
func (s *scanner) more(first bool, end byte) bool {
	s.space()
	if s.i >= len(s.b) {
		return s.cut("inside a list or an object")
	}
	if s.b[s.i] == end {
		s.i++
		return false
	}
	if first {
		return true
	}
	if s.b[s.i] != ',' {
		return s.bad("a comma or the end of a list or an object")
	}
	s.i++
	s.space()
	if s.i >= len(s.b) {
		return s.cut("after a comma")
	}
	if s.b[s.i] == end {
		return s.bad("something after the comma")
	}
	return true
}

// key moves from a member's name past the colon to its value. It returns the
// name between the quotes, escapes included.
func (s *scanner) key() ([]byte, bool) {
	if s.b[s.i] != '"' {
		return nil, s.bad("a name in double quotes")
	}
	start := s.i + 1
	if !s.text() {
		return nil, false
	}
	name := s.b[start : s.i-1]
	s.space()
	if s.i >= len(s.b) {
		return nil, s.cut("after a name")
	}
	if s.b[s.i] != ':' {
		return nil, s.bad("a colon")
	}
	s.i++
	s.space()
	return name, true
}

// plain marks the bytes without a special meaning inside a string.
var plain = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return t
}()

// text skips a string.
func (s *scanner) text() bool {
	i := s.i + 1
	for {
		for i < len(s.b) && plain[s.b[i]] {
			i++
		}
		s.i = i
		if i >= len(s.b) {
			return s.cut("inside a text")
		}
		switch s.b[i] {
		case '"':
			s.i++
			return true
		case '\\':
			if !s.escape() {
				return false
			}
			i = s.i
		default:
			return s.bad("no control character inside a text")
		}
	}
}

// escape skips a backslash and its escape sequence.
func (s *scanner) escape() bool {
	s.i++
	if s.i >= len(s.b) {
		return s.cut("inside a text")
	}
	switch s.b[s.i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.i++
		return true
	case 'u':
		s.i++
		for range 4 {
			if s.i >= len(s.b) {
				return s.cut("inside a text")
			}
			if !isHex(s.b[s.i]) {
				return s.bad("four hex digits")
			}
			s.i++
		}
		return true
	}
	return s.bad("an escape that JSON knows")
}

// number skips a number.
func (s *scanner) number() bool {
	if s.b[s.i] == '-' {
		s.i++
	}
	if s.i < len(s.b) && s.b[s.i] == '0' {
		s.i++
	} else if !s.digits() {
		return false
	}
	if s.i < len(s.b) && s.b[s.i] == '.' {
		s.i++
		if !s.digits() {
			return false
		}
	}
	if s.i < len(s.b) && (s.b[s.i] == 'e' || s.b[s.i] == 'E') {
		s.i++
		if s.i < len(s.b) && (s.b[s.i] == '+' || s.b[s.i] == '-') {
			s.i++
		}
		return s.digits()
	}
	return true
}

// digits skips at least one digit.
func (s *scanner) digits() bool {
	start := s.i
	for s.i < len(s.b) && isDigit(s.b[s.i]) {
		s.i++
	}
	if s.i > start {
		return true
	}
	if s.i >= len(s.b) {
		return s.cut("inside a number")
	}
	return s.bad("a digit")
}

// word skips true, false or null.
func (s *scanner) word(w string) bool {
	for j := range len(w) {
		if s.i >= len(s.b) {
			return s.cut("inside " + w)
		}
		if s.b[s.i] != w[j] {
			return s.bad(w)
		}
		s.i++
	}
	return true
}

// cut, bad and deep record why the scan stopped, and return false.

func (s *scanner) cut(where string) bool {
	s.err = fmt.Errorf("the body is cut off: it ends at byte %d %s", len(s.b), where)
	return false
}

func (s *scanner) bad(want string) bool {
	s.err = fmt.Errorf("not JSON: %q at byte %d where there should be %s", s.b[s.i:s.i+1], s.i, want)
	return false
}

func (s *scanner) deep() bool {
	s.err = fmt.Errorf("nested deeper than %d at byte %d", MaxDepth, s.i)
	return false
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHex(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
