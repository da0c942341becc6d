package tui

import (
	"cmp"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"foghorn/internal/safetext"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/view"
)

// Sizes at which the screen changes its shape. Below the least size it only says
// that it is too small.
const (
	leastHeight                 = 15
	gridWidth, gridHeight       = 80, 16 // of the body: four panes, else one
	wideGrid                    = 165    // the lower three beside each other
	previewOverview             = 180    // the row at hand beside the alerts
	previewWidth, previewHeight = 150, 34
	previewNeedsCols            = 90 // right of the list
)

// previewMode is where the preview of the selected row is.
type previewMode uint8

const (
	previewAuto previewMode = iota // by the size of the window
	previewRight
	previewBottom
	previewOff
)

// Draw makes the frame from the state as it is.
func (m *Model) draw() {
	m.window.cursor = nil
	lines := m.lines()
	frame := strings.Join(lines, "\n")
	if m.private.on {
		frame = m.private.hider.Frame(frame)
	}
	if m.opt.ASCII {
		frame = safetext.ASCII(frame)
	}
	if frame != m.window.frame { // the renderer sees at once that the same string did not change
		m.window.frame = frame
	}
	if m.detail == nil && m.help == nil && m.sheet() == nil {
		for _, p := range m.visiblePanes() {
			p.Seen()
		}
	}
}

func (m *Model) lines() []string {
	w, h := m.window.width, m.window.height
	if w == 0 || h == 0 {
		return nil
	}
	if w < pane.LeastWidth || h < leastHeight {
		return m.tooSmall(w, h)
	}
	e := m.env()
	out := m.header().lines(e, w)
	bottom := m.bottom(e, w)
	room := h - len(out) - len(bottom)
	if over := 3 - room; over > 0 { // a low window with a long menu
		bottom = bottom[min(over, len(bottom)-1):]
		room = h - len(out) - len(bottom)
	}
	out = append(out, m.body(e, w, room)...)
	if m.input.prompt != nil && m.input.menu == nil {
		m.window.cursor = m.promptCursor(w, len(out), bottom)
	}
	return append(out, bottom...)
}

// tooSmall says so, and still shows whether anything is wrong.
func (m *Model) tooSmall(w, h int) []string {
	e := m.env()
	lines := []string{
		m.header().countsText() + " foghorn",
		fmt.Sprintf("%dx%d is too small,", w, h),
		fmt.Sprintf("%dx%d or more shows it.", pane.LeastWidth, leastHeight),
		"Q quits",
	}
	out := make([]string, 0, h)
	for _, l := range lines[:min(h, len(lines))] {
		out = append(out, e.Theme.Fit(l, w, false))
	}
	return draw.Pad(out, w, h)
}

func (m *Model) body(e pane.Context, w, h int) []string {
	switch {
	case m.help != nil:
		return m.help.Draw(e, w, h)
	case m.private.on && !m.private.taught:
		return draw.Pad([]string{"", "  Reading the names to hide."}, w, h)
	case m.detail != nil:
		return m.detail.Draw(e, w, h)
	case m.sheet() != nil:
		return m.sheet().Draw(e, w, h)
	case m.panes.shown == pane.OverviewID && m.gridFits(w, h):
		return m.grid(e, w, h)
	case m.panes.shown == pane.OverviewID:
		return m.panes.byID[m.panes.focus].Draw(e, w, h, true)
	default:
		return m.withPreview(e, w, h)
	}
}

func (m *Model) gridFits(w, h int) bool { return w >= gridWidth && h >= gridHeight }

// bodyHeight is what header and footer leave, without prompts.
func (m *Model) bodyHeight() int {
	return m.window.height - len(m.header().lines(m.env(), m.window.width)) - 1
}

// visiblePanes are the ones whose rows are on the screen.
func (m *Model) visiblePanes() []pane.Pane {
	if m.panes.shown != pane.OverviewID {
		return []pane.Pane{m.panes.byID[m.panes.shown]}
	}
	if m.window.width >= pane.LeastWidth && m.gridFits(m.window.width, m.bodyHeight()) {
		return []pane.Pane{m.panes.byID[view.AlertsID], m.panes.byID[view.SLEID], m.panes.byID[view.UpDownID], m.panes.byID[view.ClientsID]}
	}
	return []pane.Pane{m.panes.byID[m.panes.focus]}
}

// grid draws the overview: alerts over the whole width, as they need most, and below
// them up/down, clients and SLE. A wide window has those beside each other, and the
// row at hand beside the alerts; in others clients and SLE share one side, so that each
// line has room for what happened.
func (m *Model) grid(e pane.Context, w, h int) []string {
	top := max(h*2/5, min(h/2, 10))
	low := h - top
	one := func(id pane.ID, w, h int) []string { return m.panes.byID[id].Draw(e, w, h, m.panes.focus == id) }
	beside := func(left, right []string) []string { return draw.Beside(e.Context, left, right) }
	upper := w
	if m.previewAt(w, h) == previewRight {
		upper = w * 3 / 5
	}
	out := one(view.AlertsID, upper, top)
	if upper < w {
		out = beside(out, m.drawPreview(e, w-upper-1, top))
	}
	if w >= wideGrid {
		left, middle := w/3, w/3
		return append(out, beside(beside(one(view.UpDownID, left, low), one(view.ClientsID, middle, low)), one(view.SLEID, w-left-middle-2, low))...)
	}
	left := (w - 1) / 2
	sle := max(3, low*2/5)
	right := append(one(view.ClientsID, w-left-1, low-sle), one(view.SLEID, w-left-1, sle)...)
	return append(out, beside(one(view.UpDownID, left, low), right)...)
}

// previewAt decides where the preview goes in a window of this size.
func (m *Model) previewAt(w, h int) previewMode {
	if m.panes.shown == pane.OverviewID {
		if w >= previewOverview && h >= gridHeight && m.preview.place != previewOff {
			return previewRight
		}
		return previewOff
	}
	switch m.preview.place {
	case previewAuto:
		if w >= previewWidth {
			return previewRight
		}
		if h >= cmp.Or(m.current().About().PreviewRows, previewHeight) {
			return previewBottom
		}
		return previewOff
	case previewRight:
		if w < previewNeedsCols {
			return previewBottom
		}
	}
	return m.preview.place
}

// withPreview draws the pane in full size, with the selected row beside it.
func (m *Model) withPreview(e pane.Context, w, h int) []string {
	p := m.panes.byID[m.panes.shown]
	switch m.previewAt(w, h) {
	case previewRight:
		left := w * 3 / 5
		return draw.Beside(e.Context, p.Draw(e, left, h, true), m.drawPreview(e, w-left-1, h))
	case previewBottom:
		low := min(h/2, max(6, h/3))
		return append(p.Draw(e, w, h-low, true), m.drawPreview(e, w, low)...)
	default:
		return p.Draw(e, w, h, true)
	}
}

// drawPreview shows the selected row's record once it is read.
func (m *Model) drawPreview(e pane.Context, w, h int) []string {
	title := e.Theme.On(draw.Dim, strings.Repeat(e.Theme.Glyph.Rule, w))
	out := []string{title}
	if p, ok := m.current().(pane.Previewer); ok {
		lines, _ := p.Preview(e, w-1)
		out = append(out, lines...)
	}
	if s, ok := m.recordAtHand(); ok && m.preview.data.Subject == s {
		out = append(out, view.DetailLines(e, &m.preview.data, w-1)...)
	}
	for i := 1; i < len(out); i++ {
		out[i] = " " + out[i]
	}
	return draw.Pad(out, w, h)
}

// recordAtHand is the record of the selected row.
func (m *Model) recordAtHand() (pane.RecordRef, bool) {
	if p, ok := m.current().(pane.RecordOf); ok {
		return p.Record()
	}
	return pane.RecordRef{}, false
}

// previewRef says what the detail view, or else the preview, is about, and
// whether there is either. An empty list has a preview without a record.
func (m *Model) previewRef() (s pane.RecordRef, shown bool) {
	if m.detail != nil {
		return m.detail.Ref(), true
	}
	if m.sheet() != nil || m.previewAt(m.window.width, m.bodyHeight()) == previewOff {
		return pane.RecordRef{}, false
	}
	s, _ = m.recordAtHand()
	return s, true
}

// previewMissing reports whether the preview waits for the record of its row:
// which one that is, is known only from the answer for the list.
func (m *Model) previewMissing() bool {
	s, shown := m.previewRef()
	return shown && m.detail == nil && s != pane.RecordRef{} && s != m.preview.data.Subject && !m.current().Nav().Following()
}

// takeDetail gives an answer to the detail view or the preview that asked for it.
func (m *Model) takeDetail(f view.DetailData) {
	if m.detail != nil && m.detail.Ref() == f.Subject {
		m.detail.SetData(f)
		return
	}
	m.preview.data = f
}

// moveList moves in the list at hand and asks for what that brings into sight.
func (m *Model) moveList(f func(pane.Navigator)) tea.Cmd {
	if m.detail != nil {
		f(m.detail.Nav())
		return nil
	}
	if s := m.sheet(); s != nil {
		if n := s.Nav(); n != nil {
			f(n)
		}
		return nil
	}
	p := m.current()
	f(p.Nav())
	_, preview := m.previewRef()
	if p.WantsMore() || preview {
		return m.pullSoon()
	}
	return nil
}
