package config

import "strings"

// inside returns the place of a character, counted from 1, of the text that is the
// value of the key at path.
func (ps positions) inside(path string, character int) position {
	at, ok := ps.values[path]
	if !ok {
		return ps.find(path)
	}
	return ps.place(at + characterAt(ps.src[at:], character-1))
}

// characterAt returns the offset of character n, from 0, of the text that a TOML
// string stands for. That behind the last one is the closing quote.
func characterAt(src string, n int) int {
	if src == "" || src[0] != '"' && src[0] != '\'' {
		return 0
	}
	basic, pos := src[0] == '"', 1
	if strings.HasPrefix(src, strings.Repeat(src[:1], 3)) {
		pos = 3
		// A line break right behind the quotes does not count.
		pos += len(src[pos:]) - len(strings.TrimPrefix(strings.TrimPrefix(src[pos:], "\r"), "\n"))
	}
	for {
		if basic {
			pos += continuation(src[pos:])
		}
		if n <= 0 || pos >= len(src) {
			return min(pos, len(src))
		}
		pos += character(src[pos:], basic)
		n--
	}
}

// continuation returns the length of a backslash at the end of a line with all
// white space behind it, which stand for nothing.
func continuation(src string) int {
	after, ok := strings.CutPrefix(src, `\`)
	rest := strings.TrimLeft(after, " \t\r\n")
	if !ok || !strings.Contains(after[:len(after)-len(rest)], "\n") {
		return 0
	}
	return len(src) - len(rest)
}

// character returns the length of what stands for the first character.
func character(src string, basic bool) int {
	if basic && strings.HasPrefix(src, `\`) && len(src) > 1 {
		switch src[1] {
		case 'x':
			return 4
		case 'u':
			return 6
		case 'U':
			return 10
		}
		return 2
	}
	for i := range src {
		if i > 0 {
			return i
		}
	}
	return len(src)
}
