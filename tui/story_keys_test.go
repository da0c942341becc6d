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
		s.sees("─ 2 Up/Down", "KIND")
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
