package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/actions"
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

// undoThese undoes activities of an action. What was there before them is in the
// journal; the screen only says which ones they are.
func (m *Model) undoThese(d *actions.Descriptor, acts []event.Activity) tea.Cmd {
	limit := actLimit
	if d.Ask != nil {
		limit = networkLimit
	}
	port, by := m.opt.Actions, m.operator()
	return m.jobs.do(limit, func(ctx context.Context) tea.Msg {
		msg := actedMsg{d: d, undo: true}
		for step, err := range port.Undo(ctx, by, acts) {
			msg.take(step, err)
		}
		return msg
	})
}
