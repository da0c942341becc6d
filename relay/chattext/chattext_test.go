package chattext

import (
	"strings"
	"testing"
	"unicode/utf8"

	"foghorn/internal/safetext/hostile"
)

func TestLine(t *testing.T) {
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{
		{"AP lobby-ap3 is down", 50, "AP lobby-ap3 is down"},
		{"AP lobby-ap3 is down", 20, "AP lobby-ap3 is down"},
		{"AP lobby-ap3 is down", 10, "AP lobby-…"},
		{"one\n two\r\nthree\tfour ", 50, "one two three four"},
		{"日本語のテキスト", 4, "日本語…"},
		{"a\x1b[2Jb", 50, `a\x1b[2Jb`},
		{"a", 1, "a"}, {"ab", 1, "…"}, {"ab", 0, ""}, {"ab", -1, ""}, {"", 5, ""},
	} {
		if got := Line(c.in, c.limit); got != c.want {
			t.Errorf("Line(%q, %d) = %q, want %q", c.in, c.limit, got, c.want)
		}
	}
}

func TestAnEscapeIsNeverCutInHalf(t *testing.T) {
	stars := func(_ string, _ int, r rune) string {
		if r == '*' {
			return `\*`
		}
		return string(r)
	}
	for limit, want := range []string{"", "…", "…", `\*…`, `\*…`, `\*\*…`, `\*\*\*`, `\*\*\*`} {
		if got := Escape("***", limit, stars); got != want {
			t.Errorf("with %d runes: %q, want %q", limit, got, want)
		}
	}
}

func TestHostileTextIsBoundedAndClean(t *testing.T) {
	for _, s := range append(hostile.Hostile(), strings.Repeat("<!channel> @all ", 10_000)) {
		got := Line(s, 300)
		if n := utf8.RuneCountInString(got); n > 300 || !utf8.ValidString(got) || strings.ContainsAny(got, "\n\r\t\x1b\x00") {
			t.Errorf("%.40q became %d runes: %.80q", s, n, got)
		}
	}
}

func TestNeighbors(t *testing.T) {
	if b, a := Around("x_y", 1, '_'); b != 'x' || a != 'y' {
		t.Errorf("%q %q", b, a)
	}
	if b, a := Around("é", 0, 'é'); b != utf8.RuneError || a != utf8.RuneError {
		t.Errorf("%q %q", b, a)
	}
	if line, number := Starts("12. x", 2); line || !number {
		t.Error("12. begins a numbered list")
	}
	if line, number := Starts("- x", 0); !line || number {
		t.Error("- begins a list")
	}
	if line, number := Starts("v12.3", 3); line || number {
		t.Error("v12. begins nothing")
	}
}
