package tui

import (
	"image/color"
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"

	"foghorn/tui/draw"
)

func TestTheThemeIsChosenByKeyAndByName(t *testing.T) {
	withOptions(t, 80, 24, func(o *Options, _ *testJournal) { o.Theme = draw.Light }, func(s *screen) {
		looks := func(role draw.Role) string { return s.m.window.theme.On(role, "x") }
		light := looks(draw.Critical)
		s.send(tea.BackgroundColorMsg{Color: color.Black})
		if looks(draw.Critical) != light {
			t.Fatal("a terminal that reports black changed the theme that was chosen")
		}
		s.press("ctrl+x", "t")
		s.sees("Theme high-contrast: the terminal says that its background is dark.")
		contrast := looks(draw.Critical)
		s.press("ctrl+x", "t")
		s.sees("Theme auto:")
		s.press("ctrl+x", "t")
		s.sees("Theme dark:")
		if dark := looks(draw.Dim); slices.Contains([]string{light, contrast}, dark) {
			t.Fatalf("dark looks like another theme: %q", dark)
		}
		s.press(":")
		s.write("theme high-contrast")
		s.press("enter")
		s.sees("Theme high-contrast")
		if looks(draw.Critical) != contrast {
			t.Fatal(":theme did not change the theme")
		}
		s.press(":")
		s.write("theme drak")
		s.press("enter")
		s.sees("No theme drak; did you mean dark?")
	})
}
