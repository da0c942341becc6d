package safetext

import "strings"

// Wrap returns Line(s) in pieces of at most cells cells each, for showing one
// long value on several lines. It breaks anywhere, as what is long is seldom
// prose, but never within a glyph; nothing is dropped or added. It returns at
// least one piece. A glyph wider than cells has a piece of its own; with cells
// of 0 or less the text stays whole.
func Wrap(s string, cells int) []string {
	s = Line(s)
	if cells <= 0 || len(s) <= cells {
		return []string{s}
	}
	if plain(s) {
		lines := make([]string, 0, len(s)/cells+1)
		for len(s) > cells {
			lines = append(lines, s[:cells])
			s = s[cells:]
		}
		return append(lines, s)
	}
	var lines []string
	start, at, width := 0, 0, 0
	sc := scan(s)
	for p, ok := sc.next(); ok; p, ok = sc.next() {
		if width+p.width > cells && at > start {
			lines = append(lines, s[start:at])
			start, width = at, 0
		}
		at += len(p.text)
		width += p.width
	}
	return append(lines, s[start:])
}

// WrapBlock returns Block(s) in lines of at most cells cells each.
func WrapBlock(s string, cells int) []string {
	var lines []string
	for line := range strings.SplitSeq(Block(s), "\n") {
		lines = append(lines, Wrap(line, cells)...)
	}
	return lines
}
