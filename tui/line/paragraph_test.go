package line

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"foghorn/internal/safetext"
)

func ctrl(r rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: r, Mod: tea.ModCtrl} }
func alt(r rune) tea.KeyPressMsg  { return tea.KeyPressMsg{Code: r, Mod: tea.ModAlt} }
func code(r rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: r} }

func TestParagraphEditing(t *testing.T) {
	for name, c := range map[string]struct {
		text           string
		keys           []tea.KeyPressMsg
		want, wantLeft string
	}{
		"a pasted line feed":         {"ab", []tea.KeyPressMsg{code(tea.KeyLeft), ctrl('j')}, "a\nb", "a\n"},
		"type in the middle":         {"ac", []tea.KeyPressMsg{code(tea.KeyLeft), {Code: 'b', Text: "b"}}, "abc", "ab"},
		"delete a whole cluster":     {"ae\u0301", []tea.KeyPressMsg{code(tea.KeyBackspace)}, "a", "a"},
		"delete a cluster forward":   {"e\u0301a", []tea.KeyPressMsg{ctrl('a'), code(tea.KeyDelete)}, "a", ""},
		"move over a family":         {"a👨\u200d👩\u200d👧", []tea.KeyPressMsg{code(tea.KeyLeft)}, "a👨\u200d👩\u200d👧", "a"},
		"delete a word":              {"psu dead  spare", []tea.KeyPressMsg{ctrl('w')}, "psu dead  ", "psu dead  "},
		"delete a word and blanks":   {"psu  ", []tea.KeyPressMsg{ctrl('w')}, "", ""},
		"delete to the start":        {"abc", []tea.KeyPressMsg{code(tea.KeyLeft), ctrl('u')}, "c", ""},
		"delete to the end":          {"abc", []tea.KeyPressMsg{code(tea.KeyHome), code(tea.KeyRight), ctrl('k')}, "a", "a"},
		"a word back":                {"psu dead", []tea.KeyPressMsg{alt('b')}, "psu dead", "psu "},
		"a word on":                  {"psu dead", []tea.KeyPressMsg{ctrl('a'), alt('f')}, "psu dead", "psu"},
		"delete the last word":       {"psu dead", []tea.KeyPressMsg{alt('b'), alt('d'), alt('d')}, "psu ", "psu "},
		"delete the last letter":     {"a", []tea.KeyPressMsg{code(tea.KeyLeft), alt('d')}, "", ""},
		"delete forward at an end":   {"abc", []tea.KeyPressMsg{code(tea.KeyDelete)}, "abc", "abc"},
		"back at the start":          {"abc", []tea.KeyPressMsg{ctrl('a'), code(tea.KeyBackspace), code(tea.KeyLeft)}, "abc", ""},
		"the host's clipboard is no": {"abc", []tea.KeyPressMsg{ctrl('v'), ctrl('t'), ctrl('g'), code(tea.KeyPgUp)}, "abc", "abc"},
	} {
		t.Run(name, func(t *testing.T) {
			p := NewParagraph(c.text, 0)
			for _, k := range c.keys {
				p.Key(k)
			}
			if p.Value() != c.want || p.Before() != c.wantLeft {
				t.Errorf("%q with %q before the cursor, want %q with %q", p.Value(), p.Before(), c.want, c.wantLeft)
			}
		})
	}
}

func TestParagraphKeepsLineBreaksWithinTheLimit(t *testing.T) {
	p := NewParagraph("", 20)
	p.Insert("a\x1b[31m\r\nb\rc\td\x00\x9b\xff\n")
	if got := p.Value(); got != "a[31m\nb\nc d\n" {
		t.Fatalf("%q", got)
	}
	p.Insert("far too much to fit")
	if p.Key(code(tea.KeyEnter)) || p.Value() != "a[31m\nb\nc d\n" {
		t.Fatalf("%q is over the limit, or enter is a key of it", p.Value())
	}
}

func TestParagraphMovesThroughLines(t *testing.T) {
	p := NewParagraph("one\n\ntwo three", 0)
	if rows, x, y := p.Layout(40); len(rows) != 3 || rows[1] != "" || rows[2] != "two three" || x != 9 || y != 2 {
		t.Fatalf("%q, the cursor at %d,%d", rows, x, y)
	}
	steps := []struct {
		key  tea.KeyPressMsg
		left string
		used bool
	}{
		{ctrl('a'), "one\n\n", true}, {code(tea.KeyLeft), "one\n", true}, {code(tea.KeyUp), "", true}, {code(tea.KeyUp), "", false},
		{code(tea.KeyDown), "one\n", true}, {code(tea.KeyDown), "one\n\n", true}, {code(tea.KeyDown), "one\n\n", false},
		{code(tea.KeyRight), "one\n\nt", true}, {code(tea.KeyHome), "one\n\n", true}, {code(tea.KeyBackspace), "one\n", true},
		{code(tea.KeyLeft), "one", true}, {code(tea.KeyDelete), "one", true}, {ctrl('j'), "one\n", true},
	}
	for i, s := range steps {
		if used := p.Key(s.key); used != s.used || p.Before() != s.left {
			t.Fatalf("step %d, %s: used %v with %q before the cursor, want %v with %q", i, s.key, used, p.Before(), s.used, s.left)
		}
	}
	if got := p.Value(); got != "one\ntwo three" {
		t.Errorf("%q is left", got)
	}
	p.Set("a\nbb", "c\nd")
	if got := p.Before(); got != "a\nbb" {
		t.Errorf("%q is before the cursor", got)
	}
}

const long = "The PSU of the second switch in the rack is dead. A spare is on its way from Graz and arrives on Tuesday before noon; until then the APs on it run from the first switch."

func TestParagraphWrapsAndScrollsToTheCursor(t *testing.T) {
	p := NewParagraph(long, 0)
	rows, x, y := p.Layout(60)
	if got := strings.Join(rows, " "); got != long || len(rows) != 3 {
		t.Fatalf("%d rows: %q", len(rows), got)
	}
	if y != 2 || x != ansi.StringWidth(rows[2]) {
		t.Errorf("the cursor is at %d,%d", x, y)
	}
	for _, k := range []rune{tea.KeyUp, tea.KeyDown} {
		moved := 0
		for moved < 10 && p.Key(code(k)) {
			moved++
		}
		if moved != 2 {
			t.Errorf("%s moved %d times in 3 rows", code(k), moved)
		}
	}
	rows, _, y = p.Layout(20)
	if len(rows) != maxRows || y != maxRows-1 || !strings.HasSuffix(rows[y], "switch.") {
		t.Errorf("the end is out of sight: %q", rows)
	}
	p.Key(ctrl('a'))
	if rows, x, y = p.Layout(20); x != 0 || y != 0 || !strings.HasPrefix(rows[0], "The PSU") {
		t.Errorf("the start is out of sight: %q", rows)
	}
}

func TestDownReachesARowThatHoldsTheCursorAlone(t *testing.T) {
	p := NewParagraph("abcdefghij ", 0)
	if rows, _, y := p.Layout(11); y != 1 {
		t.Fatalf("the cursor has no row of its own: %q", rows)
	}
	p.Key(ctrl('a'))
	p.Key(code(tea.KeyDown))
	if p.Before() != p.Value() {
		t.Errorf("%q is before the cursor", p.Before())
	}
}

func FuzzParagraph(f *testing.F) {
	for _, s := range []string{long, "\u202egnirts\u200b", "👨\u200d👩\u200d👧\u200d👦 🇩🇪🇦🇹", "क्षि दिल्ली", "日本語のとても長い", "e\u0301\u0301\u0301\u0301", "\xff\x1b]0;t\x07", " \u0301 x", "   ", "﷽﷽", "one\n\ntwo words\n", "\n\n\n\n\n\n\n"} {
		f.Add(s, 20, "lbwfdukUDhxj")
	}
	keys := map[rune]tea.KeyPressMsg{'l': code(tea.KeyLeft), 'r': code(tea.KeyRight), 'b': alt('b'), 'w': ctrl('w'), 'f': alt('f'), 'd': alt('d'), 'u': ctrl('u'),
		'k': ctrl('k'), 'U': code(tea.KeyUp), 'D': code(tea.KeyDown), 'h': ctrl('h'), 'x': code(tea.KeyDelete), 'a': ctrl('a'), 'e': ctrl('e'), 'j': ctrl('j')}
	f.Fuzz(func(t *testing.T, text string, w int, presses string) {
		w = min(max(w, leastColumns), 200)
		if len(text) > 200 || len(presses) > 20 {
			return
		}
		p := NewParagraph(text, 600)
		for _, r := range presses {
			if k, ok := keys[r]; ok {
				p.Key(k)
			} else {
				p.Insert(text)
			}
			if !strings.HasPrefix(p.Value(), p.Before()) {
				t.Fatalf("%q is not before the cursor in %q", p.Before(), p.Value())
			}
			rows, x, y := p.Layout(w)
			if x < 0 || x >= w || y < 0 || y >= len(rows) || len(rows) > maxRows {
				t.Fatalf("cursor at %d,%d of %q in %d cells", x, y, rows, w)
			}
			for _, row := range rows {
				if row != safetext.Line(row) {
					t.Fatalf("%q is not safe to draw", row)
				}
			}
		}
	})
}

// BenchmarkParagraph is what two keys and a layout of a very long note cost.
func BenchmarkParagraph(b *testing.B) {
	p := NewParagraph(strings.Repeat(long, 3), 0)
	for b.Loop() {
		p.Insert("a")
		p.Key(code(tea.KeyBackspace))
		p.Layout(79)
		p.last = layout{}
	}
}
