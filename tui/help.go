package tui

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"foghorn/tui/draw"
	"foghorn/tui/pane"

	tea "charm.land/bubbletea/v2"
)

// helpView lists signs and keys in sections; a search leaves only the entries that
// hold it.
type helpView struct {
	title    string
	sections []helpSection
	search   string
	text     draw.TextWindow
}

// Scroll moves through the keys.
func (h *helpView) Scroll(lines, pages int) { h.text.Scroll(lines, pages) }

// helpSection is a heading and what is below it: signs, or bindings.
type helpSection struct {
	title string
	signs []sign
	keys  []binding
}

// helpOrder is the place of a chapter in help: what is done to rows, then the keys of
// the pane at hand, then lists and moving, then the rest.
func helpOrder(chapter string) int {
	switch chapter {
	case actChapter:
		return 0
	case listChapter:
		return 2
	case moveChapter:
		return 3
	case viewChapter:
		return 4
	case cloudChapter:
		return 5
	case globalChapter:
		return 6
	}
	return 1 // of panes, of the detail view
}

// toggleHelp shows the keys of the place at hand.
func (m *Model) toggleHelp(string) tea.Cmd {
	if m.help != nil {
		m.help = nil
		return nil
	}
	at := m.here()
	name := ""
	for _, p := range places {
		if setOf(p) == at {
			name = p.Name
		}
	}
	signs := helpSection{title: "Signs", signs: legend(m.window.theme)}
	m.help = &helpView{title: "Help: " + name, sections: append([]helpSection{signs}, m.keys.sections(at)...)}
	return nil
}

// allKeys shows the keys of every place.
func (m *Model) allKeys(string) tea.Cmd {
	h := &helpView{title: "Keys of all panes"}
	for _, p := range places {
		all := helpSection{title: p.Name}
		for _, s := range m.keys.sections(setOf(p)) {
			all.keys = append(all.keys, s.keys...)
		}
		h.sections = append(h.sections, all)
	}
	m.help = h
	return nil
}

// sections are the bindings of a place by chapter, in the order of help.
func (k *keymap) sections(at placeSet) []helpSection {
	bindings := k.in(at)
	slices.SortStableFunc(bindings, func(a, b binding) int { return helpOrder(a.chapter) - helpOrder(b.chapter) })
	var out []helpSection
	for _, b := range bindings {
		if len(out) == 0 || out[len(out)-1].title != b.chapter {
			out = append(out, helpSection{title: b.chapter})
		}
		last := &out[len(out)-1]
		last.keys = append(last.keys, b)
	}
	return out
}

// Draw shows the part in the window; the title says which that is.
func (h *helpView) Draw(e pane.Context, w, height int) []string {
	find := finderOf(h.search)
	body, entries := h.body(e, w, find)
	right := ""
	if h.search != "" {
		title := " matches"
		if entries == 1 {
			title = " match"
		}
		right = fmt.Sprintf("/%s %s %d%s", e.Text(h.search), e.Theme.Glyph.Dot, entries, title)
		if entries == 0 {
			body = []string{"", "  No key or sign matches."}
		}
	}
	out := h.text.Draw("", body, w, height)
	if from, to, all := h.text.Shown(); all > to-from+1 {
		if right != "" {
			right += " " + e.Theme.Glyph.Dot + " "
		}
		right += fmt.Sprintf("lines %d-%d of %d", from, to, all)
	}
	out[0] = draw.SheetTitle(e.Context, h.title, right, w)
	return out
}

// body is what a search leaves, or everything, and how many entries that is.
func (h *helpView) body(e pane.Context, w int, find *regexp.Regexp) (lines []string, entries int) {
	for _, s := range h.sections {
		var in []string
		n := 0
		if len(s.signs) > 0 {
			in, n = drawSigns(e, s.signs, w, find)
		}
		for _, b := range s.keys {
			if find == nil || find.MatchString(strings.Join([]string{keyNames(b.keys), ":" + b.name, b.help}, "\n")) {
				in = append(in, drawKeys(e, b, w, find)...)
				n++
			}
		}
		if n == 0 {
			continue
		}
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(append(lines, " "+e.Theme.On(draw.Title, s.title)), in...)
		entries += n
	}
	return lines, entries
}

// The columns of help: keys, what they do, and the command of the same.
const (
	helpKeys    = 14
	helpCommand = 15
)

// drawKeys shows a binding: its keys, what they do, and its command.
func drawKeys(e pane.Context, b binding, w int, find *regexp.Regexp) []string {
	room := max(12, w-helpKeys-helpCommand-4)
	keys, text := draw.Wrap(keyNames(b.keys), helpKeys), draw.Wrap(b.help, room)
	var out []string
	for i := range max(len(keys), len(text)) {
		k, t, name := "", "", ""
		if i < len(keys) {
			k = keys[i]
		}
		if i < len(text) {
			t = text[i]
		}
		if i == 0 {
			name = ":" + b.name
		}
		out = append(out, " "+marked(e, draw.Key, e.Theme.Fit(k, helpKeys, false), find)+" "+
			marked(e, draw.Plain, e.Theme.Fit(t, room, false), find)+" "+marked(e, draw.Dim, e.Theme.Fit(name, helpCommand, false), find))
	}
	return out
}

// finderOf matches a search without regard to case; nil without one.
func finderOf(search string) *regexp.Regexp {
	if search == "" {
		return nil
	}
	return regexp.MustCompile("(?i)" + regexp.QuoteMeta(search))
}

// marked draws a text with what was searched for made visible in it.
func marked(e pane.Context, r draw.Role, text string, find *regexp.Regexp) string {
	if find == nil {
		return e.Theme.On(r, text)
	}
	var b strings.Builder
	from := 0
	for _, at := range find.FindAllStringIndex(text, -1) {
		b.WriteString(e.Theme.On(r, text[from:at[0]]) + e.Theme.On(draw.Match, text[at[0]:at[1]]))
		from = at[1]
	}
	return b.String() + e.Theme.On(r, text[from:])
}

// openSearch searches the help, or the JSON of a detail view.
func (m *Model) openSearch(arg string) tea.Cmd {
	if m.help != nil {
		h := m.help
		p := newPrompt(promptSearch, "/", h.search)
		p.change = func(_ *Model, text string) tea.Cmd {
			h.search = strings.TrimSpace(text)
			h.text.Top()
			return nil
		}
		p.cancel = func(*Model) { h.search = "" }
		p.accept = func(*Model, string) tea.Cmd { return nil }
		return m.openPrompt(p)
	}
	return m.searchJSON(arg)
}
