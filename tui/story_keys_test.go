package tui

import (
	"strings"
	"testing"
	"time"
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

func TestTheSeverityFloorStepsAndComesAroundAgain(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("9", "S", "S")
		s.sees("warn+", "Showing warn and above")
		for _, l := range s.lines()[4:22] {
			if strings.Contains(l, " d ") || strings.Contains(l, " I ") {
				t.Fatalf("a lesser row is still there: %q", l)
			}
		}
		s.press("S", "S")
		s.misses("warn+", "critical+")
		s.sees(" d client-join")
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
