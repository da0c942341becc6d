package draw

import (
	"slices"
	"testing"

	"github.com/charmbracelet/x/ansi"
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

// A field of chips breaks between them; one that is too long for a line is cut.
func TestChipsBreakBetweenThem(t *testing.T) {
	e := Context{Theme: NewTheme(BackgroundUnknown, true)}
	var chips []Chip
	for _, text := range []string{"chat ok", "siem no", "a-relay-with-a-long-name ok", "itsm"} {
		chips = append(chips, Chip{Text: text})
	}
	var got []string
	for _, line := range Chips(e, 34, "relays", chips) {
		got = append(got, ansi.Strip(line))
	}
	want := []string{"relays      chat ok │ siem no", "            a-relay-with-a-long-n…", "            itsm"}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	if lines := Chips(e, 40, "relays", nil); lines != nil {
		t.Errorf("without chips: %q", lines)
	}
}
