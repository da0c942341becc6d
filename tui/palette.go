package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal/query"
	"foghorn/tui/draw"
)

// openPalette starts typing a command. All of them are listed at once.
func (m *Model) openPalette(string) tea.Cmd {
	p := newPrompt(promptCommand, ":", "")
	p.accept = (*Model).runCommand
	return tea.Batch(m.openPrompt(p), m.readSites())
}

// runCommand runs what was typed after the colon: a command's name or a single
// key, and its argument.
func (m *Model) runCommand(text string) tea.Cmd {
	if text == "" {
		return nil
	}
	name, arg, _ := strings.Cut(text, " ")
	b, ok := m.keys.command(m.here(), name)
	if !ok {
		sorry := "No command :" + name + ";"
		if near := m.keys.nearest(m.here(), name); near != "" {
			sorry += " did you mean :" + near + "?"
		}
		m.say(draw.Warn, sorry+" :keys lists them")
		return nil
	}
	if b.where&m.here() == 0 {
		m.say(draw.Warn, ":"+b.name+" does not work here; it works in "+placeNames(m.keys.wherever(b.name)))
		return nil
	}
	return m.do(b, strings.TrimSpace(arg))
}

// placeNames lists places for a message.
func placeNames(w placeSet) string {
	var out []string
	for _, p := range places {
		if w&setOf(p) != 0 {
			out = append(out, p.Name)
		}
	}
	return strings.Join(out, ", ")
}

// askCommands lists the commands, or the values of one.
func (m *Model) askCommands(p *prompt) {
	text := p.input.Value()
	name, arg, has := strings.Cut(text, " ")
	if has {
		list, first := m.commandValues(name, arg)
		p.candidates.set(text, list, first)
		return
	}
	var list []candidate
	found := m.keys.search(m.here(), name)
	for _, f := range found {
		c := candidate{Completion: query.Completion{Label: ":" + f.name, Insert: f.name, End: len(text), Hint: f.help}, keys: keyNames(f.keys), elsewhere: !f.here}
		if f.arg != "" {
			c.Label += " " + f.arg
		}
		if f.needsValue() {
			c.Insert += " "
		}
		if !f.here {
			c.Hint = "in " + placeNames(m.keys.wherever(f.name))
		}
		list = append(list, c)
	}
	p.candidates.set(text, list, name != "" && len(found) > 0 && begins(found[0].fit))
}

// commandValues lists the values that fit an argument, those that begin with it
// first; first says that one does.
func (m *Model) commandValues(name, arg string) (list []candidate, first bool) {
	b, ok := m.keys.command(m.here(), name)
	if !ok || b.values == nil {
		return nil, false
	}
	values := b.values(m)
	for fit := range fitsNot { // the best first
		if fit == fitsLetters && len(list) > 0 {
			break
		}
		for _, v := range values {
			if fits(v, arg) == fit {
				first = first || arg != "" && begins(fit)
				list = append(list, candidate{Completion: query.Completion{Label: v, Insert: v, Start: len(name) + 1, End: len(name) + 1 + len(arg)}})
			}
		}
	}
	return list, first
}
