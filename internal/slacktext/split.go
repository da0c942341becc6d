package slacktext

import (
	"strings"

	"foghorn/internal/safetext"
)

// Split makes a text from outside safe for Slack, and splits it into pieces of at most so
// many characters and bytes of JSON, counted as Fit counts them. It splits between lines
// where it can, then between words, and never within an escape. Nothing is lost but the
// line break or blank at which it splits. The limits must leave room for one character.
func Split(text string, characters, bytes int) []string {
	text = strings.Trim(safetext.Text(text), "\n")
	var out []string
	for text != "" {
		n := whole(text, characters, bytes)
		if n < len(text) {
			n = between(text, n)
		}
		if piece := strings.TrimRight(text[:n], " \n"); piece != "" {
			out = append(out, escape.Replace(piece))
		}
		text = text[n:]
		if n > 0 && len(out) > 0 {
			text = strings.TrimPrefix(text, "\n")
		}
	}
	return out
}

var escape = strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;")

// whole is how many bytes of a text fit; at least those of its first character.
func whole(text string, characters, bytes int) int {
	var used, size int
	for i, r := range text {
		_, n, cost := escaped(r)
		if used, size = used+n, size+cost; i > 0 && (used > characters || size > bytes) {
			return i
		}
	}
	return len(text)
}

// between moves the end of a piece back to the end of a line or, in a long line, of a word.
func between(text string, n int) int {
	if text[n] == '\n' {
		return n
	}
	if i := strings.LastIndexByte(text[:n], '\n'); i > 0 {
		return i
	}
	if i := strings.LastIndexByte(text[:n], ' '); i > n/2 {
		return i + 1
	}
	return n
}
