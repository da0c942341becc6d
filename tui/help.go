package tui

import (
	"strings"

	"foghorn/tui/draw"
	"foghorn/tui/pane"

	tea "charm.land/bubbletea/v2"
)

// helpView lists keys; a search leaves only the lines that hold it.
type helpView struct {
	title  string
	lines  []helpLine
	search string
	text   draw.TextWindow
}

// Scroll moves through the keys.
func (h *helpView) Scroll(lines, pages int) { h.text.Scroll(lines, pages) }

// helpLine is one binding, or with no keys and no name a heading.
type helpLine struct {
	keys, name, text string
	heading          bool
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
	m.help = &helpView{title: "Keys: " + name, lines: append(helpLines(m.keys, at), legend(m.window.theme)...)}
	return nil
}

// allKeys shows the keys of every place.
func (m *Model) allKeys(string) tea.Cmd {
	var lines []helpLine
	for _, p := range places {
		lines = append(lines, helpLine{text: p.Name, heading: true})
		lines = append(lines, helpLines(m.keys, setOf(p))...)
	}
	m.help = &helpView{title: "Keys of all panes", lines: lines}
	return nil
}

func helpLines(k *keymap, at placeSet) []helpLine {
	var out []helpLine
	for _, b := range k.in(at) {
		name := ":" + b.name
		if b.arg != "" {
			name += " " + b.arg
		}
		out = append(out, helpLine{keys: keyNames(b.keys), name: name, text: b.help})
	}
	return out
}

// legend explains the signs of the lists.
func legend(t *draw.Theme) []helpLine {
	g := t.Glyph
	return []helpLine{
		{text: "signs", heading: true},
		{keys: g.States["open"] + " " + g.States["acked"] + " " + g.States["snoozed"] + " " + g.States["resolved"], text: "alert is open, acknowledged, snoozed, resolved"},
		{keys: "C W I d", text: "severity: critical, warn, info, debug"},
		{keys: g.Times + "3", text: "reported or happened three times"},
		{keys: "~3", text: "came back three times: it flaps"},
		{keys: "7m*", text: "happened 7 minutes ago and arrived late; lists are in the order of arrival"},
		{keys: g.More + " " + g.Waits + " " + g.States["resolved"] + " " + g.Refused, text: "after an owner: sending to Mist, pending, done, refused"},
		{keys: g.Up + " " + g.Down + " ~ ?", text: "device is connected, not connected, something else, not known"},
		{keys: "C2", text: "beside a device: two unresolved alerts, the worst of them critical"},
		{keys: "ch6 84%", text: "channel of an AP's busiest radio, and how much of its air time is used"},
		{keys: "JD 5m", text: "J. Doe owns it since five minutes"},
	}
}

func (h *helpView) Draw(e pane.Context, w, height int) []string {
	title := h.title
	if h.search != "" {
		title += "  /" + e.Text(h.search)
	}
	title = e.Theme.Glyph.Rule + " " + title + " "
	head := e.Theme.On(draw.Title, e.Theme.Fit(title+strings.Repeat(e.Theme.Glyph.Rule, max(0, w-draw.TextWidth(title))), w, false))
	var body []string
	for _, l := range h.lines {
		if h.search != "" && !l.holds(h.search) {
			continue
		}
		body = append(body, l.Draw(e, w)...)
	}
	if len(body) == 0 {
		body = []string{"", "  No key is about that."}
	}
	return h.text.Draw(head, body, w, height)
}

func (l helpLine) holds(s string) bool {
	return strings.Contains(strings.ToLower(l.keys+" "+l.name+" "+l.text), strings.ToLower(s))
}

func (l helpLine) Draw(e pane.Context, w int) []string {
	if l.heading {
		return []string{"", " " + e.Theme.On(draw.Title, l.text)}
	}
	const keys, name = 18, 22
	head := " " + e.Theme.On(draw.Key, e.Theme.Fit(l.keys, keys, false)) + " " + e.Theme.On(draw.Dim, e.Theme.Fit(l.name, name, false)) + " "
	var out []string
	for i, t := range draw.Wrap(l.text, max(12, w-keys-name-3)) {
		if i > 0 {
			head = strings.Repeat(" ", keys+name+3)
		}
		out = append(out, head+t)
	}
	return out
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
