package tui

import (
	tea "charm.land/bubbletea/v2"

	"foghorn/tui/draw"
)

// suspend gives the terminal back to the shell. A screen that collects never does:
// a suspended listener accepts nothing.
func (m *Model) suspend(string) tea.Cmd {
	why := m.opt.NoSuspend
	if m.opt.Collecting {
		why = "Not suspended: the listener is in this window and would stop. With foghorn serve beside it, ctrl+z works."
	}
	if why != "" {
		m.say(draw.Warn, why)
		return nil
	}
	return tea.Suspend
}
