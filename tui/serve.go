package tui

import (
	tea "charm.land/bubbletea/v2"

	"foghorn/tui/draw"
)

// screen is what the panes may use, as of now.
func (m *Model) screen() Screen {
	return Screen{
		env: m.env(), Journal: m.opt.Journal, Cloud: m.opt.Cloud, AskWebhooks: m.opt.AskWebhooks,
		Paused: m.paused != nil, Sheet: m.sheet(), Base: m.jobs.ctx, Do: m.jobs.with,
	}
}

// serve does what a pane asks for.
func (m *Model) serve(r Request) tea.Cmd {
	switch r := r.(type) {
	case Say:
		m.say(r.Role, r.Text)
	case Show:
		return m.show(r.ID)
	case OpenSheet:
		return m.openSheet(r.Sheet)
	case OpenRecord:
		m.detail = newDetail(r.Ref)
		return m.pullNow()
	case Pull:
		return m.pullNow()
	case PullSoon:
		return m.pullSoon()
	case Undo:
		if why := m.noUndo(); why != "" {
			m.say(draw.Warn, why)
			return nil
		}
		return m.undoLast("")
	case Command:
		return r.Cmd
	case All:
		var cmds []tea.Cmd
		for _, one := range r {
			cmds = append(cmds, m.serve(one))
		}
		return tea.Batch(cmds...)
	}
	return nil
}

// panes are those of the screen, in the order in which tab walks through them.
func allPanes() []pane {
	return []pane{alertsPane(), upDownPane(), clientsPane(), livePane(), devicesPane(), slePane(), inspectorPane(), webhooksPane(), logPane()}
}
