// Package line edits one line of text: the text of a prompt and the cursor in it.
// [Model] shows it in one row, [Paragraph] wraps it over a few. Both move and delete
// by grapheme clusters, so that an accent never loses its letter, and take no
// control characters in, typed or pasted. Neither draws: the prompt does, through
// safetext like all other text.
//
// Why Model is not textinput of bubbles (looked at in v2.2.1): that draws what was
// pasted as it is, bidi controls and zero-width characters included; its cursor
// counts code points, so that it stands wrong behind wide letters and in a text
// that scrolled; backspace takes the accent from a letter; alt+d on the last
// letter panics; and ctrl+v runs clipboard programs of the host. What would be
// left to use is its editing keys, which are the smaller part of Model.
package line

import (
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/rivo/uniseg"
)

// Model is a line being edited. The zero value is an empty one without a limit.
type Model struct {
	clusters []string
	cursor   int // how many clusters stand before it
	limit    int // most bytes; 0 is no limit
}

// New returns a line with text in it, the cursor behind it. It takes no more
// than limit bytes.
func New(text string, limit int) Model {
	m := Model{limit: limit}
	m.SetValue(text)
	return m
}

// Value returns the text.
func (m *Model) Value() string { return strings.Join(m.clusters, "") }

// Before returns the text before the cursor.
func (m *Model) Before() string { return strings.Join(m.clusters[:m.cursor], "") }

// SetValue replaces the text and puts the cursor behind it.
func (m *Model) SetValue(text string) { m.Set(text, "") }

// Set replaces the text by before and after, with the cursor between them.
func (m *Model) Set(before, after string) {
	first := split(clean(before))
	m.clusters = append(first, split(clean(after))...)
	m.cursor = len(first)
}

// Insert puts text in at the cursor, as typed or pasted.
func (m *Model) Insert(text string) {
	before, after := m.Before()+clean(text), strings.Join(m.clusters[m.cursor:], "")
	if m.limit > 0 && len(before)+len(after) > m.limit {
		return
	}
	m.Set(before, after)
}

// lineFeed is how a line break arrives that was pasted into a terminal without
// bracketed paste.
const lineFeed = "ctrl+j"

// Key edits by a key press and reports whether the key meant anything.
func (m *Model) Key(k tea.KeyPressMsg) bool {
	switch k.String() {
	case "left", "ctrl+b":
		m.cursor = max(0, m.cursor-1)
	case "right", "ctrl+f":
		m.cursor = min(len(m.clusters), m.cursor+1)
	case "home", "ctrl+a":
		m.cursor = 0
	case "end", "ctrl+e":
		m.cursor = len(m.clusters)
	case "backspace", "ctrl+h":
		m.remove(m.cursor-1, m.cursor)
	case "delete", "ctrl+d":
		m.remove(m.cursor, m.cursor+1)
	case "ctrl+w", "alt+backspace":
		m.remove(m.wordStart(), m.cursor)
	case "ctrl+u":
		m.remove(0, m.cursor)
	case "ctrl+k":
		m.remove(m.cursor, len(m.clusters))
	case lineFeed:
		m.Insert(" ")
	default:
		if k.Text == "" {
			return false
		}
		m.Insert(k.Text)
	}
	return true
}

func (m *Model) remove(from, to int) {
	from, to = max(0, from), min(to, len(m.clusters))
	if from < to {
		m.clusters = slices.Delete(m.clusters, from, to)
		m.cursor = from
	}
}

// wordStart is where the word before the cursor begins.
func (m *Model) wordStart() int {
	i := m.cursor
	for i > 0 && m.clusters[i-1] == " " {
		i--
	}
	for i > 0 && m.clusters[i-1] != " " {
		i--
	}
	return i
}

func split(s string) []string {
	var out []string
	state := -1
	for s != "" {
		var c string
		c, s, _, state = uniseg.FirstGraphemeClusterInString(s, state)
		out = append(out, c)
	}
	return out
}

// clean makes one line of a text: line breaks and tabs become blanks, other controls
// go.
func clean(s string) string { return strings.ReplaceAll(cleanLines(s), "\n", " ") }

// cleanLines keeps line breaks, all of one kind.
func cleanLines(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r':
			return '\n'
		case r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
}
