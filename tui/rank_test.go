package tui

import (
	"testing"

	"foghorn/tui/draw"
	"foghorn/tui/view"
)

func TestHowWellATextFitsAName(t *testing.T) {
	for _, c := range []struct {
		name, typed string
		want        int
	}{
		{"snooze", "snooze", fitsWhole}, {"snooze", "SNOOZE", fitsWhole}, {"snooze", "sn", fitsStart}, {"snooze", "", fitsStart},
		{"row-next", "next", fitsWord}, {"yesterday 18:00", "18", fitsWord}, {"/sites/hq/stats", "hq", fitsWord},
		{"unack", "ack", fitsPart}, {"snooze", "sze", fitsLetters}, {"snooze", "zs", fitsNot}, {"snooze", "snoozes", fitsNot},
		{"büro", "bro", fitsLetters}, {"", "a", fitsNot},
	} {
		if got := fits(c.name, c.typed); got != c.want {
			t.Errorf("%q in %q fits %d, want %d", c.typed, c.name, got, c.want)
		}
	}
}

// What begins with the text stands before what only contains it, and what works here
// before what does not.
func TestTheOrderOfCommands(t *testing.T) {
	k := newKeymap(view.Panes())
	here := setOf(view.AlertsPlace())
	for typed, want := range map[string][]string{
		"ac": {"ack", "ack-note"}, "a": {"ack"}, "A": {"ack-note"}, "q": {"q", "quit"}, "nex": {"next"}, "nack": {"unack"},
	} {
		found := k.search(here, typed)
		if len(found) < len(want) {
			t.Errorf("%q finds %d commands", typed, len(found))
			continue
		}
		for i, name := range want {
			if found[i].name != name {
				t.Errorf("%q: place %d has :%s, want :%s", typed, i, found[i].name, name)
			}
		}
	}
	all := k.search(here, "")
	seen, away := map[string]bool{}, false
	for _, f := range all {
		if away = away || !f.here; f.here && away || seen[f.name] {
			t.Errorf(":%s is behind commands of other places, or there twice", f.name)
		}
		seen[f.name] = true
	}
	for _, b := range k.all {
		if !seen[b.name] {
			t.Errorf("the palette lacks :%s", b.name)
		}
	}
}

// The signs are explained on the first page of help, each in half of a line.
func TestSignsFitTheirColumns(t *testing.T) {
	signs := legend(draw.NewTheme(draw.BackgroundUnknown, false))
	for _, s := range signs {
		if draw.TextWidth(s.sign) > signColumn || draw.TextWidth(s.text) > (twoSigns-1)/2-signColumn-2 {
			t.Errorf("%q %q is cut on a window of %d columns", s.sign, s.text, twoSigns)
		}
	}
	if len(signs) > 16 {
		t.Errorf("%d signs push the first keys off the first page", len(signs))
	}
}
