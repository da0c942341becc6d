package tui

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal/export"
	"foghorn/journal/query"
	"foghorn/tui/clip"
	"foghorn/tui/draw"
)

// copies are the forms in which the chosen rows can be copied.
type copies struct {
	n     int
	lines []string
	ids   []string
	json  func() (string, error) // nil where rows have no JSON
}

// copyText is a text that was read in order to be copied.
type copyText struct {
	text string
	err  error
}

// copyMenu asks in which form to copy.
func (m *Model) copyMenu(string) tea.Cmd {
	c := m.chosen()
	if c.n == 0 {
		m.say(draw.Warn, "No row here to copy.")
		return nil
	}
	what := "copy the row as"
	if c.n > 1 {
		what = "copy " + strconv.Itoa(c.n) + " rows as"
	}
	items := []menuItem{
		{key: "y", label: "text, as on the screen", run: func(m *Model) tea.Cmd { return m.copy(strings.Join(c.lines, "\n")) }},
		{key: "j", label: "JSON", run: func(m *Model) tea.Cmd { return m.copyJSON(c) }},
		{key: "i", label: "id", run: func(m *Model) tea.Cmd { return m.copy(strings.Join(c.ids, "\n")) }},
	}
	if id, ok := m.deliveryHere(); ok {
		items = append(items, menuItem{key: "c", label: "curl command that sends this delivery again",
			run: func(m *Model) tea.Cmd { return m.copyCurl(id) }})
	}
	return m.openMenu(what, items...)
}

// chosen are the forms of what copying is about now.
func (m *Model) chosen() copies {
	if m.detail != nil {
		return m.detail.Copies(m.env())
	}
	if p, ok := m.current().(Copier); ok {
		return p.Copies(m.env())
	}
	return copies{}
}

// deliveryHere is the delivery under the cursor or in the detail view.
func (m *Model) deliveryHere() (int64, bool) {
	s, ok := m.recordAtHand()
	if m.detail != nil {
		s, ok = m.detail.subject(), true
	}
	return s.id, ok && s.kind == subjectDelivery
}

// copy sends text to the clipboard of the operator's terminal, and to a file
// for terminals that do not take it.
func (m *Model) copy(text string) tea.Cmd {
	file := ""
	if m.opt.Dir != "" {
		file = filepath.Join(m.opt.Dir, "clipboard.txt")
	}
	return clip.Copy(text, clip.Options{File: file})
}

func (m *Model) copyJSON(c copies) tea.Cmd {
	if c.json == nil {
		m.say(draw.Warn, "These rows have no JSON.")
		return nil
	}
	text, err := c.json()
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

func (m *Model) takeCopy(msg copyText) tea.Cmd {
	if msg.err != nil {
		m.say(draw.Warn, "Not copied: "+msg.err.Error())
		return nil
	}
	return m.copy(msg.text)
}

// Copies of a pane are of its marked rows, or the one under the cursor.
func (p *listPane[T]) Copies(e env) copies {
	rows := p.list.Chosen()
	c := copies{n: len(rows)}
	for _, row := range rows {
		c.lines = append(c.lines, lineOf(p.spec.cells(e, row)))
		c.ids = append(c.ids, p.idText(row))
	}
	if p.spec.object != nil {
		c.json = func() (string, error) { return objects(rows, p.spec.object) }
	}
	return c
}

// idText is the id people know a row by.
func (p *listPane[T]) idText(row T) string {
	if p.spec.table == query.Devices || p.spec.table == query.Clients {
		return macOf(p.spec.rowID(row)).String()
	}
	return strconv.FormatInt(p.spec.rowID(row), 10)
}

// lineOf is a row as text: its cells, without what was blank.
func lineOf(cells []draw.Cell) string {
	var out []string
	for _, c := range cells {
		if t := strings.TrimSpace(c.Text); t != "" {
			out = append(out, t)
		}
	}
	return strings.Join(out, "  ")
}

func objects[T any](rows []T, object func(*T) ([]byte, error)) (string, error) {
	var out []string
	for i := range rows {
		text, err := object(&rows[i])
		if err != nil {
			return "", err
		}
		out = append(out, string(text))
	}
	return strings.Join(out, "\n"), nil
}
