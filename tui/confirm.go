package tui

import (
	"time"

	"foghorn/tui/draw"

	tea "charm.land/bubbletea/v2"
)

// quietTime is how long a question takes no yes after it came up: a y that
// comes sooner was on its way before the question could be read. It is also how
// long after a key the next one still belongs to the same typing.
const quietTime = 400 * time.Millisecond

// askFirst asks before something is done that is hard to take back. Only y says
// yes, and not before the question can have been read; every other key closes
// the question, n and esc from the first moment. A paste answers nothing.
func (m *Model) askFirst(title, yes, no, declined string, run func(m *Model) tea.Cmd) tea.Cmd {
	m.input.menu = &menu{
		title: title, declined: declined, confirm: true, notBefore: m.opt.Clock.Now().Add(quietTime),
		items: []menuItem{{key: "y", label: yes, run: run}, {key: "n", label: no}},
	}
	return nil
}

// answer takes a key for an open question.
func (m *Model) answer(key string) tea.Cmd {
	q, now := m.input.menu, m.opt.Clock.Now()
	if key == "y" {
		if now.Before(q.notBefore) {
			return nil
		}
		m.input.menu = nil
		return q.items[0].run(m)
	}
	m.input.menu = nil
	if q.declined != "" {
		m.say(draw.Dim, q.declined)
	}
	if key != "n" && key != "esc" {
		// Somebody goes on typing what was meant for something else: the rest of
		// the word must not be taken for commands.
		m.input.ignoreUntil = now.Add(quietTime)
	}
	return nil
}

// ignored reports whether a key still belongs to typing that closed a question.
func (m *Model) ignored() bool {
	now := m.opt.Clock.Now()
	if !now.Before(m.input.ignoreUntil) {
		return false
	}
	m.input.ignoreUntil = now.Add(quietTime)
	return true
}
