package tui

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"foghorn/tui/clip"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// Update takes a message, draws the next frame and returns what is to be done
// besides. It does no I/O: whatever waits is a command with a time limit.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg.(type) {
	case dirtyMsg:
		m.pull.watched = false
		return m, m.pullPaced()
	case pullMsg:
		m.pull.waiting = false
		return m, m.pullPaced()
	}
	cmd := m.handle(msg)
	m.draw()
	return m, tea.Batch(cmd, m.wake())
}

func (m *Model) handle(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		return m.resize(msg.Width, msg.Height)
	case tea.BackgroundColorMsg:
		m.window.background = draw.BackgroundLight
		if msg.IsDark() {
			m.window.background = draw.BackgroundDark
		}
		m.window.setTheme()
	case tea.ColorProfileMsg:
		m.window.coarse = m.opt.NoColor || msg.Profile < colorprofile.ANSI256
		m.window.setTheme()
	case tea.KeyPressMsg:
		return m.key(msg.String(), msg)
	case tea.ResumeMsg:
		return m.pullNow()
	case tea.PasteMsg:
		return m.paste(msg)
	case tea.MouseWheelMsg:
		return m.wheel(msg.Mouse())
	default:
		return m.handleOwn(msg)
	}
	return nil
}

// handleOwn takes the answers of the program's own commands.
func (m *Model) handleOwn(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case snapshotMsg:
		return m.Take(msg)
	case wakeMsg:
		return tea.Batch(m.pullSoon(), m.tickSheet(), m.keepTaught())
	case taughtMsg:
		m.private.taught = true
	case completedMsg:
		m.takeCompletions(msg)
	case pane.Reply:
		return m.serve(msg(m.screen()))
	case jobEnded:
		return m.takeJobEnded(msg)
	case actedMsg:
		return m.takeActed(msg)
	case wentTo:
		return m.takeWent(msg)
	case foundSite:
		return m.takeSite(msg)
	case knownSites:
		return m.takeSites(msg)
	case foundDevice:
		return m.takeDevice(msg)
	case checked:
		return m.takeChecked(msg)
	case notified:
		return m.takeNotice(msg)
	case noticeMsg:
		m.say(msg.role, msg.text)
	case keptMsg:
		return m.takeKept(msg)
	case memoryMsg:
		m.takeMemory(msg)
	case copyText:
		return m.takeCopy(msg)
	case openedURL:
		return m.takeOpened(msg)
	case clip.Done:
		m.takeDone(msg)
	}
	return nil
}

// key routes a key press: dialog, then the focused input, then the place at
// hand, which falls back on the global keys.
func (m *Model) key(key string, msg tea.KeyPressMsg) tea.Cmd {
	if key == "ctrl+c" {
		return m.interrupted()
	}
	if m.input.menu == nil && m.ignored() {
		return nil
	}
	m.clearToast()
	switch {
	case m.input.ahead != nil:
		m.keep(key, msg)
		return nil
	case m.input.menu != nil:
		return m.menuKey(key)
	case m.input.prompt != nil:
		return m.promptKey(key, msg)
	}
	if m.input.chord != "" {
		key, m.input.chord = m.input.chord+" "+key, ""
	} else if m.keys.isPrefix(key) {
		m.input.chord = key
		return nil
	}
	b, ok := m.keys.find(m.here(), key)
	if !ok {
		return nil
	}
	return m.do(b, "")
}

// do runs a binding, or says why it cannot be run now.
func (m *Model) do(b *binding, arg string) tea.Cmd {
	if b.off != nil {
		if why := b.off(m); why != "" {
			m.say(draw.Warn, why)
			return nil
		}
	}
	return b.run(m, arg)
}

func (m *Model) resize(w, h int) tea.Cmd {
	m.window.width, m.window.height = max(0, w), max(0, h)
	m.draw() // gives the lists their heights, which decide what is asked for
	return m.pullNow()
}

// wheel scrolls by three rows.
func (m *Model) wheel(mouse tea.Mouse) tea.Cmd {
	n := 0
	switch mouse.Button {
	case tea.MouseWheelUp:
		n = -3
	case tea.MouseWheelDown:
		n = 3
	default:
		return nil
	}
	if m.here()&inScrolling != 0 {
		m.scrollText(n, 0)
		return nil
	}
	return m.moveList(func(nav pane.Navigator) { nav.Move(n) })
}

// interrupted is ctrl+c: the first explains, the second within a while quits.
func (m *Model) interrupted() tea.Cmd {
	now := m.opt.Clock.Now()
	if now.Sub(m.input.interrupt) < undoStay && !m.input.interrupt.IsZero() {
		return tea.Quit
	}
	m.input.interrupt = now
	m.input.menu, m.input.prompt, m.input.ahead = nil, nil, nil
	m.say(draw.Warn, "ctrl+c again quits"+m.stops()+"; esc goes on")
	return nil
}
