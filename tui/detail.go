package tui

import (
	tea "charm.land/bubbletea/v2"

	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/view"
)

// Open shows the selected row in full.
func (m *Model) Open(string) tea.Cmd {
	if m.detail != nil {
		ref, ok := m.detail.Selected()
		if !ok {
			return nil
		}
		return m.push(ref)
	}
	m.current().Nav().Hold()
	if o, ok := m.current().(pane.Opener); ok {
		if r, own := o.Open(m.screen()); own {
			return m.serve(r)
		}
	}
	s, ok := m.recordAtHand()
	if !ok {
		if m.current().Nav().Len() > 0 {
			return m.show(m.current().About().ID)
		}
		return nil
	}
	m.detail = view.NewDetail(s)
	if m.preview.data.Subject == s {
		m.detail.SetData(m.preview.data)
	}
	return m.pullNow()
}

// push stacks a record on the one shown.
func (m *Model) push(s pane.RecordRef) tea.Cmd {
	if s == m.detail.Ref() {
		return nil
	}
	m.detail.Refs = append(m.detail.Refs, s)
	m.detail.Reset()
	m.detail.Tab = view.TabFields
	return m.pullNow()
}

// closeDetail goes back one record, or to the list.
func (m *Model) closeDetail() tea.Cmd {
	if d := m.detail; len(d.Refs) > 1 {
		d.Refs = d.Refs[:len(d.Refs)-1]
		d.Reset()
		return m.pullNow()
	}
	m.detail = nil
	m.draw()
	return m.pullNow()
}

func (m *Model) turnTab(by int) tea.Cmd {
	m.detail.TurnTab(by)
	return nil
}

// turnRow shows the next record of the list behind the detail.
func (m *Model) turnRow(dir int) tea.Cmd {
	if m.sheet() != nil {
		m.say(draw.Dim, "This record was not opened from a list.")
		return nil
	}
	m.current().Nav().Move(dir)
	s, ok := m.recordAtHand()
	if !ok || s == m.detail.Refs[0] {
		m.say(draw.Dim, "No more rows in this direction.")
		return nil
	}
	m.detail.Refs = []pane.RecordRef{s}
	m.detail.Reset()
	return m.pullNow()
}

func (m *Model) noDelivery() string {
	if d := m.detail; d == nil || d.Data.Event == nil || d.Data.Event.DeliveryID == 0 {
		return "This record has no delivery."
	}
	return ""
}

func (m *Model) openDelivery(string) tea.Cmd {
	return m.push(pane.RecordRef{Kind: pane.DeliveryRecord, ID: m.detail.Data.Event.DeliveryID})
}

// scrollText moves the text at hand by lines and windows.
func (m *Model) scrollText(lines, pages int) {
	var over any = m.sheet()
	switch {
	case m.help != nil:
		over = m.help
	case m.detail != nil:
		over = m.detail
	}
	if s, ok := over.(pane.Scroller); ok {
		s.Scroll(lines, pages)
	}
}
