package tui

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/event"
)

// doneMsg is the outcome of what the operator did.
type doneMsg struct {
	text string
	err  error
	undo []event.Activity // what takes it back; empty when nothing can
	back func(m *Model) tea.Cmd
}

// undo is the last thing done, for as long as it can be taken back.
type undo struct {
	acts  []event.Activity
	back  func(m *Model) tea.Cmd // for what is more than activities; nil mostly
	until time.Time
}

// Bounds of a snooze: shorter ones are over before they are read, longer ones
// are forgotten.
const (
	leastSnooze = time.Minute
	mostSnooze  = 7 * 24 * time.Hour
)

// targets are the alerts an action is about, taken when its key is pressed:
// rows that move afterwards change nothing.
func (m *Model) targets() []int64 {
	if m.detail != nil {
		if id := m.detail.alertID(); id != 0 {
			return []int64{id}
		}
		return nil
	}
	return m.current().alertIDs()
}

// noAlert says why there is nothing to act on.
func (m *Model) noAlert() string {
	if len(m.targets()) > 0 {
		return ""
	}
	if m.detail == nil && m.current().nav().Len() == 0 {
		return "No row here to act on."
	}
	return "No alert stands behind this row."
}

func (m *Model) noUndo() string {
	if len(m.undo.acts) == 0 && m.undo.back == nil || !m.opt.Clock.Now().Before(m.undo.until) {
		return "Nothing to undo: that works for 10 seconds."
	}
	return ""
}

// known returns what the screen knows of an alert; nil when it is not loaded.
func (m *Model) known(id int64) *event.Alert {
	if m.detail != nil {
		if a := m.detail.facts.alert; a != nil && a.ID == id {
			return a
		}
	}
	rows := m.alerts.list.Rows()
	for i := range rows {
		if rows[i].ID == id {
			return &rows[i]
		}
	}
	return nil
}

func (m *Model) activity(action string, id int64) event.Activity {
	return event.Activity{Time: m.opt.Clock.Now(), Actor: m.opt.Actor, Action: action, Target: event.AlertTarget(id)}
}

// ack takes alerts over; triage keeps the reason as their note.
func (m *Model) ack(reason string) tea.Cmd {
	return m.ackThese(m.targets(), reason)
}

func (m *Model) ackThese(ids []int64, reason string) tea.Cmd {
	var acts, back []event.Activity
	n := 0
	for _, id := range ids {
		k := m.known(id)
		if k != nil && k.State == event.Resolved {
			continue
		}
		n++
		act := m.activity(event.ActionAck, id)
		act.Reason = reason
		acts = append(acts, act)
		if k == nil || k.State != event.Acked {
			back = append(back, m.activity(event.ActionUnack, id))
		}
		if reason != "" {
			_, undo := m.noteActs(id, reason)
			back = append(back, undo)
		}
	}
	return m.perform("acked", n, acts, back)
}

func (m *Model) noteActs(id int64, text string) (act, back event.Activity) {
	act, back = m.activity(event.ActionNote, id), m.activity(event.ActionNote, id)
	act.After = text
	if k := m.known(id); k != nil {
		back.After = k.Note
	}
	return act, back
}

func (m *Model) ackWithNote(text string) tea.Cmd {
	ids := m.targets()
	if text != "" {
		return m.ackThese(ids, text)
	}
	p := newPrompt(promptNote, "ack "+howMany(len(ids))+", note: ", "")
	p.accept = func(m *Model, text string) tea.Cmd { return m.ackThese(ids, text) }
	return m.openPrompt(p)
}

func (m *Model) unack(string) tea.Cmd {
	var acts, back []event.Activity
	for _, id := range m.targets() {
		acts = append(acts, m.activity(event.ActionUnack, id))
		if k := m.known(id); k != nil && k.AckedAt != nil {
			back = append(back, m.activity(event.ActionAck, id))
		}
	}
	return m.perform("un-acked", len(acts), acts, back)
}

func (m *Model) note(text string) tea.Cmd {
	ids := m.targets()
	if text != "" {
		return m.noteThese(ids, text)
	}
	old := ""
	if k := m.known(ids[0]); k != nil && len(ids) == 1 {
		old = k.Note
	}
	p := newPrompt(promptNote, "note on "+howMany(len(ids))+": ", old)
	p.accept = func(m *Model, text string) tea.Cmd { return m.noteThese(ids, text) }
	return m.openPrompt(p)
}

func (m *Model) noteThese(ids []int64, text string) tea.Cmd {
	var acts, back []event.Activity
	for _, id := range ids {
		act, undo := m.noteActs(id, text)
		acts, back = append(acts, act), append(back, undo)
	}
	return m.perform("noted", len(acts), acts, back)
}

// snooze asks for how long, unless it was given.
func (m *Model) snooze(arg string) tea.Cmd {
	ids := m.targets()
	if arg != "" {
		d, err := time.ParseDuration(arg)
		if err != nil || d < leastSnooze || d > mostSnooze {
			m.say(roleWarn, "snooze takes a duration from 1m to 168h, such as 15m or 4h")
			return nil
		}
		return m.snoozeThese(ids, d)
	}
	item := func(key, label string, d time.Duration) menuItem {
		return menuItem{key: key, label: label, run: func(m *Model) tea.Cmd { return m.snoozeThese(ids, d) }}
	}
	return m.openMenu("snooze "+howMany(len(ids)),
		item("1", "15 minutes", 15*time.Minute), item("2", "1 hour", time.Hour), item("3", "4 hours", 4*time.Hour),
		menuItem{key: "w", label: "wake: end the snooze now", run: func(m *Model) tea.Cmd { return m.wakeThese(ids) }})
}

func (m *Model) snoozeThese(ids []int64, d time.Duration) tea.Cmd {
	var acts, back []event.Activity
	until := m.opt.Clock.Now().Add(d).UTC().Format(time.RFC3339)
	for _, id := range ids {
		if k := m.known(id); k != nil && k.State == event.Resolved {
			continue
		}
		act := m.activity(event.ActionSnooze, id)
		act.After = until
		acts, back = append(acts, act), append(back, m.activity(event.ActionWake, id))
	}
	return m.perform("snoozed", len(acts), acts, back)
}

func (m *Model) wakeUp(string) tea.Cmd { return m.wakeThese(m.targets()) }

func (m *Model) wakeThese(ids []int64) tea.Cmd {
	var acts, back []event.Activity
	for _, id := range ids {
		acts = append(acts, m.activity(event.ActionWake, id))
		if k := m.known(id); k != nil && k.SnoozedUntil != nil {
			b := m.activity(event.ActionSnooze, id)
			b.After = k.SnoozedUntil.UTC().Format(time.RFC3339)
			back = append(back, b)
		}
	}
	return m.perform("woken", len(acts), acts, back)
}

func (m *Model) undoLast(string) tea.Cmd {
	acts, back := m.undo.acts, m.undo.back
	m.undo = undo{}
	if back != nil {
		return back(m)
	}
	now := m.opt.Clock.Now()
	seen := map[string]bool{}
	for i := range acts {
		acts[i].Time = now
		if acts[i].Action != event.ActionAck { // there it would become the alert's note
			acts[i].Reason = "undo"
		}
		seen[acts[i].Target] = true
	}
	return m.perform("undone on", len(seen), acts, nil)
}

// perform appends activities in a command and tells the outcome.
func (m *Model) perform(what string, n int, acts, back []event.Activity) tea.Cmd {
	if len(acts) == 0 {
		m.say(roleWarn, "Nothing to do: resolved already.")
		return nil
	}
	if m.detail == nil {
		m.current().nav().ClearMarks()
	}
	operator := m.opt.Operator
	if operator == nil {
		m.say(roleWarn, "This screen only reads.")
		return nil
	}
	return m.jobs.do(actLimit, func(ctx context.Context) tea.Msg {
		err := operator.Do(ctx, acts...)
		return doneMsg{text: what + " " + howMany(n), err: err, undo: back}
	})
}

// takeDone says what became of an action and offers to take it back.
func (m *Model) takeDone(msg doneMsg) tea.Cmd {
	if msg.err != nil {
		if errors.Is(msg.err, context.Canceled) {
			return nil
		}
		m.say(roleCritical, "Not done: "+msg.err.Error())
		return nil
	}
	text := capital(msg.text) + "."
	if _, gone := m.gone(); gone {
		text += " It shows once a collector runs."
	}
	m.say(roleOK, text)
	if len(msg.undo) > 0 || msg.back != nil {
		m.undo = undo{msg.undo, msg.back, m.opt.Clock.Now().Add(undoStay)}
		m.toast.text, m.toast.until = text+" U takes it back (10 s).", m.undo.until
	}
	return m.pullSoon()
}

func howMany(n int) string {
	if n == 1 {
		return "1 alert"
	}
	return fmt.Sprintf("%d alerts", n)
}
