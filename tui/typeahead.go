package tui

import tea "charm.land/bubbletea/v2"

// typedAhead keeps the keys that come while a prompt is being prepared: on a slow
// line they arrive together with the key that asked for it. They are for the prompt,
// and must not act on the rows meanwhile.
type typedAhead struct{ keys []tea.KeyPressMsg }

// maxAhead is more than anybody types while a row is read.
const maxAhead = 256

// keep takes a key. Esc gives the prompt up.
func (m *Model) keep(key string, msg tea.KeyPressMsg) {
	a := m.input.ahead
	switch {
	case key == "esc":
		m.input.ahead = nil
	case len(a.keys) < maxAhead:
		a.keys = append(a.keys, msg)
	}
}

// prepared goes on with a prompt that was prepared, and gives it what was typed; it
// does nothing when the prompt was given up.
func (m *Model) prepared(open func() tea.Cmd) tea.Cmd {
	a := m.input.ahead
	if a == nil {
		return nil
	}
	m.input.ahead = nil
	cmds := []tea.Cmd{open()}
	for _, k := range a.keys {
		if m.input.prompt == nil {
			break // nobody typed for whatever comes after it
		}
		cmds = append(cmds, m.key(k.String(), k))
	}
	return tea.Batch(cmds...)
}
