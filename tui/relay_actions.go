package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"foghorn/actions"
	"foghorn/tui/draw"
)

// findRelay takes the relay's name, and what follows it, from what was typed.
func (m *Model) findRelay(a *act, k actions.Key, typed string) tea.Cmd {
	name, rest, _ := strings.Cut(strings.TrimSpace(typed), " ")
	if name == "" {
		m.say(draw.Warn, ":"+a.d.Name+" takes the name of a relay")
		return nil
	}
	if rest = strings.TrimSpace(rest); rest != "" && len(a.d.Args) == 0 {
		m.say(draw.Warn, ":"+a.d.Name+" takes one name")
		return nil
	}
	a.targets, a.label = []actions.Target{actions.RelayTarget(name)}, name
	return m.takeArg(a, k, rest)
}
