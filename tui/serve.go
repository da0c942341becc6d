package tui

import (
	tea "charm.land/bubbletea/v2"

	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/view"
)

// screen is what the panes may use, as of now.
func (m *Model) screen() pane.Screen {
	return pane.Screen{
		Context: m.env(), Journal: m.opt.Journal, Actions: m.opt.Actions, Jobs: m.opt.Jobs, Operator: m.operator(),
		Paused: m.paused != nil, Sheet: m.sheet(), Ctx: m.jobs.ctx, Do: m.jobs.with,
	}
}

// serve does what a pane asks for.
func (m *Model) serve(r pane.Request) tea.Cmd {
	switch r := r.(type) {
	case pane.Say:
		m.say(r.Role, r.Text)
	case pane.Show:
		return m.show(r.ID)
	case pane.OpenSheet:
		return m.openSheet(r.Sheet)
	case pane.OpenRecord:
		m.detail = view.NewDetail(r.Ref)
		return m.pullNow()
	case pane.Pull:
		return m.pullNow()
	case pane.PullSoon:
		return m.pullSoon()
	case pane.Act:
		return m.actFor(r)
	case pane.Undo:
		if why := m.noUndo(); why != "" {
			m.say(draw.Warn, why)
			return nil
		}
		return m.undoLast("")
	case pane.Command:
		return r.Cmd
	case pane.All:
		var cmds []tea.Cmd
		for _, one := range r {
			cmds = append(cmds, m.serve(one))
		}
		return tea.Batch(cmds...)
	}
	return nil
}
