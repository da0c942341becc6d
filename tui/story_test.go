package tui

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal/event"
	"foghorn/tui/pane"
	"foghorn/tui/view"
)

func keyWindow(w, h int) tea.Msg { return tea.WindowSizeMsg{Width: w, Height: h} }

func TestLogFollowsUntilTheCursorMovesUp(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("9")
		newest := s.w.step(time.Now())
		s.pass(pullGap)
		if row := row[event.Event](s, view.LogID); row.ID != newest.ID {
			t.Fatalf("the newest row is not selected: %s", s.selected())
		}
		s.press("k")
		before := s.selected()
		s.w.steps(37, time.Now())
		s.pass(time.Second)
		if s.selected() != before {
			t.Fatalf("the selection left its row: %q, then %q", before, s.selected())
		}
		s.sees("37 new ↓")
		s.press("j", "j", "j")
		s.sees("35 new ↓") // two of them came into the window
		s.press("G")
		s.misses("new ↓", "not following")
	})
}

func TestAFloodCannotMoveTheReaderNorBeReadWhole(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("9", "k", "k", "k")
		before := s.selected()
		s.w.steps(3000, time.Now())
		s.pass(time.Second)
		s.sees("100+ new ↓")
		if s.selected() != before {
			t.Fatalf("the selection left its row: %q, then %q", before, s.selected())
		}
		// Coming down loads what follows, without a gap.
		for range 40 {
			s.press("pgdown")
		}
		rows := rows[event.Event](s, view.LogID)
		for i := 1; i < len(rows); i++ {
			if rows[i].ID-rows[i-1].ID != event.MaxEventsPerRecord {
				t.Fatalf("rows %d and %d are not neighbors", rows[i-1].ID, rows[i].ID)
			}
		}
		for _, p := range s.j.eventReads() {
			if p.Limit == 0 || p.Limit > pane.PinnedBatch {
				t.Fatalf("a page of %d rows was asked for", p.Limit)
			}
		}
	})
}

func TestScrollingBackLoadsOlderRowsToTheFirst(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.w.steps(500, time.Now())
		s.press("9")
		for range 60 {
			s.press("pgup")
		}
		row := row[event.Event](s, view.LogID)
		if row.ID != event.ID(1, 0) {
			t.Fatalf("the oldest row was not reached, but %d", row.ID)
		}
	})
}

func TestAlertSelectionIsARecordNotAPlace(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("1", "j", "j", "j")
		before := s.selected()
		if !strings.Contains(before, "DHCP") {
			t.Fatalf("unexpected row: %s", before)
		}
		// Two worse alerts come in above it while the finger is on its way to the key.
		for i := range 2 {
			a := event.Alert{ID: event.ID(int64(9000+i), 0), Kind: "device_down", Severity: event.Critical, Title: "AP is disconnected",
				Site: "lab", Device: "lab-ap99", Opened: time.Now(), State: event.Open}
			s.j.putAlert(a)
		}
		s.pass(pullGap)
		if s.selected() != before {
			t.Fatalf("the selection moved to %q", s.selected())
		}
		s.press("a")
		if n := len(s.activities()); n != 1 || s.activities()[0].Action != event.ActionAck {
			t.Fatalf("activities: %+v", s.activities())
		}
		id, _ := event.AlertIDOf(s.activities()[0].Target)
		for _, a := range s.alerts() {
			if a.ID == id && !strings.Contains(a.Title, "DHCP") {
				t.Fatalf("another alert was acked: %s", a.Title)
			}
		}
	})
}

func TestAckIsUndoneWithinTenSecondsAndNotLater(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("1", "J", "J", "a")
		s.sees("Acked 2 alerts.", "U takes it back", "MM now", "2 open, 3 acked")
		s.misses("marked")
		s.press("U")
		s.sees("4 open, 1 acked")
		last := s.activities()[len(s.activities())-1]
		if last.Action != event.ActionUndo || last.Actor != "max.muster" {
			t.Fatalf("not undone by an activity: %+v", last)
		}
		s.press("g", "a")
		s.pass(undoStay)
		s.misses("U takes it back")
		s.press("U")
		s.sees("Nothing to undo")
	})
}

func TestAckWithNoteUnackSnoozeAndNote(t *testing.T) {
	onScreen(t, 120, 30, func(s *screen) {
		s.press("1", "A")
		s.write("on my way? quite")
		s.press("enter")
		s.sees("[on my way? quite]", "max.muster now")
		s.press("u")
		s.sees("Un-acked 1 alert.")
		s.press("z", "2")
		s.sees("Snoozed 1 alert.", "☾", "z01:00")
		s.press("c", "ctrl+u")
		s.write("psu dead")
		s.press("enter")
		s.sees("[psu dead]")
		s.press(":")
		s.write("snooze 90s")
		s.press("enter")
		s.sees("Snoozed 1 alert.")
		s.press(":")
		s.write("snooze soon")
		s.press("enter")
		s.sees("snooze takes a duration")
	})
}

func TestAnActionThatFailsSaysSo(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("1")
		s.j.fail(errors.New("append to the log: disk full"))
		s.press("a")
		s.sees("Not done: append to the log: disk full")
		s.j.save()
		s.pass(pullGap)
		s.sees("Cannot read the journal: append to the log: disk full")
		s.j.fail(nil)
		s.press("r")
		s.misses("Cannot read")
	})
}

func TestFilterIsLiveAndAnErrorKeepsTheOldOne(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("1", "/")
		s.write("site:hq*")
		s.sees("lobby-ap3", "sw-core-1")
		s.misses("sto-ap02")
		s.write(" sevv:x")
		s.sees("^ no field \"sevv\"; did you mean sev?", "lobby-ap3")
		s.misses("sto-ap02")
		s.press("enter")
		s.sees("enter keeps")      // it does not go away with an error in it
		s.press("ctrl+w", "enter") // the broken word goes
		s.sees("/site:hq*", "lobby-ap3")
		s.press("q") // q is a key again; at the top it would leave
		if !s.quit {
			t.Fatal("q in the list did not quit")
		}
	})
}

func TestEscGoesPromptThenDetailThenFilterThenOverviewAndNeverQuits(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("1", "/")
		s.write("lobby")
		s.press("enter", "enter")
		s.sees("─ Alert ")
		s.press("esc")
		s.sees("─ 1 Alerts", "/lobby")
		s.press("/")
		s.write("x")
		s.press("esc") // the filter from before the prompt is back
		s.sees("/lobby", "lobby-ap3")
		s.press("esc")
		s.misses("/lobby")
		s.press("esc")
		s.sees("─ 5 SLE")
		s.press("esc", "esc", "esc")
		if s.quit {
			t.Fatal("esc quit the program")
		}
	})
}

func TestClearingAFilterKeepsTheRowInItsSurroundings(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("9", "/")
		s.write("topic:audits")
		s.press("enter", "k", "k")
		what := func() string { return strings.Join(strings.Fields(s.selected())[:6], " ") }
		s.misses("client-join")
		before := strings.Replace(what(), "1m I store", "1m I audits store", 1) // of other topics, too, it says which one it is
		s.press("esc")
		s.pass(pullGap)
		if now := what(); !strings.HasPrefix(before, now) {
			t.Fatalf("selected %q, then %q", before, now)
		}
		s.sees("client-join")
	})
}

func TestInputNeverLosesALetterToACommand(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("9", "/")
		s.write(`"q?:/1 aU`)
		if got := s.m.input.prompt.input.Value(); got != `"q?:/1 aU` {
			t.Fatalf("the input holds %q", got)
		}
		if s.quit || s.m.help != nil || s.m.panes.shown != view.LogID {
			t.Fatal("a letter was taken for a command")
		}
	})
}

func TestCompletionAndHistory(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("9", "/")
		s.write("site:pl")
		s.sees("plant-graz")
		s.press("tab")
		if got := s.m.input.prompt.input.Value(); got != "site:plant-graz" {
			t.Fatalf("completed to %q", got)
		}
		s.press("enter", "esc", "/", "up")
		if got := s.m.input.prompt.input.Value(); got != "site:plant-graz" {
			t.Fatalf("history gave %q", got)
		}
		s.press("enter")
		s.sees("/site:plant-graz")
	})
}
