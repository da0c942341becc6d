package tui

import (
	"fmt"
	"testing"
)

func TestRelaysLookRight(t *testing.T) {
	for name, keys := range map[string][]string{
		"relays": {"8"}, "letters": {"8", "8"}, "relay": {"8", "enter"}, "letter": {"8", "8", "enter"},
	} {
		for _, size := range windows {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size.w, size.h), func(t *testing.T) {
				withOptions(t, size.w, size.h, withRelays, func(s *screen) {
					s.press(keys...)
					s.golden()
				})
			})
		}
	}
}

// The page of an alert or event says what became of it at each relay.
func TestRelaysOfARecordLookRight(t *testing.T) {
	for name, keys := range map[string][]string{"alert": {"1", "enter"}, "alert-2": {"1", "j", "enter"}, "event": {"9", "enter"}, "event-before": {"9", "g", "g", "g", "enter"}} {
		for _, size := range windows[:2] {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size.w, size.h), func(t *testing.T) {
				withOptions(t, size.w, size.h, withRelays, func(s *screen) {
					s.press(keys...)
					s.golden()
				})
			})
		}
	}
}

// Signs alone say nothing without color and in ASCII: the words are beside them.
func TestRelaysInASCIILookRight(t *testing.T) {
	for name, keys := range map[string][]string{"relays": {"8"}, "letters": {"8", "8"}, "alert": {"1", "enter"}} {
		t.Run(name, func(t *testing.T) {
			withOptions(t, 100, 24, func(o *Options, j *testJournal) {
				withRelays(o, j)
				o.ASCII, o.NoColor = true, true
			}, func(s *screen) {
				s.press(keys...)
				s.golden()
			})
		})
	}
}

func TestWithoutRelaysThePaneSaysHowToConfigureOne(t *testing.T) {
	for _, size := range windows {
		t.Run(fmt.Sprintf("%dx%d", size.w, size.h), func(t *testing.T) {
			onScreen(t, size.w, size.h, func(s *screen) {
				s.press("8")
				s.sees("No relay is configured.", "[[relay]]", "docs/RELAYS.md")
				s.golden()
				s.press("]")
				s.sees("No dead letters")
				s.fits()
			})
		})
	}
}
