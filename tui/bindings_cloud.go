package tui

import (
	tea "charm.land/bubbletea/v2"

	"foghorn/tui/view"
)

// cloudBindings are the keys of what needs a connection to the Mist API.
func cloudBindings() []binding {
	return []binding{
		{name: "rename", keys: []string{"R"}, where: inActing, help: "rename the device of the row in Mist; asks before it does", arg: "NAME", run: (*Model).rename, off: (*Model).noRename},
		{name: "budget", where: inEverywhere, help: "who spends what of the hourly calls of each API token", run: func(m *Model, _ string) tea.Cmd { return m.openSheet(view.NewBudget()) }},
		{name: "frames", where: inEverywhere, help: "raw messages of the streams", run: func(m *Model, _ string) tea.Cmd { return m.openSheet(view.NewFrames()) }},
		{name: "subscribe", where: inEverywhere, help: "ask the stream of a source for one more channel", arg: "CHANNEL [SOURCE]", run: (*Model).subscribe, values: (*Model).channels},
		{name: "unsubscribe", where: inEverywhere, help: "no longer ask for a channel", arg: "CHANNEL [SOURCE]", run: (*Model).unsubscribe, values: (*Model).channels},
	}
}
