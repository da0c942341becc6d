package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"foghorn/actions"
	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/view"
)

// actedMsg is the outcome of an action, or of undoing one.
type actedMsg struct {
	d     *actions.Descriptor
	undo  bool
	steps []actions.Step
	err   error
}

func (a *actedMsg) take(step actions.Step, err error) {
	if err != nil {
		a.err = err
		return
	}
	a.steps = append(a.steps, step)
}

// takeActed says what became of an action and offers to undo it.
func (m *Model) takeActed(msg actedMsg) tea.Cmd {
	err, why := msg.err, ""
	var did []actions.Step
	for _, s := range msg.steps {
		switch {
		case s.State == actions.Done:
			did = append(did, s)
		case s.State == actions.Failed && err == nil:
			err = s.Err
		case s.State == actions.Skipped:
			why = strings.ReplaceAll(s.Text, "{}", "it")
		}
	}
	switch {
	case errors.Is(err, context.Canceled):
		return nil
	case err != nil:
		m.say(draw.Critical, "Not done: "+err.Error())
		return nil
	case len(did) == 0:
		m.say(draw.Warn, "Nothing was done: "+why+".")
		return m.pullSoon()
	}
	var acts []event.Activity
	pending := false
	for _, s := range did {
		acts = append(acts, s.Activity)
		pending = pending || s.Pending
	}
	text := draw.Capital(didText(m.env(), msg.d, did, acts)) + "."
	if pending {
		text += " Pending: it shows once " + m.whoShows() + "."
	}
	m.say(draw.OK, text)
	if !msg.undo && actions.CanUndo(acts[0]) {
		m.undo = undo{func(m *Model) tea.Cmd { return m.undoThese(msg.d, acts) }, m.opt.Clock.Now().Add(undoStay)}
		m.toast.text, m.toast.until = text+" U takes it back (10s).", m.undo.until
	}
	cmds := []tea.Cmd{m.pullSoon()}
	for _, s := range did {
		cmds = append(cmds, m.followJob(&s))
	}
	return tea.Batch(cmds...)
}

// didText says in a sentence what was done, and from whom it was taken.
func didText(e pane.Context, d *actions.Descriptor, did []actions.Step, acts []event.Activity) string {
	if len(did) == 1 && did[0].Text != "" {
		return e.Cell(did[0].Text)
	}
	var names []string
	taken, noted, n := 0, 0, len(acts)
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
	text := doneWord(acts[0].Action) + " " + human.CountOf(n, "alert")
	switch {
	case acts[0].Action == event.ActionUnack && taken > 0:
		return text + ", which " + fewNames(names) + " had"
	case d.Name != event.ActionAck || acts[0].Action == event.ActionUndo:
		return text
	case noted == n:
		return endedMeanwhile(n)
	case noted > 0:
		text = fmt.Sprintf("acked %s; the note is kept on %s that ended meanwhile", human.CountOf(n-noted, "alert"), human.CountOf(noted, "alert"))
	}
	switch {
	case taken == 1 && n == 1:
		return "taken over from " + names[0] + " (" + e.Age(*acts[0].Was.AckedAt) + ")"
	case taken > 0:
		text += fmt.Sprintf(", %d taken over from %s", taken, fewNames(names))
	}
	return text
}

// doneWord is the past participle of an action.
func doneWord(action string) string {
	if action == event.ActionUndo {
		return "undone on"
	}
	if d, err := actions.Find(action); err == nil {
		return d.Done
	}
	return action
}

// endedMeanwhile says what became of a note that was meant for an ack.
func endedMeanwhile(n int) string {
	if n == 1 {
		return "it ended meanwhile; the note is kept on it"
	}
	return "they ended meanwhile; the note is kept on them"
}

// askTakeOver asks before others lose their alerts.
func (m *Model) askTakeOver(a *act, todo []actions.Item) tea.Cmd {
	e := m.env()
	var others []actions.Item
	var names []string
	for _, i := range todo {
		if i.Owner == "" {
			continue
		}
		others = append(others, i)
		if name := e.Cell(i.Owner); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	first := others[0]
	what, since := e.Device(first.Alert.Device, first.Alert.DeviceMAC)+" "+e.Cell(view.AlertTitle(*first.Alert)), ", acked just now"
	if ago := e.Ago(first.Since); ago != "now" {
		since = ", acked " + ago
	}
	if len(others) > 1 {
		what, since = human.CountOf(len(others), "alert"), ""
	}
	if len(todo) > len(others) {
		what += " (of " + strconv.Itoa(len(todo)) + ")"
	}
	title, verb, declined := "take over from "+fewNames(names)+since+"?", "take over", "Not taken over."
	if a.d.Name != event.ActionAck {
		title, verb, declined = a.d.Name+" what "+fewNames(names)+" has"+since+"?", a.d.Name, "Not "+a.d.Done+"."
	}
	return m.askFirst(title, "yes, "+verb+" "+strings.TrimSpace(what), "no, leave it", declined,
		func(m *Model) tea.Cmd {
			a.args["take-over"] = "true"
			return m.runAction(a)
		})
}

// fewNames joins names, and says when there are more than a line can hold.
func fewNames(names []string) string {
	const most = 3
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " and others"
	}
	return strings.Join(names, ", ")
}

// whoShows says what a change waits for.
func (m *Model) whoShows() string {
	if _, gone := m.journal.gone(); gone {
		return "a collector runs"
	}
	return "the collector has caught up"
}
