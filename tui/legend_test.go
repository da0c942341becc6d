package tui

import (
	"strings"
	"testing"

	"foghorn/tui/draw"
)

// In ASCII a tilde is where a text was cut, so no other sign is one.
func TestNoSignIsTheTildeOfACutText(t *testing.T) {
	for _, s := range legend(draw.NewTheme(draw.BackgroundDark, false)) {
		if strings.Contains(s.sign, "~") {
			t.Errorf("%q: %s", s.sign, s.text)
		}
	}
}
