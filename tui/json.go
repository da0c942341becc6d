package tui

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"foghorn/tui/draw"
	"foghorn/tui/jsonview"
	"foghorn/tui/pane"
	"foghorn/tui/view"
)

// jsonDo makes a handler of a key of the JSON view: what it means is the
// view's own business, that it exists is the keymap's.
func jsonDo(k tea.Key) func(*Model, string) tea.Cmd {
	return func(m *Model, _ string) tea.Cmd {
		m.tree().Update(tea.KeyPressMsg(k))
		return nil
	}
}

// tree is the JSON view at hand: that of the detail, else of the sheet.
func (m *Model) tree() *jsonview.Model {
	if s, ok := m.sheet().(pane.TreeOf); ok && m.detail == nil {
		return s.Tree()
	}
	return m.detail.JSON
}

func letter(r rune) tea.Key { return tea.Key{Code: r, Text: string(r)} }

func jsonBindings() []binding {
	key := func(name, help string, k tea.Key, keys ...string) binding {
		return binding{name: name, keys: keys, where: with(pane.HasJSON), help: help, run: jsonDo(k)}
	}
	return []binding{
		key("down", "next line", letter('j'), "j", "down"),
		key("up", "previous line", letter('k'), "k", "up"),
		key("page-down", "next page", tea.Key{Code: tea.KeyPgDown}, "pgdown", "ctrl+f"),
		key("page-up", "previous page", tea.Key{Code: tea.KeyPgUp}, "pgup", "ctrl+b"),
		key("half-down", "half a page down", tea.Key{Code: 'd', Mod: tea.ModCtrl}, "ctrl+d"),
		key("half-up", "half a page up", tea.Key{Code: 'u', Mod: tea.ModCtrl}, "ctrl+u"),
		key("first", "to the top", letter('g'), "g", "home"),
		key("last", "to the end", letter('G'), "G", "end"),
		key("fold", "fold or unfold; on a long text, show all of it", tea.Key{Code: tea.KeyEnter}, "enter", "space"),
		key("left", "fold, or out to what this is in", letter('h'), "h", "left"),
		key("right", "unfold, or in", letter('l'), "l", "right"),
		key("unfold-all", "unfold everything", letter('E'), "E"),
		key("fold-all", "fold everything", letter('C'), "C"),
		{name: "mode", keys: []string{"v"}, where: inJSON | setOf(view.PreviewPlace), foot: "raw/hex", help: "pretty, as it came, hex", run: (*Model).jsonMode},
		{name: "next", keys: []string{"n"}, where: inJSON, help: "next match", run: func(m *Model, _ string) tea.Cmd { return m.match((*jsonview.Model).Next) }},
		{name: "previous", keys: []string{"N"}, where: inJSON, help: "previous match", run: func(m *Model, _ string) tea.Cmd { return m.match((*jsonview.Model).Prev) }},
	}
}

func (m *Model) jsonMode(string) tea.Cmd {
	j := m.tree()
	if asked := j.Mode().Next(); j.SetMode(asked) != asked {
		m.say(draw.Dim, "There is no tree of it: "+cmp.Or(j.Reason(), "it is text"))
	}
	return nil
}

func (m *Model) match(step func(*jsonview.Model) int) tea.Cmd {
	switch {
	case m.detail.Search == "":
		m.say(draw.Dim, "Nothing was searched yet; / does.")
	case step(m.detail.JSON) == 0:
		m.say(draw.Dim, "No match.")
	}
	return nil
}

// searchJSON searches as you type; enter keeps the search, n and N walk.
func (m *Model) searchJSON(arg string) tea.Cmd {
	d := m.detail
	search := func(text string) {
		d.Search = text
		if d.JSON.Search(text) > 0 {
			d.JSON.Next()
		}
	}
	if arg != "" {
		search(arg)
		return nil
	}
	p := newPrompt(promptSearch, "/", "")
	p.change = func(_ *Model, text string) tea.Cmd {
		search(text)
		return nil
	}
	p.cancel = func(*Model) { search("") }
	p.accept = func(m *Model, text string) tea.Cmd {
		if _, total := d.JSON.Hits(); total == 0 && text != "" {
			m.say(draw.Dim, "No match.")
		}
		return nil
	}
	return m.openPrompt(p)
}
