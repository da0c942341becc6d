package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// doneMsg is the outcome of what the operator did.
type doneMsg struct {
	text    string
	err     error
	pending bool                   // it is in the log, but the view does not show it yet
	back    func(m *Model) tea.Cmd // what takes it back; nil when nothing can
}

// actedMsg is the outcome of activities on alerts.
type actedMsg struct {
	acts    []event.Activity // as they were asked for, or as they were carried out
	words   string           // says what was done; empty for the words of the activities
	pending bool
	err     error
}

// perform appends activities in a command. Its answer comes when the view shows
// them, and tells what they came to: others may have been faster.
func (m *Model) perform(acts []event.Activity) tea.Cmd { return m.performAs("", acts) }

// performAs is perform with other words for what was done.
func (m *Model) performAs(words string, acts []event.Activity) tea.Cmd {
	if m.detail == nil {
		m.current().Nav().ClearMarks()
	}
	operator := m.opt.Operator
	if operator == nil {
		m.say(draw.Warn, "This screen only reads.")
		return nil
	}
	return m.jobs.do(actLimit, func(ctx context.Context) tea.Msg {
		ids, err := operator.Do(ctx, acts...)
		if err != nil {
			return actedMsg{err: err}
		}
		carried, shown := operator.Await(ctx, ids...)
		if !shown {
			carried = slices.Clone(acts)
			for i := range carried {
				carried[i].ID = ids[i]
			}
		}
		return actedMsg{acts: carried, words: words, pending: !shown}
	})
}

// takeActed says what became of activities and offers to take them back.
func (m *Model) takeActed(msg actedMsg) tea.Cmd {
	done := doneMsg{err: msg.err, pending: msg.pending}
	if msg.err != nil {
		return m.takeDone(done)
	}
	var did []event.Activity
	var why string
	for _, a := range msg.acts {
		if msg.pending || a.Became != nil {
			did = append(did, a)
		} else {
			why = a.Result
		}
	}
	if len(did) == 0 {
		m.say(draw.Warn, "Nothing was done: "+why+".")
		return m.pullSoon()
	}
	if done.text = msg.words; done.text == "" {
		done.text = didText(m.env(), did)
	}
	if did[0].Action != event.ActionUndo {
		done.back = func(m *Model) tea.Cmd { return m.undoThese(did) }
	}
	return m.takeDone(done)
}

// didText says in a sentence what was done, and from whom it was taken.
func didText(e pane.Context, acts []event.Activity) string {
	var names []string
	taken, noted := 0, 0
	for _, a := range acts {
		if a.Action == event.ActionNote {
			noted++
		}
		if from := a.TakenFrom(); from != "" && a.Action != event.ActionUndo {
			taken++
			if name := e.Cell(from); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	n := len(acts)
	text := doneWords[acts[0].Action] + " " + howMany(n)
	switch acts[0].Action {
	case event.ActionAck, event.ActionNote:
		if noted > 0 && noted < n {
			text = fmt.Sprintf("acked %s; the note is kept on %s that ended meanwhile", howMany(n-noted), howMany(noted))
		}
		switch {
		case taken == 1 && n == 1:
			return "taken over from " + names[0] + " (" + e.Age(*acts[0].Was.AckedAt) + ")"
		case taken > 0:
			text += fmt.Sprintf(", %d taken over from %s", taken, fewNames(names))
		}
	case event.ActionUnack:
		if taken > 0 {
			text += ", which " + fewNames(names) + " had"
		}
	}
	return text
}

var doneWords = map[string]string{
	event.ActionAck: "acked", event.ActionUnack: "un-acked", event.ActionSnooze: "snoozed", event.ActionWake: "woken",
	event.ActionNote: "noted", event.ActionUndo: "undone on",
}

// takeDone says what became of an action and offers to take it back.
func (m *Model) takeDone(msg doneMsg) tea.Cmd {
	if msg.err != nil {
		if errors.Is(msg.err, context.Canceled) {
			return nil
		}
		m.say(draw.Critical, "Not done: "+msg.err.Error())
		return nil
	}
	text := draw.Capital(msg.text) + "."
	if msg.pending {
		text += " Pending: it shows once " + m.whoShows() + "."
	}
	m.say(draw.OK, text)
	if msg.back != nil {
		m.undo = undo{msg.back, m.opt.Clock.Now().Add(undoStay)}
		m.toast.text, m.toast.until = text+" U takes it back (10 s).", m.undo.until
	}
	return m.pullSoon()
}

// whoShows says what a change waits for.
func (m *Model) whoShows() string {
	if _, gone := m.journal.gone(); gone {
		return "a collector runs"
	}
	return "the collector has caught up"
}

func howMany(n int) string {
	if n == 1 {
		return "1 alert"
	}
	return fmt.Sprintf("%d alerts", n)
}

func itOrThem(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}
