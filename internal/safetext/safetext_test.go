package safetext

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"foghorn/internal/safetext/hostile"
)

func TestLineShowsWhatItTakesOut(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "Corp-WiFi 5G", "Corp-WiFi 5G"},
		{"letters of the world", "Café Größe Москва 無線 한국 שלום", "Café Größe Москва 無線 한국 שלום"},
		{"marks on a base", "e\u0301 a\u0302\u0301", "e\u0301 a\u0302\u0301"},
		{"emoji", "🍕 pizza", "🍕 pizza"},
		{"escape sequence", "\x1b[2JFree", `\x1b[2JFree`},
		{"line breaks and tabs", "a\r\nb\tc", `a\r\nb\tc`},
		{"C1 as a code point", "a\u009bb", `a\u009bb`},
		{"C1 as a byte", "a\x9bb", `a\x9bb`},
		{"NUL and DEL", "\x00\x7f", `\x00\x7f`},
		{"bidi override", "a\u202eb", `a\u202eb`},
		{"zero width", "Corp\u200bNet\ufeff", `Corp\u200bNet\ufeff`},
		{"tag", "x\U000e0041", `x\U000e0041`},
		{"line separator", "a\u2028b", `a\u2028b`},
		{"private use", "\ue000", `\ue000`},
		{"half a code point", "M\xc3", `M\xc3`},
		{"replacement character itself", "a\ufffdb", "a\ufffdb"},
		{"mark without a base", "\u0301a", `\u0301a`},
		{"mark after an escape", "\x01\u0301a", `\x01\u0301a`},
		{"fourth mark", "o\u0301\u0301\u0301\u0301.", "o\u0301\u0301\u0301\\u0301."},
		{"long run is counted", strings.Repeat("\u200b", 10) + "x", strings.Repeat(`\u200b`, 8) + `\(+2)x`},
		{"long run at the end", "x" + strings.Repeat("\x01", 9), "x" + strings.Repeat(`\x01`, 8) + `\(+1)`},
		{"skin tone", "👍🏽", `👍\U0001f3fd`},
		{"heart with a selector", "❤️", `❤\ufe0f`},
		{"flag", "🇩🇪", `\U0001f1e9\U0001f1ea`},
		{"very wide", "\ufdfd", `\ufdfd`},
		{"Thai is respelled alike", "กำ", "ก\u0e4d\u0e32"},
		{"backslash of its own", `C:\new`, `C:\new`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Line(c.in); got != c.want {
				t.Errorf("Line(%+q) = %+q, want %+q", c.in, got, c.want)
			}
		})
	}
}

func TestBlockKeepsLines(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"a\nb\n", "a\nb\n"},
		{"a\r\nb", "a\nb"},
		{"a\rb\r", `a\rb\r`},
		{"\ta\tbc\td", "    a   bc  d"},
		{"無\tx", "無  x"},
		{"a\x1b[0m\n\u0301", `a\x1b[0m` + "\n" + `\u0301`},
	} {
		if got := Block(c.in); got != c.want {
			t.Errorf("Block(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestTextLeavesGlyphsAlone(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"a\r\nb\n", "a\nb\n"},
		{"a\tb", "a    b"},
		{"\x1b[2J\u202e\xff\r", `\x1b[2J\u202e\xff\r`},
		{"👍🏽 🇩🇪 दिल्ली", "👍🏽 🇩🇪 दिल्ली"},
	} {
		if got := Text(c.in); got != c.want {
			t.Errorf("Text(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestFitCutsAtCells(t *testing.T) {
	for _, c := range []struct {
		in    string
		cells int
		want  string
	}{
		{"lobby-ap3", 9, "lobby-ap3"},
		{"lobby-ap3", 8, "lobby-a…"},
		{"lobby-ap3", 1, "…"},
		{"a", 1, "a"},
		{"a", 0, ""},
		{"a", -3, ""},
		{"", 5, ""},
		{"無線網", 6, "無線網"},
		{"無線網", 5, "無線…"},
		{"無線網", 4, "無…"},
		{"無線網", 2, "…"},
		{"e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301…"},
		{"abcde\u0301", 5, "abcde\u0301"},
		{"abcdef\u0301", 5, "abcd…"},
		{"ab\x1b[2J", 8, `ab\x1b[…`},
		{"ab\x1b[2J", 5, "ab…"},
	} {
		if got := Fit(c.in, c.cells); got != c.want {
			t.Errorf("Fit(%q, %d) = %q, want %q", c.in, c.cells, got, c.want)
		}
	}
}

func TestPadFillsToTheCell(t *testing.T) {
	for _, s := range append(hostile.Hostile(), "ap", "無線", "e\u0301") {
		for _, n := range []int{0, 1, 2, 7, 20, 100} {
			for _, got := range []string{Pad(s, n), PadLeft(s, n)} {
				if w := ansi.StringWidth(got); w != n {
					t.Errorf("padded %.30q to %d cells, got %d: %q", s, n, w, got)
				}
			}
		}
	}
	if got := PadLeft("12", 4); got != "  12" {
		t.Errorf("PadLeft = %q", got)
	}
}

// checkAll holds every promise of the package against one input.
func checkAll(t *testing.T, s string) {
	t.Helper()
	line := Line(s)
	if err := hostile.Check(line, false); err != nil {
		t.Errorf("Line: %v", err)
	}
	if again := Line(line); again != line {
		t.Errorf("Line is not idempotent: %+q then %+q", line, again)
	}
	graphemes, runes := ansi.StringWidth(line), ansi.StringWidthWc(line)
	if n := Cells(s); n != graphemes || n != runes {
		t.Errorf("Cells(%+q) = %d, but drawn by clusters %d and by code points %d: %+q", s, n, graphemes, runes, line)
	}
	if bordered := ansi.StringWidth("│" + line + "│"); bordered != graphemes+2 {
		t.Errorf("%+q joins the border beside it", line)
	}
	block := Block(s)
	if err := hostile.Check(block, true); err != nil {
		t.Errorf("Block: %v", err)
	}
	if again := Block(block); again != block {
		t.Errorf("Block is not idempotent: %+q then %+q", block, again)
	}
	text := Text(s)
	if err := hostile.Check(text, true); err != nil || Text(text) != text {
		t.Errorf("Text(%+q) = %+q, then %+q: %v", s, text, Text(text), err)
	}
	for _, n := range []int{2, 3, 80} {
		lines := Wrap(s, n)
		for _, l := range lines {
			if ansi.StringWidth(l) > n || Line(l) != l {
				t.Errorf("Wrap(%+q, %d) has %+q", s, n, l)
			}
		}
		if strings.Join(lines, "") != line {
			t.Errorf("Wrap(%+q, %d) lost something: %+q", s, n, lines)
		}
	}
	for _, n := range []int{0, 1, 2, 3, 10, 80} {
		got := Fit(s, n)
		if w := ansi.StringWidth(got); w > n || w != ansi.StringWidthWc(got) {
			t.Errorf("Fit(%+q, %d) is %d cells: %+q", s, n, w, got)
		}
		if again := Fit(got, n); again != got {
			t.Errorf("Fit is not idempotent: %+q then %+q", got, again)
		}
		if err := hostile.Check(got, false); err != nil {
			t.Errorf("Fit: %v", err)
		}
	}
	ascii := ASCII(line)
	if len(ascii) != graphemes || !plain(ascii) {
		t.Errorf("ASCII(%+q) = %+q, want %d printable characters", line, ascii, graphemes)
	}
}

func TestHostileSamples(t *testing.T) {
	for _, s := range hostile.Samples() {
		t.Run(s.Name, func(t *testing.T) { checkAll(t, s.Text) })
	}
}

// TestEveryCodePoint puts each code point alone, after a letter, before one and
// between two, since joining is where widths go wrong.
func TestEveryCodePoint(t *testing.T) {
	step := everyCodePoint
	if testing.Short() {
		step = 17
	}
	for r := rune(0); r <= unicode.MaxRune; r += step {
		if r >= 0x20000 && r < 0xe0000 && r%64 != 0 {
			continue // one kind of ideograph, or nothing at all
		}
		s := string(r)
		for _, s := range []string{s, "a" + s, s + s + "b", "क" + s + "क"} {
			line := Line(s)
			if n := Cells(s); n != ansi.StringWidth(line) || n != ansi.StringWidthWc(line) || Line(line) != line {
				t.Fatalf("%U in %+q: %d cells, shown as %+q", r, s, n, line)
			}
			if err := hostile.Check(line, false); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestSafeTextIsReturnedWithoutAllocation(t *testing.T) {
	for _, s := range []string{"", "Corp-WiFi 5G", "無線 LAN", "Größe"} {
		n := testing.AllocsPerRun(100, func() {
			if Line(s) != s {
				t.Errorf("Line(%q) changed it", s)
			}
			Cells(s)
		})
		if n > 0 {
			t.Errorf("Line and Cells of %q allocate %v times", s, n)
		}
	}
}

func TestASCIIKeepsStyledFrames(t *testing.T) {
	frame := "\x1b[1m┌─ Größe ─┐\x1b[0m\n│ ● 無 … │"
	want := "\x1b[1m+- Grose -+\x1b[0m\n| ! ?? ~ |"
	if got := ASCII(frame); got != want {
		t.Errorf("ASCII = %q, want %q", got, want)
	}
	if utf8.RuneCountInString(latin1) != 96 {
		t.Errorf("latin1 has %d characters", len(latin1))
	}
}

func TestWrapBlockKeepsLines(t *testing.T) {
	got := strings.Join(WrapBlock("one two\n\n無線網 x\ta\u0301\x1b", 4), "|")
	if want := "one |two||無線|網 x|    |a\u0301\\x1|b"; got != want {
		t.Errorf("WrapBlock = %q, want %q", got, want)
	}
	if got := Wrap("", 5); len(got) != 1 || got[0] != "" {
		t.Errorf("Wrap of nothing = %q", got)
	}
}

func FuzzSafe(f *testing.F) {
	for _, s := range hostile.Hostile() {
		if len(s) < 4096 {
			f.Add(s)
		}
	}
	f.Fuzz(func(t *testing.T, s string) { checkAll(t, s) })
}

func BenchmarkLine(b *testing.B) {
	for _, c := range []struct{ name, s string }{
		{"ascii", "lobby-ap3 disconnected from hq-berlin"},
		{"accents", "Größe Küche Café Straße Zürich Genève"},
		{"wide", "無線ネットワーク本社東京"},
		{"hostile", "Free\x1b[2J\x1b[H\u202eWiFi\u200b"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Line(c.s)
			}
		})
	}
}

func BenchmarkFit(b *testing.B) {
	long := strings.Repeat("Größe 無線 ", 100_000)
	b.ReportAllocs()
	for b.Loop() {
		Fit(long, 40)
	}
}
