package draw

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// SheetHead is the line above a sheet: its name, and a word at the right.
func SheetHead(e Context, name, right string, w int) string {
	rule := e.Theme.Glyph.Rule
	left := e.Theme.On(Title, rule+" "+name+" ")
	if right != "" {
		right = " " + right + " "
	}
	fill := w - TextWidth(left) - TextWidth(right) - 1
	if fill < 0 {
		return e.Theme.Fit(left, w, false)
	}
	return left + e.Theme.On(Dim, strings.Repeat(rule, fill)+right+rule)
}

// Field is one named line of a detail view.
type Field struct {
	Name, Value string
	Role        Role
}

// labelWidth is the column of the names.
const labelWidth = 11

// Headline is the badge and the sentence, over several lines if need be.
func Headline(e Context, badge string, r Role, text string, w int) []string {
	room := max(10, w-TextWidth(badge)-2)
	var out []string
	for i, l := range Wrap(text, room) {
		if i == 0 {
			out = append(out, e.Theme.On(r, badge)+"  "+e.Theme.On(Strong, l))
		} else {
			out = append(out, strings.Repeat(" ", TextWidth(badge)+2)+e.Theme.On(Strong, l))
		}
	}
	return append(out, "")
}

// Fields leaves out what is empty and breaks what is long.
func Fields(e Context, w int, fields []Field) []string {
	var out []string
	for _, f := range fields {
		if strings.TrimSpace(f.Value) == "" {
			continue
		}
		for i, l := range Wrap(f.Value, max(10, w-labelWidth-1)) {
			name := ""
			if i == 0 {
				name = f.Name
			}
			out = append(out, e.Theme.On(Dim, e.Theme.Fit(name, labelWidth, false))+" "+e.Theme.On(f.Role, l))
		}
	}
	return out
}

// Chip is one of several short texts of a field.
type Chip struct {
	Text string
	Role Role
}

// Chips is a field of several short texts: its lines break between them, and one that
// is longer than a line is cut.
func Chips(e Context, w int, name string, chips []Chip) []string {
	room := max(10, w-labelWidth-1)
	between := " " + e.Theme.Glyph.Bar + " " // in ASCII a dot would look like the sign for sent
	var out []string
	used := 0
	for _, c := range chips {
		text := e.Theme.Fit(c.Text, min(room, TextWidth(c.Text)), false)
		n := TextWidth(text)
		if used > 0 && used+TextWidth(between)+n <= room {
			out[len(out)-1] += e.Theme.On(Dim, between)
			used += TextWidth(between)
		} else {
			out = append(out, e.Theme.On(Dim, e.Theme.Fit(name, labelWidth, false))+" ")
			name, used = "", 0
		}
		out[len(out)-1] += e.Theme.On(c.Role, text)
		used += n
	}
	return out
}

// Wrap breaks a text into lines of w cells, at blanks. It keeps hyphenated words
// together: half a name, id or command can be neither read nor copied.
func Wrap(s string, w int) []string {
	const joined = "\uE02D" // as wide as a hyphen, for private use: no text from outside has it
	lines := strings.Split(ansi.Wrap(strings.ReplaceAll(s, "-", joined), w, ""), "\n")
	for i, l := range lines {
		lines[i] = strings.ReplaceAll(l, joined, "-")
	}
	return lines
}

// Unit is a number with its unit; 0 means unknown.
func Unit(n int, of string) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + of
}

// Capital begins a sentence.
func Capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

// KeyHints draws as many pairs of key and word as fit.
func KeyHints(e Context, w int, keys [][2]string) string {
	var b strings.Builder
	used := 0
	for _, k := range keys {
		n := 3 + TextWidth(k[0]) + TextWidth(k[1])
		if used+n > w {
			break
		}
		b.WriteString(" " + e.Theme.On(Key, k[0]) + " " + e.Theme.On(Dim, k[1]) + " ")
		used += n
	}
	b.WriteString(strings.Repeat(" ", max(0, w-used)))
	return b.String()
}

// Spread puts one text at the left and one at the right of a line; the right
// one gives way.
func Spread(e Context, left, right string, w int) string {
	gap := w - TextWidth(left) - TextWidth(right)
	if gap < 1 {
		right = e.Theme.Fit(right, max(0, w-TextWidth(left)-1), false)
		gap = w - TextWidth(left) - TextWidth(right)
	}
	if gap < 0 {
		return e.Theme.Fit(left, w, false)
	}
	return left + strings.Repeat(" ", gap) + right
}

// Beside joins two blocks of the same height.
func Beside(e Context, left, right []string) []string {
	bar := e.Theme.On(Dim, e.Theme.Glyph.Bar)
	out := make([]string, len(left))
	for i := range left {
		out[i] = left[i] + bar + right[i]
	}
	return out
}

// Pad cuts or fills lines up to height; short lines get their blanks.
func Pad(lines []string, width, height int) []string {
	for i, l := range lines {
		if w := TextWidth(l); w < width {
			lines[i] = l + strings.Repeat(" ", width-w)
		}
	}
	for len(lines) < height {
		lines = append(lines, strings.Repeat(" ", width))
	}
	return lines[:height]
}

// Tabs shows the lists of a pane, the one at hand in brackets.
func Tabs(names []string, at int) string {
	out := make([]string, len(names))
	for i, n := range names {
		if out[i] = n; i == at {
			out[i] = "[" + n + "]"
		}
	}
	return strings.Join(out, " ")
}

// Number leaves out 0, which means unknown.
func Number(n int) string { return Unit(n, "") }

// SheetTitle is the first line of a sheet: its name, and a word at the right.
func SheetTitle(e Context, name, right string, w int) string {
	name = e.Theme.Glyph.Rule + " " + name
	name = e.Theme.Fit(name, min(TextWidth(name), w*2/3), false) + " "
	right = e.Theme.Fit(right, min(TextWidth(right), max(0, w-TextWidth(name)-4)), false)
	fill := max(0, w-TextWidth(name)-TextWidth(right)-3)
	return e.Theme.On(Title, name) + e.Theme.On(Dim, strings.Repeat(e.Theme.Glyph.Rule, fill)+" ") + e.Theme.On(Accent, right) +
		e.Theme.On(Dim, " "+e.Theme.Glyph.Rule)
}
