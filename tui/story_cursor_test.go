package tui

import (
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/tui/view"
)

// firstAlert reports whether the cursor is on the first row, and what that is.
func (s *screen) firstAlert(want string) {
	s.t.Helper()
	if at := s.m.panes.byID[view.AlertsID].Nav().Cursor(); at != 0 {
		s.t.Fatalf("the cursor is on row %d:\n%s", at+1, s.frame())
	}
	if a := row[event.Alert](s, view.AlertsID); a.Device != want {
		s.t.Fatalf("the first row is %s, want %s:\n%s", a.Device, want, s.frame())
	}
	if at := s.selected(); !strings.Contains(at, want) {
		s.t.Fatalf("%q is selected, want %s:\n%s", at, want, s.frame())
	}
}

// raise opens an alert now, above all others, or resolves it.
func (s *screen) raise(n int, device string, resolved bool) {
	s.t.Helper()
	now := time.Now()
	a := event.Alert{ID: event.ID(int64(200000+n), 0), Source: "acme", Key: device, Kind: "device_down", Severity: event.Critical, Title: "AP is disconnected",
		Site: "lab", Device: device, Opened: now.Add(-time.Duration(10-n) * time.Second), LastSeen: now, Count: 1, Events: 1}
	if resolved {
		a.Resolved = &now
	}
	a.Derive(now)
	s.j.putAlert(a)
	s.pass(2 * pullGap)
}

// Until somebody moves it, the cursor is on the worst row, in the overview and in the
// pane: alerts come above it, and the row under it resolves.
func TestTheCursorStaysOnTopUntilItIsMoved(t *testing.T) {
	onScreen(t, 100, 24, func(s *screen) {
		for _, where := range []string{"0", "1"} {
			s.press(where)
			s.firstAlert("lobby-ap3")
			s.raise(1, "new-ap01", false)
			s.firstAlert("new-ap01")
			s.raise(2, "new-ap02", false)
			s.firstAlert("new-ap02")
			s.raise(2, "new-ap02", true)
			s.firstAlert("new-ap01")
			s.raise(1, "new-ap01", true)
			s.firstAlert("lobby-ap3")
		}
		s.press("j")
		s.raise(3, "new-ap03", false)
		if a := row[event.Alert](s, view.AlertsID); a.Device != "sw-core-1" {
			t.Fatalf("once moved, the cursor stays on its row, not on %s:\n%s", a.Device, s.frame())
		}
		s.press("g")
		s.firstAlert("new-ap03")
		s.press("a")
		s.raise(5, "new-ap05", false)
		if a := row[event.Alert](s, view.AlertsID); a.Device != "new-ap03" || a.State != event.Acked {
			t.Fatalf("after an ack the cursor stays with its row, not on %s:\n%s", a.Device, s.frame())
		}
		s.press("g")
		s.raise(6, "new-ap06", false)
		s.firstAlert("new-ap06")
	})
}
