package view

import (
	"testing"
	"time"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/tui/draw"
)

// A mark has a sign and words, and is red only when somebody may have to act.
func TestMarksOfRelays(t *testing.T) {
	soon := noon.Add(2 * time.Minute)
	for _, c := range []struct {
		mark journal.RelayMark
		want string
		role draw.Role
	}{
		{journal.RelayMark{State: journal.MarkSent, Why: "resolved", At: ago(3 * time.Minute)}, "✓ resolved 11:57", draw.OK},
		{journal.RelayMark{State: journal.MarkSent}, "✓ sent", draw.OK},
		{journal.RelayMark{State: journal.MarkQueued}, "↑ queued", draw.Plain},
		{journal.RelayMark{State: journal.MarkQueued, Paused: true}, "☾ queued, paused", draw.Warn},
		{journal.RelayMark{State: journal.MarkHeld, Next: soon}, "↑ held until 12:02", draw.Plain},
		{journal.RelayMark{State: journal.MarkHeld, Next: ago(time.Second)}, "↑ queued", draw.Plain},
		{journal.RelayMark{State: journal.MarkFailed, Status: 429, Next: soon}, "✗ 429 failed, next try 12:02", draw.Critical},
		{journal.RelayMark{State: journal.MarkFailed, Next: ago(time.Second)}, "✗ failed, next try now", draw.Critical},
		{journal.RelayMark{State: journal.MarkParked, Status: 400, Next: soon}, "✗ 400 parked, next try 12:02", draw.Critical},
		{journal.RelayMark{State: journal.MarkParked, Status: 400, Paused: true}, "✗ 400 failed, paused", draw.Warn},
		{journal.RelayMark{State: journal.MarkParked, Status: 1, Next: soon}, "✗ exit 1 parked, next try 12:02", draw.Critical},
		{journal.RelayMark{State: journal.MarkDead, Status: 413}, "✗ 413 dead letter", draw.Critical},
		{journal.RelayMark{State: journal.MarkDropped}, "✗ dropped: too old", draw.Warn},
		{journal.RelayMark{State: journal.MarkBefore}, "- not sent: the relay began later", draw.Dim},
	} {
		if got, role := markText(testEnv(), c.mark); got != c.want || role != c.role {
			t.Errorf("%+v: %q (role %d), want %q (role %d)", c.mark, got, role, c.want, c.role)
		}
	}
}

// The worst relay is the first, and among equals the one with more that waits.
func TestRelaysAreOrderedByWhatNeedsSomebody(t *testing.T) {
	row := func(name, state string, dead int, queued int64) event.RelayRow {
		return event.RelayRow{RelayState: event.RelayState{Name: name, State: state, Dead: dead, Queued: queued}}
	}
	want := []event.RelayRow{
		row("b", event.RelayFailing, 0, 9), row("a", event.RelayFailing, 0, 2), row("c", event.RelayNew, 0, 0), row("d", event.RelayWaiting, 0, 0),
		row("e", event.RelayPaused, 3, 0), row("f", event.RelayIdle, 2, 0), row("g", event.RelaySending, 1, 0), row("h", event.RelaySending, 0, 0),
		row("i", event.RelayIdle, 0, 0), row("j", event.RelayRemoved, 0, 0),
	}
	for i := range want {
		for k := range want {
			if got := compareRelays(want[i], want[k]); (got < 0) != (i < k) || (got == 0) != (i == k) {
				t.Errorf("%s and %s: %d", want[i].Name, want[k].Name, got)
			}
		}
	}
}

// The code of an answer has a column of its own.
func TestAnAnswerWithoutItsCode(t *testing.T) {
	for _, c := range []struct {
		status       int
		answer, want string
	}{
		{400, "400: incorrect index", "incorrect index"},
		{400, "400 Bad Request: no such field", "Bad Request: no such field"},
		{503, "503", "503"},
		{0, "connection refused", "connection refused"},
		{200, "invalid_blocks", "invalid_blocks"},
	} {
		if got := answerText(&event.DeadLetter{Status: c.status, Answer: c.answer}); got != c.want {
			t.Errorf("%d %q: %q", c.status, c.answer, got)
		}
	}
}

// An idle relay does not hide what its destination refused.
func TestTheSentenceOfAnIdleRelay(t *testing.T) {
	for _, c := range []struct {
		dead, parked int
		want         string
	}{
		{0, 0, "everything is sent"},
		{0, 1, "everything is sent, except 1 refused item"},
		{2, 17, "everything is sent, except 19 refused items"},
	} {
		r := event.RelayState{State: event.RelayIdle, Dead: c.dead, Parked: c.parked}
		if got := relaySentence(testEnv(), &r); got != c.want {
			t.Errorf("%d dead, %d parked: %q, want %q", c.dead, c.parked, got, c.want)
		}
	}
}
