package tui

import (
	"testing"

	tea "charm.land/bubbletea/v2"
)

func TestOnlyAnAttachedScreenIsSuspended(t *testing.T) {
	for name, c := range map[string]struct {
		edit     func(*Options)
		sees     string
		suspends bool
	}{
		"attached":   {func(*Options) {}, "", true},
		"collecting": {func(o *Options) { o.Collecting = true }, "the listener is in this window", false},
		"no shell":   {func(o *Options) { o.NoSuspend = "Not suspended: no shell." }, "Not suspended: no shell.", false},
	} {
		t.Run(name, func(t *testing.T) {
			withOptions(t, 120, 24, func(o *Options, _ *testJournal) { c.edit(o) }, func(s *screen) {
				b, ok := s.m.keys.find(s.m.here(), "ctrl+z")
				if !ok {
					t.Fatal("ctrl+z means nothing")
				}
				cmd := s.m.do(b, "")
				suspends := false
				if cmd != nil {
					_, suspends = cmd().(tea.SuspendMsg)
				}
				if suspends != c.suspends {
					t.Fatalf("suspends: %v", suspends)
				}
				s.press("ctrl+l") // draws
				if c.sees != "" {
					s.press("ctrl+z")
					s.sees(c.sees)
				}
			})
		})
	}
}
