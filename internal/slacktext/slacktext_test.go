package slacktext

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"foghorn/internal/safetext/hostile"
)

// nasty are texts that strangers may choose.
func nasty() []string {
	return append(hostile.Hostile(),
		"<!channel> <!here|x> <@U0123456789>", "<https://evil.example|login>", "&lt;!channel&gt;", "*bold* _italic_ `code` :fire:",
		`"quoted" \ back`, "two\nlines\r\n\tand a tab", strings.Repeat("&", 10_000), strings.Repeat("無", 10_000), strings.Repeat("🍕", 10_000),
		strings.Repeat("<!channel>", 1_000), strings.Repeat("word ", 2_000), strings.Repeat("\x1b", 1_000), strings.Repeat("\n", 10_000))
}

// compact is a text in JSON, with no more escapes than it needs.
func compact(s string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(s)
	return bytes.TrimSpace(b.Bytes()), err
}

func TestFit(t *testing.T) {
	for _, c := range []struct {
		text              string
		characters, bytes int
		want              string
	}{
		{"lobby", 5, 100, "lobby"}, {"lobby", 4, 100, "lob…"}, {"lobby", 1, 100, "…"}, {"lobby", 0, 100, ""}, {"lobby", 9, 2, ""}, {"lobby", 9, -5, ""}, {"", 5, 5, ""},
		{"a<b>&c", 100, 100, "a&lt;b&gt;&amp;c"}, {"a<b>&c", 7, 100, "a&lt;b…"}, {"a<b", 4, 100, "a…"},
		{"無線網", 3, 100, "無線網"}, {"無線網", 2, 100, "無…"}, {"無線網", 9, 8, "無…"},
		{"🍕🍕", 4, 100, "🍕🍕"}, {"🍕🍕", 3, 100, "🍕…"}, {"🍕🍕", 2, 100, "…"},
		{`"""`, 9, 6, `"""`}, {`"""`, 9, 5, `"…`}, {"a\x1bb", 100, 100, `a\x1bb`}, {" a\n", 9, 9, "a"}, {"one two", 5, 9, "one…"},
	} {
		if got := Fit(c.text, c.characters, c.bytes); got != c.want {
			t.Errorf("Fit(%q, %d, %d) = %q, want %q", c.text, c.characters, c.bytes, got, c.want)
		}
	}
}

func FuzzFit(f *testing.F) {
	for _, s := range nasty() {
		f.Add(s, 150, 600)
		f.Add(s, 7, 9)
	}
	f.Fuzz(func(t *testing.T, s string, characters, bytes int) {
		characters, bytes = characters%4000, bytes%12_000
		got := Fit(s, characters, bytes)
		quoted, err := compact(got)
		if err != nil || !json.Valid(quoted) || len(quoted)-2 > max(0, bytes) || utf8.RuneCountInString(got) > max(0, characters) || strings.ContainsAny(got, "<>") {
			t.Errorf("Fit(%.60q, %d, %d) = %.60q", s, characters, bytes, got)
		}
		bare := strings.NewReplacer("&lt;", "", "&gt;", "", "&amp;", "").Replace(got)
		if strings.Contains(bare, "&") {
			t.Errorf("Fit(%.60q, %d, %d) cuts an escape: %.60q", s, characters, bytes, got)
		}
	})
}

func TestLinksAreAddressesOrNothing(t *testing.T) {
	for address, want := range map[string]string{
		"https://manage.mist.com/admin/?org_id=a&b=<c>|d": "<https://manage.mist.com/admin/?org_id=a&amp;b=%3Cc%3E%7Cd|open>",
		"javascript:alert(1)":                             "", "": "", "https://": "", "!channel": "", "https://x/\x1b": "", "https://x/" + strings.Repeat("a", 3000): "",
	} {
		if got := Link(address, "open"); got != want {
			t.Errorf("Link(%.40q) = %q, want %q", address, got, want)
		}
	}
}
