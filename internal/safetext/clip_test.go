package safetext

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestClip(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"abc", 3, "abc"}, {"abc", 4, "abc"}, {"abc", 2, "ab"}, {"abc", 0, ""}, {"abc", -1, ""}, {"", 5, ""},
		{"aé", 2, "a"}, {"aé", 3, "aé"}, {"éa", 1, ""},
		{"日本", 3, "日"}, {"日本", 4, "日"}, {"日本", 5, "日"}, {"日本", 6, "日本"},
		{"x🍕", 2, "x"}, {"x🍕", 3, "x"}, {"x🍕", 4, "x"}, {"x🍕y", 5, "x🍕"},
		// Invalid bytes are not cleaned, and cost no character before them.
		{"\xff\xfe\xfd", 2, "\xff\xfe"}, {"a\x80\x80\x80\x80\x80", 3, "a\x80\x80"}, {"a\x80\x80", 2, "a\x80"}, {"\xe6\x97x", 1, "\xe6"},
	} {
		if got := Clip(c.in, c.n); got != c.want {
			t.Errorf("Clip(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
}

func FuzzClip(f *testing.F) {
	f.Add("x日本🍕é", 5)
	f.Add("\xe6\x97\x80\x80", 3)
	f.Fuzz(func(t *testing.T, s string, n int) {
		got := Clip(s, n)
		if !strings.HasPrefix(s, got) || len(got) > max(0, n) {
			t.Fatalf("Clip(%q, %d) = %q", s, n, got)
		}
		if utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Fatalf("Clip(%q, %d) = %q splits a character", s, n, got)
		}
		if n > 0 && len(s) > n && len(got) <= n-utf8.UTFMax {
			t.Fatalf("Clip(%q, %d) = %q loses a whole character", s, n, got)
		}
	})
}
