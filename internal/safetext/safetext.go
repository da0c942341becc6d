package safetext

import "strings"

// Ellipsis ends text that was cut. It is one cell wide, and [ASCII] turns it
// into a tilde.
const Ellipsis = "…"

// tabWidth is how many columns apart the tab stops of [Block] are.
const tabWidth = 4

// plain reports whether s is printable ASCII throughout, which most text is.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// scan starts a scanner. Thai and Lao SARA AM are taken apart first: both forms
// are drawn alike, but of the composed one terminals disagree on the width.
func scan(s string) scanner {
	if strings.Contains(s, "\u0e33") {
		s = strings.ReplaceAll(s, "\u0e33", "\u0e4d\u0e32")
	}
	if strings.Contains(s, "\u0eb3") {
		s = strings.ReplaceAll(s, "\u0eb3", "\u0ecd\u0eb2")
	}
	return scanner{s: s}
}

// Line returns s as one line that is safe to draw. Line breaks and tabs are
// shown escaped like any other control.
func Line(s string) string {
	if plain(s) {
		return s
	}
	sc := scan(s)
	var b strings.Builder
	kept := 0 // bytes of sc.s that were kept so far and not yet written
	for {
		p, ok := sc.next()
		if !ok {
			break
		}
		if p.same && b.Len() == 0 {
			kept += len(p.text)
			continue
		}
		if b.Len() == 0 {
			b.Grow(len(s) + len(p.text))
			b.WriteString(sc.s[:kept])
			kept = 0
		}
		b.WriteString(p.text)
	}
	if b.Len() == 0 {
		return sc.s
	}
	return b.String()
}

// Block returns s as lines that are safe to draw: "\n" is kept, "\r\n" becomes
// "\n", tabs become spaces up to the next stop, and each line is as [Line] makes it.
func Block(s string) string {
	if plain(s) {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if i < len(lines)-1 {
			line = strings.TrimSuffix(line, "\r")
		}
		lines[i] = Line(expandTabs(line))
	}
	return strings.Join(lines, "\n")
}

// expandTabs replaces tabs by spaces up to the next tab stop.
func expandTabs(line string) string {
	if !strings.Contains(line, "\t") {
		return line
	}
	var b strings.Builder
	column := 0
	for i, part := range strings.Split(line, "\t") {
		if i > 0 {
			n := tabWidth - column%tabWidth
			b.WriteString(blanks(n))
			column += n
		}
		b.WriteString(part)
		column += Cells(part)
	}
	return b.String()
}

// Cells returns how many cells Line(s) takes on the screen.
func Cells(s string) int {
	if plain(s) {
		return len(s)
	}
	n := 0
	sc := scan(s)
	for p, ok := sc.next(); ok; p, ok = sc.next() {
		n += p.width
	}
	return n
}

// Fit returns Line(s), cut to at most cells cells; what was cut ends in an
// [Ellipsis]. A glyph of two cells is never halved, nor a mark taken from its
// base. With cells of 0 or less it returns "".
func Fit(s string, cells int) string {
	text, _ := fit(s, cells)
	return text
}

// Pad returns Fit(s, cells) with blanks after it up to exactly cells cells.
func Pad(s string, cells int) string {
	text, width := fit(s, cells)
	return text + blanks(cells-width)
}

// PadLeft is [Pad] with the blanks before the text, for columns of numbers.
func PadLeft(s string, cells int) string {
	text, width := fit(s, cells)
	return blanks(cells-width) + text
}

func blanks(n int) string {
	if n <= 0 {
		return ""
	}
	const row = "                                                                "
	if n <= len(row) {
		return row[:n]
	}
	return strings.Repeat(" ", n)
}

// fit cuts s and says how wide the result is.
func fit(s string, cells int) (string, int) {
	if cells <= 0 {
		return "", 0
	}
	if len(s) <= cells && plain(s) {
		return s, len(s)
	}
	if len(s) > cells+1 && plain(s[:cells+2]) {
		return s[:cells-1] + Ellipsis, cells // the byte after cannot be a mark on what is kept
	}
	var b strings.Builder
	width := 0            // of what is in b
	cut, cutWidth := 0, 0 // how much of b stays when an ellipsis has to follow
	sc := scan(s)
	for p, ok := sc.next(); ok; p, ok = sc.next() {
		if width+p.width > cells {
			return b.String()[:cut] + Ellipsis, cutWidth + 1
		}
		b.WriteString(p.text)
		if width += p.width; width < cells {
			cut, cutWidth = b.Len(), width
		}
	}
	return b.String(), width
}
