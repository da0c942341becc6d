package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal"
	"foghorn/journal/query"
	"foghorn/tui/line"
)

// promptKind says what is being typed.
type promptKind uint8

const (
	promptFilter promptKind = iota
	promptCommand
	promptSearch
	promptNote
	promptConfirm // the name of what is about to be disrupted
)

// prompt is the line somebody types into. It owns every key but ctrl+c while
// it is open, so that no letter is ever taken for a command.
type prompt struct {
	kind   promptKind
	label  string
	input  editor
	err    string // what is wrong with the text
	column int    // where: cells from 1, 0 nowhere
	broken int    // the same in runes

	candidates
	number int // of the last request for candidates

	history []string
	recall  int // 0: the text being typed, 1: the newest of history
	draft   string

	about  []string // what to know before it is answered, above the line
	accept func(m *Model, text string) tea.Cmd
	change func(m *Model, text string) tea.Cmd // nil: nothing happens while typing
	cancel func(m *Model)
	// offer is a value in the text that was never seen, and what may have been meant.
	offer func() (journal.Unseen, bool)
	enter string // what enter does, for the footer; empty: it keeps the text
}

// editor holds the text of a prompt and the cursor in it.
type editor interface {
	Value() string
	Before() string // of the cursor
	SetValue(text string)
	Set(before, after string) // puts the cursor between them
	Insert(text string)
	Key(k tea.KeyPressMsg) (used bool)
}

func newPrompt(kind promptKind, label, text string) *prompt {
	l := line.New(text, query.MaxLength)
	return &prompt{kind: kind, label: label, input: &l}
}

// newNotePrompt asks for a text that may be longer than a row: it is wrapped.
func newNotePrompt(label, text string) *prompt {
	return &prompt{kind: promptNote, label: label, input: line.NewParagraph(text, query.MaxLength)}
}

// openPrompt puts a prompt up.
func (m *Model) openPrompt(p *prompt) tea.Cmd {
	m.input.prompt, m.input.menu = p, nil
	p.history = m.memory.history(p.kind)
	return m.changed()
}

// promptKey takes a key for the open prompt.
func (m *Model) promptKey(key string, msg tea.KeyPressMsg) tea.Cmd {
	p := m.input.prompt
	switch key {
	case "esc":
		m.input.prompt = nil
		if p.cancel != nil {
			p.cancel(m)
			return m.pullNow()
		}
		return nil
	case "enter":
		return m.acceptPrompt()
	case "tab":
		return m.complete(1)
	case "shift+tab":
		return m.complete(-1)
	case "ctrl+p":
		return m.recallHistory(1)
	case "ctrl+n":
		return m.recallHistory(-1)
	case "ctrl+l":
		p.input.SetValue("")
		return tea.Batch(tea.ClearScreen, m.changed())
	}
	used := false
	cmd := m.edit(func(l editor) { used = l.Key(msg) })
	switch {
	case used || key != "up" && key != "down": // those that the editor does not take
	case p.kind == promptCommand:
		p.choose(map[string]int{"up": -1, "down": 1}[key])
	case key == "up": // in the first row
		return m.recallHistory(1)
	default:
		return m.recallHistory(-1)
	}
	return cmd
}

// edit changes the line and reacts when its text is another one.
func (m *Model) edit(f func(editor)) tea.Cmd {
	p := m.input.prompt
	old := p.input.Value()
	if f(p.input); p.input.Value() == old {
		return nil
	}
	p.recall = 0
	return m.changed()
}

func (m *Model) paste(msg tea.PasteMsg) tea.Cmd {
	if m.input.prompt == nil || m.input.menu != nil {
		return nil // a paste answers no question
	}
	return m.edit(func(l editor) { l.Insert(msg.Content) })
}

// changed reacts to new text: live effect and completions.
func (m *Model) changed() tea.Cmd {
	p := m.input.prompt
	p.err, p.column, p.broken = "", 0, 0
	p.candidates.set(p.input.Value(), nil, false)
	var cmd tea.Cmd
	if p.change != nil {
		cmd = p.change(m, p.input.Value())
	}
	return tea.Batch(cmd, m.askCompletions())
}

func (m *Model) acceptPrompt() tea.Cmd {
	p := m.input.prompt
	if p.err != "" {
		return nil // the error stays where it can be read; esc leaves
	}
	if c, ok := p.current(); ok && !p.put {
		before, after, _ := p.filled()
		p.input.Set(before, after)
		if c.unfinished() {
			return m.changed() // what it needs is listed next
		}
	}
	text := strings.TrimSpace(p.input.Value())
	m.input.prompt = nil
	if p.kind == promptConfirm { // what confirms is typed each time
		return p.accept(m, text)
	}
	return tea.Batch(p.accept(m, text), m.memory.remember(p.kind, text))
}

// complete puts the next candidate into the line, and reacts to it. Without any it
// takes the value that is offered.
func (m *Model) complete(dir int) tea.Cmd {
	p := m.input.prompt
	if u, ok := p.offered(); ok && u.Nearest != "" {
		return m.edit(func(l editor) { l.Set(u.Replaced(l.Value(), u.Nearest)) })
	}
	switch n := p.complete(dir); {
	case n == 1:
		return m.changed() // nothing to choose: what comes next is completed
	case n > 1 && p.change != nil:
		return p.change(m, p.input.Value())
	}
	return nil
}

// complete puts a candidate into the line: the marked one, or if that is there
// already the next. It returns how many there are.
func (p *prompt) complete(dir int) int {
	if p.marked < 0 || p.put {
		p.step(dir)
	}
	before, after, ok := p.filled()
	if !ok {
		return 0
	}
	p.input.Set(before, after)
	p.put = true
	p.err, p.column = "", 0
	return len(p.list)
}

func (p *prompt) offered() (journal.Unseen, bool) {
	if p.offer == nil {
		return journal.Unseen{}, false
	}
	return p.offer()
}

// choose marks another candidate, and leaves the line as it was typed.
func (p *prompt) choose(dir int) {
	if p.put {
		p.input.SetValue(p.base)
		p.put = false
	}
	p.step(dir)
}

func (m *Model) recallHistory(dir int) tea.Cmd {
	if !m.input.prompt.recallHistory(dir) {
		return nil
	}
	return m.changed()
}

// recallHistory walks through what was typed before, and reports whether there is
// anything that way.
func (p *prompt) recallHistory(dir int) bool {
	to := p.recall + dir
	if to < 0 || to > len(p.history) {
		return false
	}
	if p.recall == 0 {
		p.draft = p.input.Value()
	}
	p.recall = to
	text := p.draft
	if to > 0 {
		text = p.history[len(p.history)-to]
	}
	p.input.SetValue(text)
	return true
}
