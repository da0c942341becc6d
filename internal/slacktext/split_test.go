package slacktext

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"foghorn/internal/safetext"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		text              string
		characters, bytes int
		want              []string
	}{
		{"", 5, 100, nil}, {"\n\n", 5, 100, nil}, {"lobby", 5, 100, []string{"lobby"}}, {"lobby", 2, 100, []string{"lo", "bb", "y"}},
		{"one\ntwo\nthree", 8, 100, []string{"one\ntwo", "three"}}, {"one\ntwo", 3, 100, []string{"one", "two"}}, {"one two three", 9, 100, []string{"one two", "three"}},
		{"  indented\n    more", 11, 100, []string{"  indented", "    more"}},
		{"a<b>c", 5, 100, []string{"a&lt;", "b&gt;", "c"}}, {"無線", 9, 3, []string{"無", "線"}}, {`"""`, 9, 4, []string{`""`, `"`}}, {"🍕🍕", 1, 100, []string{"🍕", "🍕"}},
	} {
		if got := Split(c.text, c.characters, c.bytes); !slices.Equal(got, c.want) {
			t.Errorf("Split(%q, %d, %d) = %q, want %q", c.text, c.characters, c.bytes, got, c.want)
		}
	}
}

func FuzzSplit(f *testing.F) {
	for _, s := range nasty() {
		f.Add(s, 2900, 3500)
		f.Add(s, 5, 20)
	}
	blanks := strings.NewReplacer(" ", "", "\n", "")
	f.Fuzz(func(t *testing.T, s string, characters, bytes int) {
		characters, bytes = 5+abs(characters)%4000, 20+abs(bytes)%12_000
		pieces := Split(s, characters, bytes)
		for _, p := range pieces {
			if p == "" || strings.ContainsAny(p, "<>") || utf8.RuneCountInString(p) > characters || JSONLen(p) > bytes {
				t.Errorf("Split(%.60q, %d, %d) has the piece %.60q", s, characters, bytes, p)
			}
		}
		back := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(strings.Join(pieces, ""))
		if want := safetext.Text(s); blanks.Replace(back) != blanks.Replace(want) {
			t.Errorf("Split(%.60q, %d, %d) loses something: %.60q", s, characters, bytes, back)
		}
	})
}

func abs(n int) int { return max(n, -(n + 1)) }
