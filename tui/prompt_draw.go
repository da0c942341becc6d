package tui

import (
	"cmp"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"foghorn/internal/safetext"
	"foghorn/tui/draw"
	"foghorn/tui/line"
	"foghorn/tui/pane"
)

// Draw shows the candidates in at most rows lines, the line, and what is wrong
// with it.
func (p *prompt) Draw(e pane.Context, w, rows int) []string {
	out := p.candidates.Draw(e, w, rows)
	for n, text := range p.about {
		r := draw.Plain
		if n == 0 {
			r = draw.Title
		}
		for _, l := range draw.Wrap(text, w) {
			out = append(out, e.Theme.On(r, e.Theme.Fit(l, w, false)))
		}
	}
	t := p.layout(w)
	if t.below {
		out = append(out, e.Theme.On(draw.Title, e.Theme.Fit(p.label, w, false)))
		for _, r := range t.rows {
			out = append(out, " "+e.Theme.Fit(r, w-1, false))
		}
	} else {
		out = append(out, e.Theme.On(draw.Title, p.label)+e.Theme.Fit(t.rows[0], w-draw.TextWidth(p.label), false))
	}
	return append(out, p.below(e, w)...)
}

// below is what is wrong with the text, or what may have been meant.
func (p *prompt) below(e pane.Context, w int) []string {
	if p.err != "" {
		return []string{e.Theme.On(draw.Critical, e.Theme.Fit(p.complaint(w), w, false))}
	}
	if u, ok := p.offered(); ok {
		return []string{e.Theme.On(draw.Warn, e.Theme.Fit(" "+u.String(), w, false))}
	}
	return nil
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

// promptText is the text of a prompt as it is in sight.
type promptText struct {
	rows  []string
	below bool // the label is on a line of its own above; else there is one row, beside it
	x, y  int  // the cursor's cell in the rows
}

// layout wraps a text that does not fit beside the label, if its editor can.
func (p *prompt) layout(w int) promptText {
	n, wraps := p.input.(*line.Paragraph)
	if !wraps {
		text, x := p.window(w)
		return promptText{rows: []string{text}, x: x}
	}
	room := w - draw.TextWidth(p.label)
	t := promptText{below: strings.Contains(n.Value(), "\n") || draw.TextWidth(safetext.Line(n.Value())) >= room-1}
	if t.below {
		room = w - 1
	}
	t.rows, t.x, t.y = n.Layout(room)
	return t
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

// promptCursor places the terminal's cursor in the text.
func (m *Model) promptCursor(w, top int, bottom []string) *tea.Cursor {
	p := m.input.prompt
	t := p.layout(w)
	left := draw.TextWidth(p.label)
	if t.below {
		left = 1
	}
	y := top + len(bottom) - len(m.footer(m.env(), w)) - len(p.below(m.env(), w)) - len(t.rows) + t.y
	return tea.NewCursor(min(w-1, left+t.x), y)
}

// hints are the keys of the prompt, for the footer.
func (p *prompt) hints() [][2]string {
	enter, esc := cmp.Or(p.enter, "keeps"), "cancels"
	history := "up"
	switch p.kind {
	case promptCommand:
		enter, esc, history = "runs", "closes", "ctrl+p"
		if c, ok := p.current(); ok && c.unfinished() {
			enter = "goes on with its values"
		} else if ok {
			before, after, _ := p.filled()
			enter = "runs :" + safetext.Fit(before+after, maxHinted)
		}
	case promptFilter:
		esc = "takes it back"
	case promptSearch:
		esc = "ends the search"
	case promptNote:
	case promptConfirm:
		return [][2]string{{"enter", enter}, {"esc", esc}}
	}
	out := [][2]string{{"enter", enter}, {"esc", esc}}
	if p.kind == promptCommand {
		out = append(out, [2]string{"up down", "choose"})
	}
	if u, ok := p.offered(); ok && u.Nearest != "" {
		out = append(out, [2]string{"tab", "takes " + safetext.Fit(u.Nearest, maxHinted)})
	} else if p.kind == promptFilter || p.kind == promptCommand {
		out = append(out, [2]string{"tab", "completes"})
	}
	return append(out, [2]string{history, "history"}, [2]string{"ctrl+u", "clears"})
}

// maxHinted bounds how much of a command the footer repeats.
const maxHinted = 24
