package tui

import (
	"context"

	"foghorn/tui/draw"
	"foghorn/tui/port"

	tea "charm.land/bubbletea/v2"
)

// awaitNotice waits for the next notice. At most one such command is under way.
func (m *Model) awaitNotice() tea.Cmd {
	notices := m.opt.Notices
	if notices == nil {
		return nil
	}
	return m.jobs.do(0, func(ctx context.Context) tea.Msg {
		select {
		case n, open := <-notices:
			if !open {
				return nil
			}
			return notified{n}
		case <-ctx.Done():
			return nil
		}
	})
}

// takeNotice shows a notice, and what it is about, at once.
func (m *Model) takeNotice(msg notified) tea.Cmd {
	r := draw.OK
	if msg.notice.Bad {
		r = draw.Critical
	}
	m.say(r, msg.notice.Text)
	return tea.Batch(m.pullSoon(), m.awaitNotice())
}

// notified is a Notice on its way through the program.
type notified struct{ notice port.Notice }
