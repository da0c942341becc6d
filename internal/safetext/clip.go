package safetext

import "unicode/utf8"

// Clip returns the beginning of s: at most n bytes, and nothing for n of 0 or
// less. A code point that does not fit whole is left out, so that the clip of
// valid UTF-8 is valid. Invalid bytes stay as they are: Clip bounds what is kept
// of a text and does not clean it. It marks no cut; [Fit] does, in cells.
func Clip(s string, n int) string {
	if n <= 0 {
		return ""
	}
	if len(s) <= n {
		return s
	}
	start := n
	for start > max(0, n-utf8.UTFMax) && !utf8.RuneStart(s[start]) {
		start--
	}
	if _, size := utf8.DecodeRuneInString(s[start:]); start+size > n {
		return s[:start]
	}
	return s[:n] // n is a boundary, or lies among bytes of no code point
}
