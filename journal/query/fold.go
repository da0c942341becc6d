package query

import (
	"strings"
	"unicode/utf8"
)

// fold lower-cases ASCII letters and nothing else: what SQLite's NOCASE and
// LIKE do, so that memory and SQL agree on what is equal.
func fold(s string) string {
	for i := 0; i < len(s); i++ {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				b[i] = foldByte(b[i])
			}
			return string(b)
		}
	}
	return s
}

func foldByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// hasPrefixFold reports whether s, folded, begins with low.
func hasPrefixFold(s, low string) bool {
	if len(s) < len(low) {
		return false
	}
	for i := 0; i < len(low); i++ {
		if foldByte(s[i]) != low[i] {
			return false
		}
	}
	return true
}

// indexFold returns where s, folded, first holds low, or -1.
func indexFold(s, low string) int {
	if low == "" {
		return 0
	}
	c := low[0]
	upper := c
	if 'a' <= c && c <= 'z' {
		upper -= 'a' - 'A'
	}
	for i := 0; i+len(low) <= len(s); i++ {
		if (s[i] == c || s[i] == upper) && hasPrefixFold(s[i+1:], low[1:]) {
			return i
		}
	}
	return -1
}

// compareFold orders texts as `a < b COLLATE NOCASE` does: byte by byte, folded.
func compareFold(a, low string) int {
	for i := 0; i < len(a) && i < len(low); i++ {
		if d := int(foldByte(a[i])) - int(low[i]); d != 0 {
			return d
		}
	}
	return len(a) - len(low)
}

// asLike returns s as SQLite's LIKE sees it: LIKE stops at a NUL and decodes
// bytes that are not UTF-8 in its own way (sqlite3Utf8Read). Nearly every text is returned as it is.
func asLike(s string) string {
	odd := false
	for i := 0; i < len(s); i++ {
		if c := s[i]; c == 0 || c >= utf8.RuneSelf {
			odd = true
			break
		}
	}
	if !odd {
		return s
	}
	if i := strings.IndexByte(s, 0); i >= 0 {
		s = s[:i]
	}
	if utf8.ValidString(s) {
		return s
	}
	return likeRunes(s)
}

// likeRunes decodes s the way SQLite does and encodes the outcome as UTF-8. A
// code point that UTF-8 cannot hold becomes U+FFFE, which no query may contain.
func likeRunes(s string) string {
	var w strings.Builder
	for i := 0; i < len(s); {
		c := uint32(s[i])
		i++
		if c >= 0xc0 {
			c = leadBits(byte(c))
			for i < len(s) && s[i]&0xc0 == 0x80 {
				c = c<<6 + uint32(s[i]&0x3f)
				i++
			}
			if c < 0x80 || c&0xfffff800 == 0xd800 {
				c = utf8.RuneError
			}
		}
		if c > utf8.MaxRune {
			c = 0xfffe
		}
		w.WriteRune(rune(c))
	}
	return w.String()
}

// leadBits are the payload bits of a first byte (SQLite's sqlite3Utf8Trans1).
func leadBits(c byte) uint32 {
	switch {
	case c < 0xe0:
		return uint32(c & 0x1f)
	case c < 0xf0:
		return uint32(c & 0x0f)
	case c < 0xf8:
		return uint32(c & 0x07)
	case c < 0xfc:
		return uint32(c & 0x03)
	case c < 0xfe:
		return uint32(c & 0x01)
	}
	return 0
}
