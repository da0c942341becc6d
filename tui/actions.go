package tui

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
	"foghorn/tui/view"
)

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
		if id := m.detail.AlertID(); id != 0 {
			return []int64{id}
		}
		return nil
	}
	if p, ok := m.current().(pane.Alerter); ok {
		return p.AlertIDs()
	}
	return nil
}

// noAlert says why there is nothing to act on.
func (m *Model) noAlert() string {
	if len(m.targets()) > 0 {
		return ""
	}
	if m.detail == nil && m.current().Nav().Len() == 0 {
		return "No row here to act on."
	}
	return "No alert stands behind this row."
}

// known returns what the screen knows of an alert; nil when it is not loaded.
func (m *Model) known(id int64) *event.Alert {
	if m.detail != nil {
		if a := m.detail.Facts.Alert; a != nil && a.ID == id {
			return a
		}
	}
	if p, ok := m.panes.byID[view.AlertsID].(pane.AlertFinder); ok {
		return p.AlertRow(id)
	}
	return nil
}

func (m *Model) activity(action string, id int64) event.Activity {
	return event.Activity{Time: m.opt.Clock.Now(), Actor: m.opt.Actor, Action: action, Target: event.AlertTarget(id)}
}

// alertsRead are alerts as the journal has them at the moment they are acted on.
type alertsRead struct {
	alerts []event.Alert
	err    error
	then   func(m *Model, alerts []event.Alert) tea.Cmd
}

// withAlerts reads the alerts of ids and goes on with then. Rows of a list may
// not be loaded, and may be a moment old: whether an alert is somebody's, or
// over, is not decided by them.
func (m *Model) withAlerts(ids []int64, then func(m *Model, alerts []event.Alert) tea.Cmd) tea.Cmd {
	journal, now := m.opt.Journal, m.opt.Clock.Now()
	return m.jobs.do(readLimit, func(ctx context.Context) tea.Msg {
		alerts, err := readAlerts(ctx, journal, now, ids)
		return alertsRead{alerts, err, then}
	})
}

// maxAsked is how many alerts one question names.
const maxAsked = 200

func readAlerts(ctx context.Context, j port.Journal, now time.Time, ids []int64) ([]event.Alert, error) {
	var out []event.Alert
	for part := range slices.Chunk(ids, maxAsked) {
		texts := make([]string, len(part))
		for i, id := range part {
			texts[i] = strconv.FormatInt(id, 10)
		}
		rows, err := j.Alerts(ctx, query.Page{Where: query.MustParse("id:" + strings.Join(texts, ",")), Now: now, Limit: len(part)})
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

func (m *Model) takeAlerts(msg alertsRead) tea.Cmd {
	switch {
	case msg.err != nil:
		m.say(draw.Critical, "Not done: "+msg.err.Error())
		return nil
	case len(msg.alerts) == 0:
		m.say(draw.Warn, "Nothing to do: it is no longer in the journal.")
		return nil
	}
	return msg.then(m, msg.alerts)
}

// ack takes alerts over; triage keeps the reason as their note.
func (m *Model) ack(reason string) tea.Cmd {
	return m.ackThese(m.targets(), reason)
}

func (m *Model) ackThese(ids []int64, reason string) tea.Cmd {
	return m.withAlerts(ids, func(m *Model, alerts []event.Alert) tea.Cmd { return m.ackAlerts(alerts, reason) })
}

// ackAlerts acknowledges what is not over and not this person's already. A note
// that was typed is kept also on what ended meanwhile. What somebody else has is
// asked about first.
func (m *Model) ackAlerts(alerts []event.Alert, reason string) tea.Cmd {
	var acts []event.Activity
	var others []event.Alert
	mine, ended := 0, 0
	for _, a := range alerts {
		act := m.activity(event.ActionAck, a.ID)
		act.Reason = reason
		switch {
		case a.State == event.Resolved && reason == "":
			continue
		case a.State == event.Resolved:
			act = m.noteAct(a.ID, reason)
			ended++
		case a.AckedAt != nil && a.Owner != m.opt.Actor:
			others = append(others, a)
		case a.AckedAt != nil && reason == "":
			mine++
			continue
		}
		acts = append(acts, act)
	}
	switch {
	case len(acts) == 0 && mine > 0:
		m.say(draw.Warn, "Nothing to do: it is already yours.")
		return nil
	case len(acts) == 0:
		m.say(draw.Warn, "Nothing to do: already resolved.")
		return nil
	case len(acts) == ended:
		return m.performAs(endedMeanwhile(ended), acts)
	case len(others) == 0:
		return m.perform(acts)
	}
	return m.askTakeOver(others, len(acts), func(m *Model) tea.Cmd { return m.perform(acts) })
}

// endedMeanwhile says what became of a note that was meant for an ack.
func endedMeanwhile(n int) string {
	if n == 1 {
		return "it ended meanwhile; the note is kept on it"
	}
	return "they ended meanwhile; the note is kept on them"
}

// askTakeOver asks before others lose their alerts.
func (m *Model) askTakeOver(others []event.Alert, all int, yes func(m *Model) tea.Cmd) tea.Cmd {
	e := m.env()
	a := others[0]
	what, since := e.Device(a.Device, a.DeviceMAC)+" "+e.Cell(view.AlertTitle(a)), ", acked just now"
	if ago := e.Ago(*a.AckedAt); ago != "now" {
		since = ", acked " + ago
	}
	if len(others) > 1 {
		what, since = howMany(len(others)), ""
	}
	if all > len(others) {
		what += " (of " + strconv.Itoa(all) + ")"
	}
	return m.askFirst("take over from "+ownersOf(e, others)+since+"?", "yes, take over "+strings.TrimSpace(what), "no, leave it", "Not taken over.", yes)
}

// ownersOf names who has alerts, a few of them.
func ownersOf(e pane.Context, alerts []event.Alert) string {
	var names []string
	for _, a := range alerts {
		if name := e.Cell(a.Owner); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return fewNames(names)
}

// fewNames joins names, and says when there are more than a line can hold.
func fewNames(names []string) string {
	const most = 3
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " and others"
	}
	return strings.Join(names, ", ")
}

func (m *Model) noteAct(id int64, text string) event.Activity {
	act := m.activity(event.ActionNote, id)
	act.After = text
	return act
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
	return m.withAlerts(m.targets(), func(m *Model, alerts []event.Alert) tea.Cmd {
		var acts []event.Activity
		for _, a := range alerts {
			if a.AckedAt != nil {
				acts = append(acts, m.activity(event.ActionUnack, a.ID))
			}
		}
		if len(acts) == 0 {
			m.say(draw.Warn, "Nothing to do: nobody has acked "+itOrThem(len(alerts))+".")
			return nil
		}
		return m.perform(acts)
	})
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
	var acts []event.Activity
	for _, id := range ids {
		acts = append(acts, m.noteAct(id, text))
	}
	return m.perform(acts)
}

// snooze asks for how long, unless it was given.
func (m *Model) snooze(arg string) tea.Cmd {
	ids := m.targets()
	if arg != "" {
		d, err := time.ParseDuration(arg)
		if err != nil || d < leastSnooze || d > mostSnooze {
			m.say(draw.Warn, "snooze takes a duration from 1m to 168h, such as 15m or 4h")
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
	return m.withAlerts(ids, func(m *Model, alerts []event.Alert) tea.Cmd {
		var acts []event.Activity
		until := m.opt.Clock.Now().Add(d).UTC().Format(time.RFC3339)
		for _, a := range alerts {
			if a.State != event.Resolved {
				act := m.activity(event.ActionSnooze, a.ID)
				act.After = until
				acts = append(acts, act)
			}
		}
		if len(acts) == 0 {
			m.say(draw.Warn, "Nothing to do: already resolved.")
			return nil
		}
		return m.perform(acts)
	})
}

func (m *Model) wakeUp(string) tea.Cmd { return m.wakeThese(m.targets()) }

func (m *Model) wakeThese(ids []int64) tea.Cmd {
	return m.withAlerts(ids, func(m *Model, alerts []event.Alert) tea.Cmd {
		var acts []event.Activity
		now := m.opt.Clock.Now()
		for _, a := range alerts {
			if a.SnoozedUntil != nil && now.Before(*a.SnoozedUntil) {
				acts = append(acts, m.activity(event.ActionWake, a.ID))
			}
		}
		if len(acts) == 0 {
			m.say(draw.Warn, "Nothing to do: it is not snoozed.")
			return nil
		}
		return m.perform(acts)
	})
}
