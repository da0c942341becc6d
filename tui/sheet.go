package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// sheet is a full-screen view over the panes that is not one record of the
// journal: what is being followed, or what the cloud was asked. Sheets are
// stacked; a detail view may lie on top of them, and help on top of all.
type sheet interface {
	where() where
	nav() navigator            // of its list; nil without one
	fetch(now time.Time) fetch // what of the journal it shows; nil when nothing
	Draw(e env, width, height int) []string
	close() // the sheet is gone: what it waits for is no longer wanted
}

// scroller is a sheet with text longer than its window.
type scroller interface{ Scroll(lines, pages int) }

// sheet returns the one on top; nil without one.
func (m *Model) sheet() sheet {
	if len(m.sheets) == 0 {
		return nil
	}
	return m.sheets[len(m.sheets)-1].sheet
}

// shownSheet is a sheet and the detail view it was opened from, which comes
// back with esc.
type shownSheet struct {
	sheet
	under *detail
}

// openSheet stacks a sheet on what is shown.
func (m *Model) openSheet(s sheet) tea.Cmd {
	m.sheets = append(m.sheets, shownSheet{s, m.detail})
	m.detail, m.help, m.menu = nil, nil, nil
	m.Draw() // its list gets its height
	return m.pullNow()
}

// closeSheet goes back to what the sheet on top was opened from.
func (m *Model) closeSheet() tea.Cmd {
	last := m.sheets[len(m.sheets)-1]
	last.close()
	m.sheets = m.sheets[:len(m.sheets)-1]
	m.detail = last.under
	m.Draw()
	return m.pullNow()
}

// ticker is a sheet that does something as time goes by, and refresher one
// that has more to read anew than the journal.
type (
	ticker    interface{ tick(m *Model) tea.Cmd }
	refresher interface{ ask(m *Model) tea.Cmd }
)

func (m *Model) tickSheet() tea.Cmd {
	if s, ok := m.sheet().(ticker); ok {
		return s.tick(m)
	}
	return nil
}

// closeAll takes everything off the panes.
func (m *Model) closeAll() {
	for _, s := range m.sheets {
		s.close()
	}
	m.sheets, m.help, m.detail, m.menu = nil, nil, nil, nil
}

// sheetFetch is what the sheet on top needs to know.
func (m *Model) sheetFetch(now time.Time) []fetch {
	if f := m.sheet().fetch(now); f != nil {
		return []fetch{f}
	}
	return nil
}
