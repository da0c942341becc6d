package config

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// position is a place in a file, from 1; the column in characters.
type position struct{ line, col int }

// positions are the places of keys and table headers by path: "listen",
// "listen.address", "mist[0]", "mist[0].region". The TOML library tells places
// of syntax errors only.
type positions struct {
	src    string
	at     map[string]int // byte offsets
	values map[string]int // and those of the values of keys
}

// find returns the place of path, or of the nearest table around it.
func (ps positions) find(path string) position {
	for path != "" {
		if at, ok := ps.at[path]; ok {
			return ps.place(at)
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
	return position{1, 1}
}

// place returns the place of a byte offset.
func (ps positions) place(at int) position {
	before := ps.src[:at]
	return position{
		line: strings.Count(before, "\n") + 1,
		col:  utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1,
	}
}

// has reports whether the file has the key.
func (ps positions) has(path string) bool {
	_, ok := ps.at[path]
	return ok
}

// keyScanner scans a file that the TOML library has accepted, so it does not
// validate; on invalid input it ends early.
type keyScanner struct {
	src    string
	pos    int
	found  map[string]int
	values map[string]int
	arrays map[string]int // elements of [[path]] so far
	depth  int
}

// scanKeys returns the places of all keys of src.
func scanKeys(src string) positions {
	s := &keyScanner{src: src, found: map[string]int{}, values: map[string]int{}, arrays: map[string]int{}}
	table := ""
	for {
		s.skip(" \t\r\n")
		switch {
		case s.pos >= len(s.src):
			return positions{src: src, at: s.found, values: s.values}
		case s.src[s.pos] == '#':
			s.line()
		case s.src[s.pos] == '[':
			table = s.header()
			s.line()
		default:
			start := s.pos
			s.pair(table)
			if s.pos == start {
				return positions{src: src, at: s.found, values: s.values}
			}
		}
	}
}

// header reads [a.b] or [[a.b]] and returns the path of the table.
func (s *keyScanner) header() string {
	s.pos++
	array := strings.HasPrefix(s.src[s.pos:], "[")
	if array {
		s.pos++
	}
	s.skip(" \t")
	at := s.pos
	parts := s.key()
	path := ""
	for i, part := range parts {
		path = join(path, part)
		if i == len(parts)-1 && array {
			n := s.arrays[path]
			s.arrays[path] = n + 1
			path = fmt.Sprintf("%s[%d]", path, n)
		} else if n := s.arrays[path]; n > 0 {
			path = fmt.Sprintf("%s[%d]", path, n-1)
		}
		s.note(path, at)
	}
	return path
}

// pair reads key = value under the table.
func (s *keyScanner) pair(table string) {
	at := s.pos
	path := table
	for _, part := range s.key() {
		path = join(path, part)
		s.note(path, at)
	}
	s.skip(" \t=")
	s.values[path] = s.pos
	s.value(path)
}

// maxParts limits the parts of a dotted key: more than any valid key has, and few
// enough that paths stay short.
const maxParts = 16

// key reads a dotted key.
func (s *keyScanner) key() []string {
	var parts []string
	for {
		s.skip(" \t")
		start := s.pos
		if s.pos < len(s.src) && (s.src[s.pos] == '"' || s.src[s.pos] == '\'') {
			s.text()
			raw := s.src[start:s.pos]
			part, err := strconv.Unquote(raw)
			if err != nil {
				part = strings.Trim(raw, `"'`)
			}
			parts = append(parts, part)
		} else {
			for s.pos < len(s.src) && !strings.ContainsRune(" \t\r\n.=[]{},#\"'", rune(s.src[s.pos])) {
				s.pos++
			}
			parts = append(parts, s.src[start:s.pos])
		}
		parts = parts[:min(len(parts), maxParts)]
		s.skip(" \t")
		if s.pos >= len(s.src) || s.src[s.pos] != '.' {
			return parts
		}
		s.pos++
	}
}

// maxNesting limits the nesting of arrays and inline tables.
const maxNesting = 100

// value reads any value, noting the keys of inline tables.
func (s *keyScanner) value(path string) {
	if s.pos >= len(s.src) {
		return
	}
	if s.depth++; s.depth > maxNesting {
		s.pos = len(s.src)
		return
	}
	defer func() { s.depth-- }()
	switch s.src[s.pos] {
	case '"', '\'':
		s.text()
	case '[':
		s.items(']', func(n int) {
			element := fmt.Sprintf("%s[%d]", path, n)
			s.note(element, s.pos)
			s.value(element)
		})
	case '{':
		s.items('}', func(int) { s.pair(path) })
	default:
		for s.pos < len(s.src) && !strings.ContainsRune(",]}#\r\n", rune(s.src[s.pos])) {
			s.pos++
		}
	}
}

// items reads the items between brackets.
func (s *keyScanner) items(end byte, item func(n int)) {
	s.pos++
	for n := 0; ; {
		s.skip(" \t\r\n,")
		switch {
		case s.pos >= len(s.src):
			return
		case s.src[s.pos] == end:
			s.pos++
			return
		case s.src[s.pos] == '#':
			s.line()
		default:
			start := s.pos
			item(n)
			n++
			if s.pos == start {
				s.pos = len(s.src) // not a value: give up
			}
		}
	}
}

// text reads a quoted string of any of the four kinds.
func (s *keyScanner) text() {
	quote := s.src[s.pos : s.pos+1]
	if long := strings.Repeat(quote, 3); strings.HasPrefix(s.src[s.pos:], long) {
		quote = long
	}
	for s.pos += len(quote); s.pos < len(s.src); s.pos++ {
		switch {
		case s.src[s.pos] == '\\' && quote[0] == '"':
			s.pos++
		case strings.HasPrefix(s.src[s.pos:], quote):
			s.pos += len(quote)
			// A long string may end in up to two quotes of its own.
			for len(quote) == 3 && s.pos < len(s.src) && s.src[s.pos] == quote[0] {
				s.pos++
			}
			return
		}
	}
	s.pos = min(s.pos, len(s.src))
}

func (s *keyScanner) skip(chars string) {
	for s.pos < len(s.src) && strings.IndexByte(chars, s.src[s.pos]) >= 0 {
		s.pos++
	}
}

// line goes to the end of the line.
func (s *keyScanner) line() {
	if i := strings.IndexByte(s.src[s.pos:], '\n'); i >= 0 {
		s.pos += i
		return
	}
	s.pos = len(s.src)
}

// note records the first position of a path.
func (s *keyScanner) note(path string, at int) {
	if _, ok := s.found[path]; !ok {
		s.found[path] = at
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
