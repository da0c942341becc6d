package tui

import (
	tea "charm.land/bubbletea/v2"

	"foghorn/actions"
	"foghorn/tui/view"
)

// cloudBindings are the keys of what needs a connection to the Mist API.
func cloudBindings() []binding {
	out := append(actionBindings(actions.OnDevice), []binding{
		{name: "device-menu", keys: []string{"!"}, where: inActing, help: "what can be done to the device of the row: a menu", run: (*Model).deviceMenu, off: func(m *Model) string { return m.noDeviceAction("action") }},
		{name: "budget", where: inEverywhere, help: "who spends what of the hourly calls of each API token", run: func(m *Model, _ string) tea.Cmd { return m.openSheet(view.NewBudgetSheet()) }},
		{name: "frames", where: inEverywhere, help: "raw messages of the streams", run: func(m *Model, _ string) tea.Cmd { return m.openSheet(view.NewFramesSheet()) }},
	}...)
	out = append(out, actionBindings(actions.OnChannel)...)
	return append(out, actionBindings(actions.OnRelay)...)
}
