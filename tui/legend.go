package tui

import (
	"regexp"
	"strings"

	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// sign is what the lists show in a cell or two, and what it means.
type sign struct{ sign, text string }

// legend explains the signs of the lists. The header uses words.
func legend(t *draw.Theme) []sign {
	g := t.Glyph
	state := func(s event.State) string { return g.States[s] }
	return []sign{
		{state(event.Open) + " " + state(event.Acked) + " " + state(event.Snoozed) + " " + state(event.Resolved), "open, acked, snoozed, resolved"},
		{"C W I d", "critical, warn, info, debug"},
		{"9x", "happened or reported 9 times"},
		{"2 flaps", "came back 2 times"},
		{"5m late", "happened 5m ago, arrived late"},
		{"JD 5m", "J. Doe has had it for 5m"},
		{g.More + " " + g.Waits, "the ack goes to Mist, waits"},
		{state(event.Resolved) + " " + g.Refused, "Mist took the ack, refused it"},
		{"z18:00", "snoozed until 18:00"},
		{g.Up + " " + g.Down + " - ?", "up, down, other, not known"},
		{"C2", "2 alerts here, worst critical"},
		{"a275", "id, for commands: alerts ack"},
		{"ch6 84%", "AP's busiest channel, its load"},
	}
}

// signColumn is the width of the signs.
const signColumn = 7

// twoSigns is the least width at which two signs are side by side.
const twoSigns = 80

// drawSigns lists signs, in two columns where there is room. It returns how many.
func drawSigns(e pane.Context, signs []sign, w int, find *regexp.Regexp) (lines []string, n int) {
	columns := 1
	if w >= twoSigns {
		columns = 2
	}
	width := (w - 1) / columns
	var cells []string
	for _, s := range signs {
		if find == nil || find.MatchString(s.sign+"\n"+s.text) {
			cells = append(cells, marked(e, draw.Key, e.Theme.Fit(s.sign, signColumn, false), find)+" "+
				marked(e, draw.Plain, e.Theme.Fit(s.text, width-signColumn-2, false), find)+" ")
		}
	}
	for i := 0; i < len(cells); i += columns {
		lines = append(lines, " "+strings.Join(cells[i:min(len(cells), i+columns)], ""))
	}
	return lines, len(cells)
}
