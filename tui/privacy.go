package tui

import (
	"bytes"
	"context"
	"io"

	tea "charm.land/bubbletea/v2"

	"foghorn/tui/draw"
)

// maskedNote says that what leaves a private screen is masked as the screen is.
const maskedNote = "; names and addresses are masked, as on the screen"

// taughtMsg says that the names that sentences may mention are known.
type taughtMsg struct{}

// teach reads ahead the names that sentences may mention. As long as none was read, a
// private screen shows no rows.
func (m *Model) teach() tea.Cmd {
	j, hider, now := m.opt.Journal, m.private.hider, m.opt.Clock.Now()
	return m.jobs.do(readLimit, func(ctx context.Context) tea.Msg {
		if hider.ReadAhead(ctx, j, now) != nil {
			return nil // the next wake tries again
		}
		return taughtMsg{}
	})
}

// keepTaught reads the names again while the screen is private.
func (m *Model) keepTaught() tea.Cmd {
	if !m.private.on {
		return nil
	}
	return m.teach()
}

// togglePrivacy masks names and addresses, or shows them again.
func (m *Model) togglePrivacy(string) tea.Cmd {
	m.private.on = !m.private.on
	if m.private.on {
		m.say(draw.OK, "Private: names, MACs, IPs and SSIDs are masked, in copies and exports too. ctrl+x p shows them.")
	} else {
		m.say(draw.Warn, "No longer private: names and addresses are shown.")
	}
	return tea.Batch(m.pullNow(), m.keepTaught())
}

// shown is a text as it may leave the screen, and what to say about it.
func (m *Model) shown(text string) (out, note string) {
	if !m.private.on {
		return text, ""
	}
	return m.private.hider.Text(text), maskedNote
}

// hiding returns what masks what is written, while the screen is private, and what to
// say about it.
func (m *Model) hiding() (wrap func(write func(io.Writer) error) func(io.Writer) error, note string) {
	if !m.private.on {
		return func(write func(io.Writer) error) func(io.Writer) error { return write }, ""
	}
	hider := m.private.hider
	return func(write func(io.Writer) error) func(io.Writer) error {
		return func(w io.Writer) error {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				return err
			}
			_, err := w.Write(hider.Bytes(b.Bytes()))
			return err
		}
	}, maskedNote
}
