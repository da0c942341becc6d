package draw

import (
	"slices"
	"testing"
)

// What is copied or looked up stays in one piece: names, ids, commands. Only what is
// longer than a line is cut through.
func TestWrapKeepsHyphenatedWordsTogether(t *testing.T) {
	for text, want := range map[string][]string{
		"see ap-ber-01 there":                {"see", "ap-ber-01", "there"},
		"no, run foghorn serve --data x":     {"no, run", "foghorn", "serve", "--data x"},
		"X-Mist-Signature-v2":                {"X-Mist-Sig", "nature-v2"},
		"a - b":                              {"a - b"},
		"\x1b[31map-ber-01 ap-ber-02\x1b[0m": {"\x1b[31map-ber-01", "ap-ber-02\x1b[0m"},
	} {
		if got := Wrap(text, 10); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
