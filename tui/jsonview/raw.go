package jsonview

import "strings"

// splitLines cuts text at its line feeds; one at its end starts no line.
func splitLines(text string) []string {
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// wrapText makes the lines of raw mode when that is what is shown; most
// documents are never looked at that way.
func (m *Model) wrapText() {
	if m.mode != Raw || m.text != nil || len(m.src) == 0 {
		return
	}
	m.text = wrap(string(m.src), max(1, m.width-gutter))
}

// hexBytes is how many bytes a row of hex shows; with the offset and their
// characters they take 78 cells.
const hexBytes = 16

const hexDigits = "0123456789abcdef"

// hexRow is one row of hex: offset, bytes, and their printable characters.
func (m *Model) hexRow(i int) string {
	at := i * hexBytes
	chunk := m.src[at:min(at+hexBytes, len(m.src))]
	b := make([]byte, 0, 80)
	for shift := 28; shift >= 0; shift -= 4 {
		b = append(b, hexDigits[at>>shift&15])
	}
	for k := range hexBytes {
		if k%8 == 0 {
			b = append(b, ' ')
		}
		if k < len(chunk) {
			b = append(b, ' ', hexDigits[chunk[k]>>4], hexDigits[chunk[k]&15])
		} else {
			b = append(b, "   "...)
		}
	}
	b = append(b, "  "...)
	for _, c := range chunk {
		if c < ' ' || c > '~' {
			c = '.'
		}
		b = append(b, c)
	}
	return string(b)
}
