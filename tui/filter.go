package tui

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// openFilter starts typing a filter for the pane. Every text that parses takes
// effect at once; of one that does not, the part before the broken term.
func (m *Model) openFilter(arg string) tea.Cmd {
	target := m.current()
	if arg != "" {
		return m.applyFilter(target, arg)
	}
	p := newPrompt(promptFilter, "/", target.FilterText())
	p.change = func(m *Model, text string) tea.Cmd {
		if strings.TrimSpace(text) == target.FilterText() {
			return nil
		}
		err := target.SetFilter(strings.TrimSpace(text))
		if err != nil {
			m.input.prompt.complain(text, err)
			err = target.SetFilter(beforeTerm(text, m.input.prompt.broken))
		}
		if err != nil {
			return nil // what stood before stays in force
		}
		return m.pullNow()
	}
	p.offer = func() (journal.Unseen, bool) {
		e, ok := target.(pane.Explainer)
		if !ok || target.FilterText() != strings.TrimSpace(p.input.Value()) || len(p.list) > 0 {
			return journal.Unseen{}, false
		}
		return e.Unseen()
	}
	before := target.FilterText()
	p.cancel = func(*Model) { _ = target.SetFilter(before) } // it parsed before
	p.accept = func(*Model, string) tea.Cmd { return nil }
	return m.openPrompt(p)
}

// beforeTerm is the text before the term that holds the column. The letters of
// a field's name were a filter of their own before its colon was typed; they
// should not stay one once the term turns out to be broken.
func beforeTerm(text string, column int) string {
	runes := []rune(text)
	head := string(runes[:max(0, min(len(runes), column-1))])
	return strings.TrimSpace(head[:strings.LastIndexByte(head, ' ')+1])
}

// applyFilter sets a filter given as a command.
func (m *Model) applyFilter(p pane.Pane, text string) tea.Cmd {
	if err := p.SetFilter(text); err != nil {
		m.say(draw.Warn, err.Error())
		return nil
	}
	return m.pullNow()
}

// complain keeps what is wrong and the cell it points at.
func (p *prompt) complain(text string, err error) {
	var qe *query.Error
	if !errors.As(err, &qe) {
		p.err = safetext.Line(err.Error())
		return
	}
	what := qe.Msg
	if qe.Suggestion != "" {
		what += "; did you mean " + qe.Suggestion + "?"
	}
	p.err = safetext.Line(what)
	lead := len(text) - len(strings.TrimLeft(text, " "))
	runes := []rune(text)
	p.broken = lead + qe.Column
	p.column = 1 + draw.TextWidth(safetext.Line(string(runes[:min(len(runes), p.broken-1)])))
}

// completedMsg brings completions; the number identifies the text they are for.
type completedMsg struct {
	number int
	list   []query.Completion
}

// askCompletions looks for ways to go on. Filters ask the journal for values
// really seen, which is reading and so a command; commands are known.
func (m *Model) askCompletions() tea.Cmd {
	p := m.input.prompt
	p.number++
	switch p.kind {
	case promptCommand:
		m.askCommands(p)
	case promptFilter:
		return m.askValues(p.number, p.input.Value(), len(p.input.Before()))
	}
	return nil
}

// valuesOffered bounds how many values of a field are asked for.
const valuesOffered = 20

func (m *Model) askValues(number int, text string, at int) tea.Cmd {
	if strings.TrimSpace(text) == "" {
		return nil // nothing typed: everything would fit
	}
	table, j := m.table(), m.opt.Journal
	return m.jobs.do(readLimit, func(ctx context.Context) tea.Msg {
		list := query.Complete(text, at, table, func(field, prefix string) []string {
			values, err := j.Values(ctx, field, prefix, valuesOffered)
			if err != nil {
				return nil // completion is a courtesy; the filter works without
			}
			return values
		})
		return completedMsg{number, list}
	})
}

// takeCompletions shows completions, if they are for the present text.
func (m *Model) takeCompletions(msg completedMsg) {
	p := m.input.prompt
	if p == nil || p.number != msg.number || p.input.Value() != p.base {
		return
	}
	list := make([]candidate, len(msg.list))
	for i, c := range msg.list {
		list[i] = candidate{Completion: c}
	}
	p.candidates.set(p.base, list, false)
}
