package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal/event"
)

// undo is how the last thing done is taken back, for as long as it can be.
type undo struct {
	back  func(m *Model) tea.Cmd // nil when there is nothing to take back
	until time.Time
}

func (m *Model) noUndo() string {
	if m.undo.back == nil || !m.opt.Clock.Now().Before(m.undo.until) {
		return "Nothing to undo: that works for 10 seconds."
	}
	return ""
}

func (m *Model) undoLast(string) tea.Cmd {
	back := m.undo.back
	m.undo = undo{}
	return back(m)
}

// undoThese takes activities on alerts back. What was there before them is in
// the journal; the screen only says which ones they are.
func (m *Model) undoThese(acts []event.Activity) tea.Cmd {
	back := make([]event.Activity, 0, len(acts))
	for i := len(acts) - 1; i >= 0; i-- {
		back = append(back, event.Activity{Time: m.opt.Clock.Now(), Actor: m.opt.Actor, Action: event.ActionUndo, Target: acts[i].Target, Undoes: acts[i].ID})
	}
	return m.perform(back)
}
