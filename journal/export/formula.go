package export

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// armed are what a formula begins with, in ASCII and in full width, and the
// apostrophe that disarms one.
const armed = "=+-@'＝＋－＠"

// Disarm keeps a spreadsheet from running text as a formula. It puts an
// apostrophe before what would be taken for the start of one: at the start of a
// cell, and after each semicolon inside it, because half of Europe's spreadsheets
// take that for the separator and the comma for text. Blanks and quotes before the
// start are passed over, as spreadsheets do. s holds no tabs and no line breaks:
// safetext escaped them. Rearm gives the text back.
func Disarm(s string) string {
	if !strings.ContainsAny(s, armed) {
		return s
	}
	var b strings.Builder
	eachStart(s, func(r rune, start bool, _ string) {
		if start && strings.ContainsRune(armed, r) {
			b.WriteByte('\'')
		}
		b.WriteRune(r)
	})
	return b.String()
}

// Rearm removes what Disarm added: one apostrophe wherever it is before a
// sign of armed at a start.
func Rearm(s string) string {
	if !strings.Contains(s, "'") {
		return s
	}
	var b strings.Builder
	eachStart(s, func(r rune, start bool, rest string) {
		next, _ := utf8.DecodeRuneInString(rest)
		if start && r == '\'' && rest != "" && strings.ContainsRune(armed, next) {
			return
		}
		b.WriteRune(r)
	})
	return b.String()
}

// eachStart calls f with every rune of s, whether a spreadsheet would begin a cell
// with it, and what follows it.
func eachStart(s string, f func(r rune, start bool, rest string)) {
	start := true
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		s = s[n:]
		first := start && r != ';' && r != '"' && !unicode.IsSpace(r)
		start = r == ';' || start && !first
		f(r, first, s)
	}
}
