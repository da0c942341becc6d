package safetext

import (
	"strconv"
	"unicode"
)

// unfit holds code points that Unicode calls graphic, and that are still not
// what they seem: they draw nothing, join what follows them, or are drawn far
// wider than any terminal reckons with. Controls, formats, surrogates, private
// use, unassigned code points and separators are refused by category.
var unfit = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x034f, 0x034f, 1}, // combining grapheme joiner
		{0x0bf3, 0x0bfa, 1}, // Tamil signs, several cells wide
		{0x0d4e, 0x0d4e, 1}, // joins the next letter into its cluster
		{0x115f, 0x1160, 1}, // Hangul fillers
		{0x17b4, 0x17b5, 1}, // Khmer inherent vowels, never drawn
		{0x180b, 0x180f, 1}, // Mongolian variation selectors
		{0x2800, 0x2800, 1}, // braille blank
		{0x2e3a, 0x2e3b, 1}, // two-em and three-em dash
		{0x3164, 0x3164, 1}, // Hangul filler
		{0xfdfa, 0xfdfb, 1}, // Arabic ligatures, very wide
		{0xfdfd, 0xfdfd, 1}, // bismillah, the widest of them
		{0xfe00, 0xfe0f, 1}, // variation selectors
		{0xffa0, 0xffa0, 1}, // halfwidth Hangul filler
		{0xfffc, 0xfffc, 1}, // object replacement
	},
	R32: []unicode.Range32{
		{0x111c2, 0x111c3, 1}, // these join the next letter into their cluster
		{0x113d1, 0x113d1, 1},
		{0x1193f, 0x1193f, 1},
		{0x11941, 0x11941, 1},
		{0x11a3a, 0x11a3a, 1},
		{0x11a84, 0x11a89, 1},
		{0x11d46, 0x11d46, 1},
		{0x11f02, 0x11f02, 1},
		{0x12000, 0x1254f, 1}, // cuneiform, up to ten cells wide
		{0xe0100, 0xe01ef, 1}, // variation selectors
	},
}

// Printable reports whether r may be shown as it is, as far as r alone decides.
// It is for formats with escapes of their own, such as JSON.
func Printable(r rune) bool {
	return unicode.IsGraphic(r) && !unicode.Is(unfit, r)
}

// simple returns the width of the most common letters that join nothing before
// them, and 0 for those that need a closer look. It only saves time: the closer
// look gives the same answer.
func simple(r rune) int {
	switch {
	case r > 0xa0 && r < 0x250 && r != 0xad,
		r > 0x390 && r <= 0x482, // Greek and Cyrillic
		r >= 0x2500 && r <= 0x257f, r == '…', r == '·':
		return 1
	case r >= 0x3041 && r <= 0x3096, r >= 0x30a1 && r <= 0x30fa, r >= 0x4e00 && r <= 0x9fff:
		return 2
	}
	return 0
}

// isMark reports whether r is drawn on the character before it.
func isMark(r rune) bool { return unicode.Is(unicode.M, r) }

// appendEscape appends r in the notation of a Go string literal.
func appendEscape(b []byte, r rune) []byte {
	switch r {
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	digits, lead := 2, `\x`
	switch {
	case r > 0xffff:
		digits, lead = 8, `\U`
	case r > 0x7f:
		digits, lead = 4, `\u`
	}
	return appendHex(append(b, lead...), uint64(r), digits)
}

func appendHex(b []byte, v uint64, digits int) []byte {
	var buf [8]byte
	hex := strconv.AppendUint(buf[:0], v, 16)
	for n := len(hex); n < digits; n++ {
		b = append(b, '0')
	}
	return append(b, hex...)
}
