package tui

import (
	"strings"
	"testing"
	"time"

	"foghorn/tui/view"
)

func TestWalkingBetweenViews(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("1", "6", "-")
		s.sees("─ 1 Alerts")
		s.misses("Inspector")
		s.press("-")
		s.sees("─ 6 Inspector")
		s.press("0", "l", "+")
		s.sees("─ 2 Up/Down · kind ap", "WHAT")
		s.misses("3 Clients")
		s.press("_")
		s.sees("─ 1 Alerts", "─ 2 Up/Down", "─ 3 Clients", "─ 5 SLE")
	})
}

func TestTheSeverityMenuHidesAndShowsAgain(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("9", "S")
		s.sees("show alerts and events of", "all severities  ✓ now", "critical only")
		s.press("w")
		s.sees("warn+", "Showing warn and above")
		for _, l := range s.lines()[4:22] {
			if strings.Contains(l, " d ") || strings.Contains(l, " I ") {
				t.Fatalf("a lesser row is still there: %q", l)
			}
		}
		s.press("S")
		s.sees("warn and above  ✓ now")
		s.press("a")
		s.misses("warn+", "critical+")
		s.sees(" d client-join")
		s.press(":")
		s.write("sev critical")
		s.press("enter")
		s.sees("critical+", "Showing critical and above")
	})
}

// A person knows one menu by heart and opens another: no letter of it may reach the
// rows behind the menu.
func TestNoKeyTypedInAMenuActsOnTheRows(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("1")
		nav := s.m.current().Nav()
		acts := len(s.activities())
		for _, open := range []string{"s", "S", "y", "x", "z"} {
			s.press(open)
			if s.m.input.menu == nil {
				t.Fatalf("%q opens no menu", open)
			}
			taken := map[string]bool{"esc": true, "q": true, "ctrl+c": true}
			for _, it := range s.m.input.menu.items {
				taken[it.key] = true
			}
			for _, b := range s.m.keys.all {
				for _, key := range b.keys {
					if !taken[key] && !strings.Contains(key, " ") && key != "ctrl+space" {
						s.press(key)
					}
				}
			}
			if s.m.input.menu == nil || s.m.input.prompt != nil || len(s.activities()) != acts {
				t.Fatalf("after %q a key went through the menu:\n%s", open, s.frame())
			}
			s.press("esc")
		}
		if s.sees("─ 1 Alerts"); nav.Cursor() != 0 || nav.Marks() != 0 || s.m.panes.shown != view.AlertsID {
			t.Errorf("something changed behind the menus:\n%s", s.frame())
		}
		s.press("S", "a")
		s.pass(time.Second)
		if n := len(s.activities()); n != acts {
			t.Errorf("S a did something to %d alerts", n-acts)
		}
		s.sees("Showing every severity.")
	})
}

func TestFollowingStopsAndGoesOn(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("9", "f")
		row := func() string { return strings.Join(strings.Fields(s.selected())[1:], " ") } // without its age
		before := row()
		for range 5 {
			s.w.step(time.Now())
		}
		s.pass(time.Second)
		if s.sees("5 new ↓"); row() != before {
			t.Fatalf("the cursor went from %q to %q", before, row())
		}
		s.press("f")
		s.misses("new ↓", "not following")
	})
}

func TestAFilterTurnedAround(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("9", "/")
		s.write("!topic:client-join")
		s.press("enter")
		s.sees("/!topic:client-join", "device-upd")
		s.misses(" d client-join")
		s.press("esc")
		s.sees(" d client-join")
	})
}

// After marking, the last line says what the next key would act on.
func TestTheFooterSaysHowManyTheMarksAre(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("1", "*") // seven rows, one of them resolved
		s.sees("7 marked", " a acks 6 ", " z snoozes 6 ")
		s.press("\\")
		s.sees(" a ack ")
		s.press("space")
		s.sees("1 marked", " a acks 1 ")
		s.press("9", "*")
		s.sees(" unmarks ")
	})
}

// The palette shows everything at once, and enter runs what is marked and no more.
func TestThePaletteListsMarksAndRuns(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		acts := len(s.activities())
		s.press("1", ":")
		s.sees(":ack [NOTE]", ":snooze", "more", "enter runs", "esc closes")
		s.press("enter") // nothing is marked yet
		if s.m.input.prompt != nil || len(s.activities()) != acts {
			t.Fatalf("enter ran something:\n%s", s.frame())
		}
		s.press(":")
		s.write("dev")
		s.sees("› :devices", "enter runs :devices")
		s.press("enter")
		s.sees("─ 4 Devices")

		s.press("1", ":", "l", "o")
		s.sees("› :log")
		s.press("down", "up", "down", "up", "enter")
		s.sees("─ 9 Log")

		s.press("1", ":") // of a name's middle nothing is taken unseen
		s.write("nspect")
		s.sees(":inspector")
		s.misses("› :inspector")
		s.press("enter")
		s.sees("No command :nspect; did you mean :inspector? :keys lists them", "─ 1 Alerts")
		s.press(":")
		s.write("nspect")
		s.press("down", "enter")
		s.sees("─ 6 Inspector")

		s.press(":")
		s.write("nosuch")
		s.press("enter")
		s.sees("No command :nosuch; :keys lists them")
		s.press(":")
		s.write("snoz")
		s.press("enter")
		s.sees("No command :snoz; did you mean :snooze?")
	})
}

// A command that needs a value shows the values instead of running without one.
func TestThePaletteAsksForWhatACommandNeeds(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("1", "S", "w", ":")
		s.write("view save mine")
		s.press("enter", "S", "a", ":")
		s.write("vie")
		s.sees("enter goes on with its values")
		s.press("enter")
		s.sees(":view ", "mine", "drop mine")
		s.press("down")
		s.sees("enter runs :view mine")
		s.press("enter")
		s.sees("warn+")

		s.press(":") // one that has a key needs none, and asks in its own way
		s.write("sort")
		s.press("enter")
		s.sees("sort alerts by")
		s.press("esc", ":")
		s.write("sort ")
		s.sees("severity", "newest")
		s.write("ol")
		s.sees("› oldest", "enter runs :sort oldest")
		s.press("enter")
		s.sees("by oldest")
	})
}

// Tab still completes into the line, and history is on ctrl+p.
func TestThePaletteCompletesAndRemembers(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("1", ":")
		s.write("sn")
		s.press("tab")
		s.sees("\n:snooze")
		s.press("esc", ":")
		s.write("log")
		s.press("enter", "1", ":", "ctrl+p")
		s.sees("\n:log")
		s.press("enter")
		s.sees("─ 9 Log")
		s.press(":", "s", "tab", "tab")
		s.misses("\n:s ")
		line := s.m.input.prompt.input.Value()
		s.press("tab")
		if next := s.m.input.prompt.input.Value(); next == line || s.m.input.prompt.base != "s" {
			t.Errorf("tab stays on %q", line)
		}
	})
}
