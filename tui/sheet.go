package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal/event"
	"foghorn/tui/pane"
	"foghorn/tui/view"
)

// sheet returns the one on top; nil without one.
func (m *Model) sheet() pane.Sheet {
	if len(m.sheets) == 0 {
		return nil
	}
	return m.sheets[len(m.sheets)-1].Sheet
}

// shownSheet is a sheet and the detail view it was opened from, which comes
// back with esc.
type shownSheet struct {
	pane.Sheet
	under *view.Detail
}

// followClient opens the sheet of the client at hand.
func (m *Model) followClient(string) tea.Cmd {
	mac, name := m.clientHere()
	return m.openSheet(view.NewFollowSheet(mac, name))
}

// noClient says why there is nothing to follow.
func (m *Model) noClient() string {
	if mac, _ := m.clientHere(); mac.Int64() == 0 {
		return "This row has no client."
	}
	return ""
}

// clientHere is the client of the record at hand.
func (m *Model) clientHere() (event.MAC, string) {
	if d := m.detail; d != nil {
		switch {
		case d.Data.Client != nil:
			return d.Data.Client.MAC, view.ClientName(*d.Data.Client)
		case d.Data.Event != nil:
			return d.Data.Event.ClientMAC, d.Data.Event.Client
		}
		return "", ""
	}
	if p, ok := m.current().(pane.ClientOf); ok {
		return p.ClientOf()
	}
	return "", ""
}

// openSheet stacks a sheet on what is shown.
func (m *Model) openSheet(s pane.Sheet) tea.Cmd {
	m.sheets = append(m.sheets, shownSheet{s, m.detail})
	m.detail, m.help, m.input.menu = nil, nil, nil
	m.draw() // its list gets its height
	return m.pullNow()
}

// closeSheet goes back to what the sheet on top was opened from.
func (m *Model) closeSheet() tea.Cmd {
	last := m.sheets[len(m.sheets)-1]
	last.Close()
	m.sheets = m.sheets[:len(m.sheets)-1]
	m.detail = last.under
	m.draw()
	return m.pullNow()
}

func (m *Model) tickSheet() tea.Cmd {
	if s, ok := m.sheet().(pane.Ticker); ok {
		return m.serve(s.Tick(m.screen()))
	}
	return nil
}

// sheetTickAt is when the sheet on top is due; the zero time when it does not say.
func (m *Model) sheetTickAt() time.Time {
	if s, ok := m.sheet().(pane.Waker); ok {
		return s.TickAt()
	}
	return time.Time{}
}

// closeAll takes everything off the panes.
func (m *Model) closeAll() {
	for _, s := range m.sheets {
		s.Close()
	}
	m.sheets, m.help, m.detail, m.input.menu = nil, nil, nil, nil
}

// sheetFetch is what the sheet on top needs to know.
func (m *Model) sheetFetch(now time.Time) []pane.Fetch {
	if f := m.sheet().Fetch(now); f != nil {
		return []pane.Fetch{f}
	}
	return nil
}
