package line

import (
	"testing"

	tea "charm.land/bubbletea/v2"
)

func TestEditing(t *testing.T) {
	for name, c := range map[string]struct {
		text           string
		keys           []tea.KeyPressMsg
		want, wantLeft string
	}{
		"a pasted line feed":       {"ab", []tea.KeyPressMsg{code(tea.KeyLeft), ctrl('j')}, "a b", "a "},
		"type in the middle":       {"ac", []tea.KeyPressMsg{code(tea.KeyLeft), {Code: 'b', Text: "b"}}, "abc", "ab"},
		"delete a whole cluster":   {"ae\u0301", []tea.KeyPressMsg{code(tea.KeyBackspace)}, "a", "a"},
		"delete a word":            {"site:berlin  sev:w", []tea.KeyPressMsg{ctrl('w')}, "site:berlin  ", "site:berlin  "},
		"delete a word and blanks": {"site:berlin  ", []tea.KeyPressMsg{ctrl('w')}, "", ""},
		"delete to the start":      {"abc", []tea.KeyPressMsg{code(tea.KeyLeft), ctrl('u')}, "c", ""},
		"delete to the end":        {"abc", []tea.KeyPressMsg{code(tea.KeyHome), code(tea.KeyRight), ctrl('k')}, "a", "a"},
		"delete forward at an end": {"abc", []tea.KeyPressMsg{code(tea.KeyDelete)}, "abc", "abc"},
		"back at the start":        {"abc", []tea.KeyPressMsg{ctrl('a'), code(tea.KeyBackspace), code(tea.KeyLeft)}, "abc", ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := New(c.text, 0)
			for _, k := range c.keys {
				m.Key(k)
			}
			if m.Value() != c.want || m.Before() != c.wantLeft {
				t.Errorf("%q with %q before the cursor, want %q with %q", m.Value(), m.Before(), c.want, c.wantLeft)
			}
		})
	}
}

func TestPasteIsOneHarmlessLineWithinTheLimit(t *testing.T) {
	m := New("", 20)
	m.Insert("a\x1b[31m\r\nb\rc\x00\x9b\xff")
	if got := m.Value(); got != "a[31m b c" {
		t.Fatalf("%q", got)
	}
	m.Insert("far too much to fit in here")
	if got := m.Value(); got != "a[31m b c" {
		t.Fatalf("%q is over the limit", got)
	}
	if m.Key(tea.KeyPressMsg{Code: tea.KeyF1}) {
		t.Fatal("F1 means nothing to a line")
	}
}
