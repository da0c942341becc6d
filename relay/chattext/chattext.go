// Package chattext prepares text from outside for chats: on one line, without what
// Unicode hides, escaped and cut.
//
// Callers may rely on this: the result is never longer than asked for, an escape is
// never cut in half, and the work is bounded however long the text is.
package chattext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"foghorn/internal/safetext"
)

// Hidden is a character of no width that keeps two others from meaning something
// together. People do not see it.
const Hidden = "\u200b"

// Line is the beginning of a text on one line: safe to hand on, at most limit runes, and
// with an ellipsis where something is missing.
func Line(s string, limit int) string {
	return Escape(s, limit, func(_ string, _ int, r rune) string { return string(r) })
}

// Escape is Line with each character as the service needs it: piece returns what
// stands for the rune r at byte i of the cleaned text s. The limit counts what was
// escaped.
func Escape(s string, limit int, piece func(s string, i int, r rune) string) string {
	s = clean(s, limit)
	var b strings.Builder
	used, cut := 0, 0 // runes in b, and bytes that stay when an ellipsis has to follow
	for i, r := range s {
		p := piece(s, i, r)
		if used += utf8.RuneCountInString(p); used > limit {
			if limit < 1 {
				return ""
			}
			return b.String()[:cut] + safetext.Ellipsis
		}
		b.WriteString(p)
		if used < limit {
			cut = b.Len()
		}
	}
	return b.String()
}

// clean bounds a text to what can still matter, removes what nobody sees, and makes each
// run of blanks and line breaks one blank.
func clean(s string, limit int) string {
	s = safetext.Clip(s, max(0, limit)*utf8.UTFMax+utf8.UTFMax)
	return strings.Join(strings.FieldsFunc(safetext.Text(s), unicode.IsSpace), " ")
}

// IsWord reports whether r is a letter or a digit.
func IsWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// Around returns the runes before and after the one at byte i; RuneError at an end.
func Around(s string, i int, r rune) (before, after rune) {
	before, _ = utf8.DecodeLastRuneInString(s[:i])
	after, _ = utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
	return before, after
}

// Starts reports whether what stands before byte i keeps the character there the
// beginning of a line: nothing, or digits, as in a numbered list.
func Starts(s string, i int) (line, number bool) {
	return i == 0, i > 0 && i < 10 && strings.Trim(s[:i], "0123456789") == ""
}
