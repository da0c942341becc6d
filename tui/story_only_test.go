package tui

import (
	"testing"

	"foghorn/journal/event"
	"foghorn/tui/view"
)

// sites are the sites of the alerts that are shown.
func (s *screen) sites() map[string]int {
	out := map[string]int{}
	for _, a := range rows[event.Alert](s, view.AlertsID) {
		out[a.Site]++
	}
	return out
}

// One key leaves this row's site, and the same key brings the others back; what was
// typed before keeps its meaning.
func TestOnlyThisSitesRows(t *testing.T) {
	withOptions(t, 100, 24, withCloud, func(s *screen) {
		s.press("1", "/")
		s.write("severity:critical or severity:warn")
		s.press("enter", "=")
		s.sees("/(severity:critical or severity:warn) site:hq-berlin", "Only rows of hq-berlin")
		if got := s.sites(); len(got) != 1 || got["hq-berlin"] != 2 {
			t.Fatalf("sites %v", got)
		}
		s.press("=")
		s.sees("/severity:critical or severity:warn ", "No longer only rows of hq-berlin.")
		if got := s.sites(); len(got) != 4 {
			t.Fatalf("sites %v", got)
		}
		s.press("=", "esc")
		if got := s.sites(); len(got) < 5 {
			t.Fatalf("esc left %v", got)
		}
		for _, pane := range []string{"4", "9"} {
			s.press(pane, "=")
			s.sees("Only rows of ", "/site:")
			s.press("=")
			s.misses("/site:")
		}
	})
}

func TestOnlyOpenAlerts(t *testing.T) {
	onScreen(t, 100, 24, func(s *screen) {
		all := len(rows[event.Alert](s, view.AlertsID))
		s.press("tab", "O") // in the overview it is about the alerts, whatever has the keys
		s.sees("/state:open")
		for _, a := range rows[event.Alert](s, view.AlertsID) {
			if a.State != event.Open {
				t.Fatalf("%s is %s", a.Device, a.State)
			}
		}
		s.press("O")
		s.misses("state:open")
		if n := len(rows[event.Alert](s, view.AlertsID)); n != all {
			t.Fatalf("%d rows, were %d", n, all)
		}
		s.press("9", "O")
		s.misses("state:open")
	})
}
