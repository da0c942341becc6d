package tui

import (
	"strings"
	"time"

	"foghorn/tui/draw"
	"foghorn/tui/pane"

	tea "charm.land/bubbletea/v2"
)

// menu is a small choice above the footer: a letter chooses, esc closes.
type menu struct {
	title string
	items []menuItem

	confirm   bool      // a question: y or not, see askFirst
	notBefore time.Time // a y before it was meant for something else
	declined  string    // said when the answer is not yes
}

// menuItem is one choice; off says why it cannot be taken, now that it is what holds
// at present.
type menuItem struct {
	key, label string
	off        string
	now        bool
	run        func(m *Model) tea.Cmd
}

func (m *Model) openMenu(title string, items ...menuItem) tea.Cmd {
	m.input.menu = &menu{title: title, items: items}
	return nil
}

// menuKey takes every key while a menu is open. Keys without a meaning close
// nothing and do nothing: a letter meant for another menu must not become an
// action on the rows behind it.
func (m *Model) menuKey(key string) tea.Cmd {
	if m.input.menu.confirm {
		return m.answer(key)
	}
	if key == "esc" || key == "q" && !m.input.menu.has("q") {
		m.input.menu = nil
		return nil
	}
	for _, it := range m.input.menu.items {
		if it.key != key {
			continue
		}
		m.input.menu = nil
		if it.off != "" {
			m.say(draw.Warn, it.off)
			return nil
		}
		return it.run(m)
	}
	return nil
}

func (n *menu) has(key string) bool {
	for _, it := range n.items {
		if it.key == key {
			return true
		}
	}
	return false
}

func (n *menu) Draw(e pane.Context, w int) []string {
	rule := e.Theme.Glyph.Rule
	fill := max(0, w-draw.TextWidth(n.title)-3)
	out := []string{e.Theme.On(draw.Title, e.Theme.Fit(rule+" "+n.title+" "+strings.Repeat(rule, fill), w, false))}
	for _, it := range n.items {
		r := draw.Plain
		label := it.label
		if it.off != "" {
			r, label = draw.Dim, it.label+" ("+it.off+")"
		}
		if it.now {
			label += "  " + e.Theme.Glyph.States["resolved"] + " now"
		}
		out = append(out, e.Theme.On(draw.Key, "  "+it.key)+e.Theme.On(r, e.Theme.Fit("  "+label, w-2-draw.TextWidth(it.key), false)))
	}
	return out
}
