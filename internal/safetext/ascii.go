package safetext

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// latin1 spells U+00A0 to U+00FF with the nearest ASCII character.
const latin1 = ` !cL$Y|S"Ca<!-R-o+23'uP.,1o>///?` +
	`AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTs` +
	`aaaaaaaceeeeiiiidnooooo/ouuuuyty`

// drawn spells what the program itself draws: frames, states and arrows.
var drawn = map[rune]byte{
	'…': '~', '–': '-', '—': '-', '‘': '\'', '’': '\'', '“': '"', '”': '"', '•': '*', '†': '+',
	'●': '!', '◐': 'o', '☾': 'z', '✓': '.', '✗': 'x', '★': '*', '█': '#', '░': '.', '▒': ':', '▓': '%',
	'▲': '^', '▼': 'v', '▶': '>', '◀': '<', '▸': '>', '▾': 'v', '◂': '<', '▴': '^', '›': '>', '‹': '<',
	'↑': '^', '↓': 'v', '←': '<', '→': '>', '⏎': '<', '≥': '>', '≤': '<', '≈': '~', '−': '-',
}

// ASCII returns s in ASCII alone, for terminals that are not in UTF-8: there,
// the second byte of a letter may be an 8-bit control. It keeps every ASCII
// byte as it is, so that a whole styled frame may go through it, and keeps the
// width of every line; s must have been cleaned before. Letters of Latin-1 lose
// their accents, box drawing becomes + - |, the rest a question mark per cell.
func ASCII(s string) string {
	i := 0
	for i < len(s) && s[i] < utf8.RuneSelf {
		i++
	}
	if i == len(s) {
		return s
	}
	b := append(make([]byte, 0, len(s)), s[:i]...)
	for _, r := range s[i:] {
		b = appendASCII(b, r)
	}
	return string(b)
}

func appendASCII(b []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		return append(b, byte(r))
	}
	if r >= 0xa0 && r <= 0xff {
		return append(b, latin1[r-0xa0])
	}
	if r >= 0x2500 && r <= 0x257f {
		return append(b, box(r))
	}
	if c, ok := drawn[r]; ok {
		return append(b, c)
	}
	return append(b, strings.Repeat("?", ansi.StringWidthWc(string(r)))...)
}

// box spells a box drawing character by the strokes it has.
func box(r rune) byte {
	switch r {
	case '─', '━', '┄', '┅', '┈', '┉', '╌', '╍', '═', '╴', '╶', '╸', '╺', '╼', '╾':
		return '-'
	case '│', '┃', '┆', '┇', '┊', '┋', '╎', '╏', '║', '╵', '╷', '╹', '╻', '╽', '╿':
		return '|'
	}
	return '+'
}
