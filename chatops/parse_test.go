package chatops

import (
	"slices"
	"strings"
	"testing"
)

func TestWordsInQuotesStayTogether(t *testing.T) {
	for typed, want := range map[string][]string{
		"":                            {""},
		"  HELP  ":                    {"help"},
		`search "interface ge-0/0/1"`: {"search", "interface ge-0/0/1"},
		"search “two words” x":        {"search", "two words", "x"},
		"search „two words“":          {"search", "two words"},
		"note a345 don't touch":       {"note", "a345", "don't", "touch"},
		"note a345 'all of it'":       {"note", "a345", "all of it"},
		"note a345 'tis open":         {"note", "a345", "'tis", "open"},
		"rename ap-1 \"\"":            {"rename", "ap-1", ""},
		"status\tap-1\nx":             {"status", "ap-1", "x"},
	} {
		l, err := split(typed)
		if got := append([]string{l.word}, l.args...); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v; want %q", typed, got, err, want)
		}
	}
	for _, typed := range []string{`search "open`, strings.Repeat("x", maxText+1)} {
		if _, err := split(typed); err == nil {
			t.Errorf("%.20q was split", typed)
		}
	}
}

func TestTheRestOfALineIsAsTyped(t *testing.T) {
	l, err := split(`note a345 vendor  "case 7" open`)
	if err != nil || l.rest(1) != `vendor "case 7" open` && l.rest(1) != `vendor  "case 7" open` {
		t.Errorf("%q, %v", l.rest(1), err)
	}
	l, err = split(`note a345 "vendor case"`)
	if err != nil || l.rest(1) != "vendor case" || l.rest(2) != "" {
		t.Errorf("%q, %v", l.rest(1), err)
	}
}

func TestANearMissIsSuggested(t *testing.T) {
	for word, want := range map[string]string{"staus": "did you mean status?", "restrat": "did you mean restart?", "frobnicate": "help lists them"} {
		if _, err := find(word); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", word, err)
		}
	}
}

// Each command has a help of its own, with examples that it takes.
func TestEveryCommandIsExplained(t *testing.T) {
	for _, cmd := range commands() {
		m := cmd.usage("/foghorn")
		if cmd.summary == "" || len(cmd.examples) == 0 || !strings.HasPrefix(m.Title, "/foghorn "+cmd.name) {
			t.Errorf("%s: %+v", cmd.name, m)
		}
		for _, example := range cmd.examples {
			l, err := split(example)
			if err != nil || l.word != cmd.name || len(l.args) < cmd.min || cmd.max >= 0 && len(l.args) > cmd.max {
				t.Errorf("the example %q does not fit: %v", example, err)
			}
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(`search "a b" 'c`)
	f.Fuzz(func(t *testing.T, typed string) {
		l, err := split(typed)
		if err == nil && len(l.args) != len(l.rests) && l.word != "" {
			t.Errorf("%d words, %d rests", len(l.args), len(l.rests))
		}
		_ = l.rest(0)
	})
}
