package tui

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"foghorn/internal/human"
	"foghorn/tui/draw"
)

// setThemeTo changes the theme to the named one, or to the next.
func (m *Model) setThemeTo(name string) tea.Cmd {
	all := draw.Themes()
	if name == "" {
		at := slices.Index(all, cmp.Or(m.window.chosen, draw.Auto))
		name = all[(at+1)%len(all)]
	}
	if !slices.Contains(all, name) {
		why := "No theme " + name + "; there are " + strings.Join(all, ", ") + "."
		if near := human.Nearest(name, all); near != "" {
			why = "No theme " + name + "; did you mean " + near + "?"
		}
		m.say(draw.Warn, why)
		return nil
	}
	m.window.chosen = name
	m.window.setTheme()
	m.say(draw.Plain, "Theme "+name+": "+m.themeNote(name))
	return nil
}

// themeNote says what a theme goes by.
func (m *Model) themeNote(name string) string {
	switch {
	case m.opt.NoColor:
		return "without colors, as this screen was started."
	case name != draw.Auto && name != draw.HighContrast:
		return "to keep it, set screen.theme in config.toml."
	case m.window.background == draw.BackgroundDark:
		return "the terminal says that its background is dark."
	case m.window.background == draw.BackgroundLight:
		return "the terminal says that its background is light."
	}
	return "the terminal did not say whether its background is dark or light."
}
