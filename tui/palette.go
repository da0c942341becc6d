package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal/query"
	"foghorn/tui/draw"
)

// openPalette starts typing a command.
func (m *Model) openPalette(string) tea.Cmd {
	p := newPrompt(promptCommand, ":", "")
	p.accept = (*Model).runCommand
	return m.openPrompt(p)
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
		if near := m.keys.names(m.here(), name); len(near) == 1 {
			b, ok = &near[0], true
		}
	}
	if !ok {
		m.say(draw.Warn, "No command :"+name+"; :keys lists them")
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

// completeCommand offers the commands of this place, or the values of one.
func (m *Model) completeCommand(text string) []query.Completion {
	name, arg, has := strings.Cut(text, " ")
	var out []query.Completion
	if !has {
		if text == "" {
			return nil
		}
		for _, b := range m.keys.names(m.here(), name) {
			hint := b.help
			if len(b.keys) > 0 {
				hint += "  (" + keyNames(b.keys) + ")"
			}
			label := ":" + b.name
			if b.arg != "" {
				label += " " + b.arg
			}
			out = append(out, query.Completion{Label: label, Insert: b.name, End: len(text), Hint: hint})
		}
		return out
	}
	b, ok := m.keys.command(m.here(), name)
	if !ok || b.values == nil {
		return nil
	}
	for _, v := range b.values(m) {
		if strings.HasPrefix(v, arg) {
			out = append(out, query.Completion{Label: v, Insert: v, Start: len(name) + 1, End: len(text)})
		}
	}
	return out
}
