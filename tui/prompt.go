package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"foghorn/internal/safetext"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/line"
	"foghorn/tui/pane"
)

// promptKind says what is being typed.
type promptKind uint8

const (
	promptFilter promptKind = iota
	promptCommand
	promptSearch
	promptNote
)

// maxCompletionsShown is how many lines of completions stand above a prompt.
const maxCompletionsShown = 5

// prompt is the line somebody types into. It owns every key but ctrl+c while
// it is open, so that no letter is ever taken for a command.
type prompt struct {
	kind   promptKind
	label  string
	input  line.Model
	err    string // what is wrong with the text
	column int    // where: cells from 1, 0 nowhere
	broken int    // the same in runes

	completions []query.Completion
	base        string // the text the completions are for
	chosen      int    // the next completion tab puts in
	number      int    // of the last request for completions

	history []string
	recall  int // 0: the text being typed, 1: the newest of history
	draft   string

	accept func(m *Model, text string) tea.Cmd
	change func(m *Model, text string) tea.Cmd // nil: nothing happens while typing
	cancel func(m *Model)
}

func newPrompt(kind promptKind, label, text string) *prompt {
	return &prompt{kind: kind, label: label, input: line.New(text, query.MaxLength)}
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
	case "up", "ctrl+p":
		return m.recallHistory(1)
	case "down", "ctrl+n":
		return m.recallHistory(-1)
	case "ctrl+l":
		p.input.SetValue("")
		return tea.Batch(tea.ClearScreen, m.changed())
	}
	return m.edit(func(l *line.Model) { l.Key(msg) })
}

// edit changes the line and reacts when its text is another one.
func (m *Model) edit(f func(*line.Model)) tea.Cmd {
	p := m.input.prompt
	old := p.input.Value()
	if f(&p.input); p.input.Value() == old {
		return nil
	}
	p.recall = 0
	return m.changed()
}

func (m *Model) paste(msg tea.PasteMsg) tea.Cmd {
	if m.input.prompt == nil || m.input.menu != nil {
		return nil // a paste answers no question
	}
	return m.edit(func(l *line.Model) { l.Insert(msg.Content) })
}

// changed reacts to new text: live effect and completions.
func (m *Model) changed() tea.Cmd {
	p := m.input.prompt
	p.err, p.column, p.broken = "", 0, 0
	p.completions, p.chosen, p.base = nil, 0, p.input.Value()
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
	text := strings.TrimSpace(p.input.Value())
	m.input.prompt = nil
	return tea.Batch(p.accept(m, text), m.remember(p.kind, text))
}

// complete puts the next completion into the line.
func (m *Model) complete(dir int) tea.Cmd {
	p := m.input.prompt
	n := len(p.completions)
	if n == 0 {
		return nil
	}
	if dir < 0 {
		p.chosen = (p.chosen + n - 2) % n
	}
	c := p.completions[p.chosen%n]
	p.input.Set(p.base[:c.Start]+c.Insert, p.base[c.End:])
	p.chosen = (p.chosen + 1) % n
	p.err, p.column = "", 0
	if n == 1 {
		return m.changed()
	}
	if p.change != nil {
		return p.change(m, p.input.Value())
	}
	return nil
}

// recallHistory walks through what was typed before.
func (m *Model) recallHistory(dir int) tea.Cmd {
	p := m.input.prompt
	to := p.recall + dir
	if to < 0 || to > len(p.history) {
		return nil
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
	return m.changed()
}

// Draw shows completions, the line, and what is wrong with it.
func (p *prompt) Draw(e pane.Context, w int) []string {
	var out []string
	first := max(0, min(p.chosen-1, len(p.completions)-maxCompletionsShown))
	for i, c := range p.completions[first:min(len(p.completions), first+maxCompletionsShown)] {
		r := draw.Plain
		if first+i == (p.chosen+len(p.completions)-1)%len(p.completions) && p.input.Value() != p.base {
			r = draw.Title
		}
		room := min(30, w)
		if c.Hint == "" {
			room = w
		}
		label := e.Theme.Fit("   "+e.Text(c.Label), room, false)
		out = append(out, e.Theme.On(r, label)+e.Theme.On(draw.Dim, e.Theme.Fit(" "+e.Text(c.Hint), w-draw.TextWidth(label), false)))
	}
	text, _ := p.window(w)
	out = append(out, e.Theme.On(draw.Title, p.label)+e.Theme.Fit(text, w-draw.TextWidth(p.label), false))
	if p.err != "" {
		out = append(out, e.Theme.On(draw.Critical, e.Theme.Fit(p.complaint(w), w, false)))
	}
	return out
}

// complaint points at the column, the words beside the caret where they fit.
func (p *prompt) complaint(w int) string {
	if p.column == 0 {
		return " " + p.err
	}
	at := draw.TextWidth(p.label) + p.column - 1
	if at+2+draw.TextWidth(p.err) <= w {
		return strings.Repeat(" ", at) + "^ " + p.err
	}
	if before := draw.TextWidth(p.err) + 1; before <= at && at < w {
		return strings.Repeat(" ", at-before) + p.err + " ^"
	}
	return " " + p.err
}

// window is the part of the text that fits, and the cursor's cell in it.
func (p *prompt) window(w int) (text string, cursor int) {
	text = safetext.Line(p.input.Value())
	cursor = draw.TextWidth(safetext.Line(p.input.Before()))
	room := max(1, w-draw.TextWidth(p.label)-1)
	if cursor >= room {
		from := cursor - room + 1
		return ansi.Cut(text, from, from+room), room - 1
	}
	return ansi.Truncate(text, room, ""), cursor
}

// promptCursor places the terminal's cursor in the line.
func (m *Model) promptCursor(w, top int, bottom []string) *tea.Cursor {
	_, x := m.input.prompt.window(w)
	y := top + len(bottom) - 1 - len(m.footer(m.env(), w))
	if m.input.prompt.err != "" {
		y--
	}
	return tea.NewCursor(min(w-1, draw.TextWidth(m.input.prompt.label)+x), y)
}

// hints are the keys of the prompt, for the footer.
func (p *prompt) hints() [][2]string {
	out := [][2]string{{"enter", "keeps"}, {"esc", "cancels"}}
	if p.kind == promptFilter || p.kind == promptCommand {
		out = append(out, [2]string{"tab", "completes"})
	}
	return append(out, [2]string{"up", "history"}, [2]string{"ctrl+u", "clears"})
}
