package tui

import (
	"context"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/pane"

	tea "charm.land/bubbletea/v2"
)

// wentTo is the row that a list has for a time.
type wentTo struct {
	in     pane.InTime
	gen    int // of the question: a later one counts
	asked  time.Time
	moment pane.Moment
	err    error
}

// gotoTime moves to the newest row that came in at or before a time.
func (m *Model) gotoTime(arg string) tea.Cmd {
	if arg == "" {
		m.say(draw.Warn, ":goto needs a time: 13:03, yesterday 18:00, 2026-11-23 10:00 or -2h")
		return nil
	}
	now := m.now()
	at, err := query.ParseTime(arg, now, now.Location())
	if err != nil {
		m.say(draw.Warn, err.Error())
		return nil
	}
	if at.After(now) {
		m.say(draw.Warn, m.clock(at)+" is still to come.")
		return nil
	}
	p, ok := m.current().(pane.InTime)
	if !ok {
		return nil
	}
	find := p.AtTime(at, now)
	if find == nil {
		m.say(draw.Warn, m.current().About().Name+" is not sorted by time; :goto works in "+placeNames(inTime)+".")
		return nil
	}
	m.input.went++
	msg, j := wentTo{in: p, gen: m.input.went, asked: at}, m.opt.Journal
	return m.jobs.do(readLimit, func(ctx context.Context) tea.Msg {
		msg.moment, msg.err = find(ctx, j)
		return msg
	})
}

// takeWent goes to the row that was found, and says how near it is.
func (m *Model) takeWent(msg wentTo) tea.Cmd {
	switch found := msg.moment; {
	case msg.gen != m.input.went:
		return nil
	case msg.err != nil:
		m.say(draw.Critical, "Not found: "+msg.err.Error())
		return nil
	case found.ID == 0:
		m.say(draw.Warn, "There are no rows here.")
		return nil
	case found.After:
		m.say(draw.Warn, "Nothing here is from "+m.clock(msg.asked)+" or before; this is the oldest row, of "+m.clock(found.At)+".")
	default:
		before := ""
		if d := msg.asked.Sub(found.At).Truncate(time.Second); d > 0 {
			before = ", " + human.Duration(d) + " before " + m.clock(msg.asked)
		}
		m.say(draw.Dim, "Arrived "+m.clock(found.At)+before+"; G goes to the newest.")
	}
	msg.in.GoTo(msg.moment.ID)
	return m.pullNow()
}

// clock is a time as the rows show it, with the day if it is not today.
func (m *Model) clock(t time.Time) string {
	now := m.now()
	return human.Clock(t, now, now.Location())
}
