package view

import (
	"context"
	"strconv"
	"time"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// readMarks reads what became of an alert or an event at each relay.
func (f *DetailData) readMarks(ctx context.Context, j port.Journal, now time.Time) (err error) {
	switch {
	case f.Alert != nil:
		f.marks, err = journal.AlertMarks(ctx, j.Outbox(), f.Alert.ID)
	case f.Event != nil:
		f.marks, err = journal.EventMarks(ctx, j.Outbox(), j.RelayPlans(), f.Event, now)
	}
	return err
}

// Beside reports whether a relay is about to do something about the record, which no
// counter of the status tells.
func (f *DetailData) Beside() bool {
	for _, m := range f.marks {
		if !m.Settled() {
			return true
		}
	}
	return false
}

// relayChips say in one field what became of a record at each relay.
func relayChips(e pane.Context, marks []journal.RelayMark, w int) []string {
	chips := make([]draw.Chip, len(marks))
	for i, m := range marks {
		text, r := markText(e, m)
		chips[i] = draw.Chip{Text: e.Cell(m.Relay) + " " + text, Role: r}
	}
	return draw.Chips(e.Context, w, "relays", chips)
}

// markText is a mark in a few words, its sign first.
func markText(e pane.Context, m journal.RelayMark) (string, draw.Role) {
	g := e.Theme.Glyph
	code := ""
	if m.Status != 0 {
		code = " " + strconv.Itoa(m.Status)
	}
	if m.Status > 0 && m.Status < 100 { // of a program: no status of HTTP is that small
		code = " exit" + code
	}
	switch m.State {
	case journal.MarkSent:
		text := "sent"
		if m.Why != "" {
			text = e.Cell(m.Why)
		}
		if !m.At.IsZero() {
			text += " " + e.Hour(m.At)
		}
		return g.States[event.Resolved] + " " + text, draw.OK
	case journal.MarkHeld:
		if !m.Next.After(e.Now) {
			break
		}
		return g.Waits + " held until " + e.Hour(m.Next), draw.Plain
	case journal.MarkFailed, journal.MarkParked:
		if m.Paused {
			return g.Refused + code + " failed, paused", draw.Warn
		}
		return g.Refused + code + " " + string(m.State) + ", next try " + nextTry(e, m.Next), draw.Critical
	case journal.MarkDead:
		return g.Refused + code + " dead letter", draw.Critical
	case journal.MarkDropped:
		return g.Refused + " dropped: too old", draw.Warn
	case journal.MarkBefore:
		return "- not sent: the relay began later", draw.Dim
	}
	if m.Paused {
		return g.States[event.Snoozed] + " queued, paused", draw.Warn
	}
	return g.Waits + " queued", draw.Plain
}
