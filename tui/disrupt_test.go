package tui

import (
	"testing"
)

// No single key restarts a device: the screen says what it carries and what it costs, and
// has its name typed.
func TestARestartNamesWhatItHitsAndHasTheNameTyped(t *testing.T) {
	onCloud(t, 80, 24, nil, func(s *screen, c *fakeCloud) {
		s.press("4", "/")
		s.write("name:hq--ap01")
		s.press("enter", "!")
		s.sees("r  restart it", "b  bounce ports of it", "s  stop its blinking")
		s.press("r")
		s.sees("Restart hq--ap01?", "wireless client", "One call of the API.", "type hq--ap01 to restart it:")
		s.press("y", "enter")
		s.sees("Not restarted. What was typed is not its name.")
		s.press("!", "r")
		s.press("esc")
		s.sees("Not restarted.")
		if len(c.restarted) > 0 {
			t.Fatalf("restarted unconfirmed: %v", c.restarted)
		}
		s.press("!", "r")
		s.write("hq--ap01")
		s.press("enter")
		s.sees("Mist accepted the restart of hq--ap01; no collector runs here")
		if len(c.restarted) != 1 {
			t.Errorf("Mist was told %d times", len(c.restarted))
		}
		s.press(":")
		s.write("bounce ge-0/0/1")
		s.press("enter")
		s.sees("Not bounced: an AP has no ports")
	})
}
