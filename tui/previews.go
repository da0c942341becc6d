package tui

import (
	tea "charm.land/bubbletea/v2"

	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/view"
)

// previewBindings are the key that shows what relays would send, and those that work
// there.
func previewBindings() []binding {
	in := setOf(view.PreviewPlace)
	return []binding{
		{name: "relay-preview", keys: []string{"d"}, where: with(pane.HasRelays), help: "what each relay would send about this alert or event; nothing is sent",
			run: (*Model).previewRelays, off: (*Model).noPreview},
		{name: "relay-next", keys: []string{"]", "tab"}, where: in, foot: "next relay", help: "next relay", run: onPreview(func(s *view.PreviewSheet) { s.Turn(1) })},
		{name: "relay-previous", keys: []string{"[", "shift+tab"}, where: in, help: "previous relay", run: onPreview(func(s *view.PreviewSheet) { s.Turn(-1) })},
		{name: "request-next", keys: []string{">"}, where: in, foot: "next request", help: "next request of the relay", run: onPreview(func(s *view.PreviewSheet) { s.TurnRequest(1) })},
		{name: "request-previous", keys: []string{"<"}, where: in, help: "previous request", run: onPreview(func(s *view.PreviewSheet) { s.TurnRequest(-1) })},
		{name: "copy", keys: []string{"y"}, where: in, foot: "copy", help: "copy the request as it is shown, with its whole body", run: (*Model).copyPreview},
	}
}

func onPreview(f func(s *view.PreviewSheet)) func(*Model, string) tea.Cmd {
	return func(m *Model, _ string) tea.Cmd {
		if s, ok := m.sheet().(*view.PreviewSheet); ok {
			f(s)
		}
		return nil
	}
}

// sentRow is the alert or event at hand, which relays may send.
func (m *Model) sentRow() (id int64, ok bool) {
	ref, ok := m.recordAtHand()
	if m.detail != nil {
		if ref, ok = m.detail.Selected(); !ok {
			ref, ok = m.detail.Ref(), true
		}
	}
	return ref.ID, ok && (ref.Kind == pane.AlertRecord || ref.Kind == pane.EventRecord)
}

// noPreview says why there is nothing to preview.
func (m *Model) noPreview() string {
	_, ok := m.sentRow()
	switch {
	case !ok:
		return "Relays send alerts and events; this is neither."
	case m.opt.Previews == nil:
		return "This screen does not know the relays of a configuration."
	}
	return ""
}

// previewRelays shows what relays would send about the row at hand.
func (m *Model) previewRelays(string) tea.Cmd {
	id, _ := m.sentRow()
	if m.detail == nil {
		m.current().Nav().Hold()
	}
	s := view.NewPreviewSheet(m.opt.Previews, id)
	return tea.Batch(m.openSheet(s), m.refreshFrom(s))
}

// copyPreview copies the request that is shown.
func (m *Model) copyPreview(string) tea.Cmd {
	s, ok := m.sheet().(*view.PreviewSheet)
	if !ok {
		return nil
	}
	text := s.Text()
	if text == "" {
		m.say(draw.Warn, "No request here to copy.")
		return nil
	}
	return m.copy(text)
}
