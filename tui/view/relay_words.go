package view

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// relayStates are the words for the states of relays. A newer version may know more.
var relayStates = map[string]string{
	event.RelayIdle: "idle", event.RelaySending: "sending", event.RelayWaiting: "waiting", event.RelayFailing: "failing", event.RelayPaused: "paused",
	event.RelayRemoved: "removed", event.RelayNew: "not started",
}

// stateWord is the word for a relay's state.
func stateWord(r *event.RelayState) string { return cmp.Or(relayStates[r.State], "unknown") }

// relayLook is the sign of a relay's state and the role it is drawn in. Its word is
// always beside it.
func relayLook(e pane.Context, state string) (sign string, r draw.Role) {
	g := e.Theme.Glyph
	switch state {
	case event.RelayIdle:
		return g.States[event.Resolved], draw.OK
	case event.RelaySending:
		return g.Waits, draw.OK
	case event.RelayWaiting:
		return g.More, draw.Warn
	case event.RelayFailing:
		return g.Refused, draw.Critical
	case event.RelayPaused:
		return g.States[event.Snoozed], draw.Warn
	case event.RelayRemoved:
		return "-", draw.Dim
	}
	return "?", draw.Warn
}

// tries reports whether a relay's last attempt failed, so that it tries again by itself.
func tries(r *event.RelayState) bool {
	return r.State == event.RelayWaiting || r.State == event.RelayFailing
}

// relayWord is the state of a relay with its sign, and where there is room with who
// paused it.
func relayWord(e pane.Context, r *event.RelayState) (short, long string) {
	sign, _ := relayLook(e, r.State)
	short = sign + " " + stateWord(r)
	if r.State == event.RelayPaused && r.PausedBy != "" {
		return short, short + " by " + e.Cell(r.PausedBy)
	}
	return short, short
}

// nextTry is when something is tried again.
func nextTry(e pane.Context, at time.Time) string {
	if !at.After(e.Now) {
		return "now"
	}
	return e.Hour(at)
}

// relayRank puts relays that need somebody first.
func relayRank(r *event.RelayState) int {
	if i := slices.Index([]string{event.RelayFailing, event.RelayNew, event.RelayWaiting, event.RelayPaused}, r.State); i >= 0 {
		return i
	}
	switch {
	case r.Dead > 0 || r.Parked > 0:
		return 4
	case r.State == event.RelayRemoved:
		return 7
	case r.State == event.RelaySending:
		return 5
	}
	return 6
}

// compareRelays orders relays, the worst first.
func compareRelays(a, b event.RelayRow) int {
	return cmp.Or(relayRank(&a.RelayState)-relayRank(&b.RelayState), b.Dead-a.Dead, cmp.Compare(b.Queued, a.Queued), strings.Compare(a.Name, b.Name))
}

// lastError is the newest error of a relay, with its age once it is over.
func lastError(e pane.Context, r *event.RelayState) string {
	if r.LastError == "" || r.ErrorAt == nil || tries(r) {
		return e.Cell(r.LastError)
	}
	return e.Ago(*r.ErrorAt) + ": " + e.Cell(r.LastError)
}

// tookWord is a time that is often less than a second.
func tookWord(d time.Duration) string {
	switch {
	case d == 0:
		return ""
	case d < time.Second:
		return strconv.FormatInt(max(1, d.Milliseconds()), 10) + "ms"
	case d < 10*time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + "s"
	}
	return human.Age(d)
}

// letterWord is the state of a dead letter with its sign, and its role.
func letterWord(e pane.Context, l *event.DeadLetter) (word string, r draw.Role) {
	g := e.Theme.Glyph
	switch l.State {
	case event.LetterDead:
		return g.Refused + " dead", draw.Critical
	case event.LetterRetry:
		return g.Waits + " retry", draw.Info
	case event.LetterParked:
		return g.More + " parked", draw.Warn
	}
	return "? unknown", draw.Plain
}

// fitting is a cell with a short and a long wording.
func fitting(short, long string, r draw.Role) draw.Cell {
	return draw.Cell{Text: long, Role: r, Fit: func(w int) string {
		if draw.TextWidth(long) <= w {
			return long
		}
		return short
	}}
}
