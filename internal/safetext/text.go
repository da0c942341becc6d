package safetext

import (
	"strings"
	"unicode/utf8"
)

// Text returns s safe to hand on where no cell is counted: to a clipboard, a
// chat, a log. It escapes what [Printable] refuses and invalid UTF-8, keeps
// line breaks ("\r\n" becomes "\n"), writes four blanks for a tab, and leaves
// the joining and the width of glyphs to whoever shows them. It is idempotent.
func Text(s string) string {
	if plain(s) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	var b []byte
	start := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		invalid := r == utf8.RuneError && size == 1
		if r == '\n' || !invalid && Printable(r) {
			i += size
			continue
		}
		b = append(b, s[start:i]...)
		switch {
		case r == '\t':
			b = append(b, "    "...)
		case invalid:
			b = appendHex(append(b, `\x`...), uint64(s[i]), 2)
		default:
			b = appendEscape(b, r)
		}
		i += size
		start = i
	}
	if b == nil {
		return s
	}
	return string(append(b, s[start:]...))
}
