package tui

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/internal/human"
	"foghorn/journal/export"
	"foghorn/tui/clip"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// copyText is a text that was read in order to be copied.
type copyText struct {
	text string
	err  error
}

// copyMenu asks in which form to copy.
func (m *Model) copyMenu(string) tea.Cmd {
	c := m.chosen()
	if c.N == 0 {
		m.say(draw.Warn, "No row here to copy.")
		return nil
	}
	what := "copy the row as"
	if c.N > 1 {
		what = "copy " + strconv.Itoa(c.N) + " rows as"
	}
	items := []menuItem{
		{key: "y", label: "text, with times in full", run: func(m *Model) tea.Cmd { return m.copy(strings.Join(c.Lines, "\n")) }},
		{key: "j", label: "JSON", run: func(m *Model) tea.Cmd { return m.copyJSON(c) }},
		{key: "i", label: "id", run: func(m *Model) tea.Cmd { return m.copy(strings.Join(c.IDs, "\n")) }},
	}
	if id, ok := m.deliveryHere(); ok {
		items = append(items, menuItem{key: "c", label: "curl command that sends this delivery again",
			run: func(m *Model) tea.Cmd { return m.copyCurl(id) }})
	}
	if c.N == 1 && m.noPortal() == "" {
		items = append(items, menuItem{key: "u", label: "URL of the page in the Mist portal", run: (*Model).copyPortal})
	}
	return m.openMenu(what, items...)
}

// chosen are the forms of what copying is about now. A copy is read later, so its times
// are times of day with the date, and no ages.
func (m *Model) chosen() pane.ClipboardForms {
	e := m.env()
	e.Dated = true
	if e.Mode == human.Relative {
		e.Mode = human.Local
	}
	if m.detail != nil {
		return m.detail.Clipboard(e)
	}
	if p, ok := m.current().(pane.ClipboardOf); ok {
		return p.Clipboard(e)
	}
	return pane.ClipboardForms{}
}

// deliveryHere is the delivery under the cursor or in the detail view.
func (m *Model) deliveryHere() (int64, bool) {
	s, ok := m.recordAtHand()
	if m.detail != nil {
		s, ok = m.detail.Ref(), true
	}
	return s.ID, ok && s.Kind == pane.DeliveryRecord
}

// openLimit is how long opening a URL may take.
const openLimit = 10 * time.Second

// copy sends text to the clipboard of the operator's terminal, and to a file
// for terminals that do not take it.
func (m *Model) copy(text string) tea.Cmd { return m.copyAs(text, link{}) }

// copyAs copies a text; of is what it is the URL of.
func (m *Model) copyAs(text string, of link) tea.Cmd {
	file := ""
	if m.opt.Dir != "" && m.opt.ExportDir == "" {
		file = filepath.Join(m.opt.Dir, "clipboard.txt")
	}
	text, note := m.shown(text)
	return clip.Copy(text, clip.Options{File: file, Note: note, For: of})
}

func (m *Model) copyJSON(c pane.ClipboardForms) tea.Cmd {
	if c.JSON == nil {
		m.say(draw.Warn, "These rows have no JSON.")
		return nil
	}
	text, err := c.JSON()
	if err != nil {
		m.say(draw.Warn, "Not copied: "+err.Error())
		return nil
	}
	return m.copy(text)
}

// copyCurl reads the delivery's body first.
func (m *Model) copyCurl(id int64) tea.Cmd {
	j, address := m.opt.Journal, m.opt.Address
	return m.jobs.do(readLimit, func(ctx context.Context) tea.Msg {
		d, err := j.Delivery(ctx, id)
		if err != nil {
			return copyText{err: err}
		}
		return copyText{text: export.CurlTo(&d, address)}
	})
}

// takeDone says what became of a copy. Of a URL it says before why, and shows it.
func (m *Model) takeDone(msg clip.Done) {
	r := draw.OK
	if !msg.OK() {
		r = draw.Warn
	}
	of, _ := msg.For.(link)
	m.say(r, of.why+draw.Capital(msg.String()))
	m.toast.link = of.url
}

func (m *Model) takeCopy(msg copyText) tea.Cmd {
	if msg.err != nil {
		m.say(draw.Warn, "Not copied: "+msg.err.Error())
		return nil
	}
	return m.copy(msg.text)
}
