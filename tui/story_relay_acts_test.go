package tui

import (
	"context"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/tui/view"
)

// letterStates are the states of a relay's letters, oldest first.
func (s *screen) letterStates(relay string) (out []string) {
	s.t.Helper()
	letters, err := s.j.box.Letters(context.Background(), relay, 100)
	s.j.must(err)
	for _, l := range letters {
		out = append(out, l.State)
	}
	return out
}

// pausedBy says who has paused a relay.
func (s *screen) pausedBy(relay string) string {
	s.t.Helper()
	r, err := s.j.box.Relay(context.Background(), relay)
	s.j.must(err)
	return r.PausedBy
}

// toRelay moves the cursor to a relay.
func (s *screen) toRelay(name string) {
	s.t.Helper()
	for range rows[event.RelayRow](s, view.RelaysID) {
		if row[event.RelayRow](s, view.RelaysID).Name == name {
			return
		}
		s.press("j")
	}
	s.t.Fatalf("no relay %s:\n%s", name, s.frame())
}

func TestARelayIsPausedAndResumedFromItsRowAndItsPage(t *testing.T) {
	withOptions(t, 120, 40, withRelays, func(s *screen) {
		s.press("8", "P")
		s.sees("Paused siem", "U takes it back", "☾ paused by max.muster")
		if by := s.pausedBy("siem"); by != "max.muster" {
			t.Fatalf("siem is paused by %q", by)
		}
		s.press("U")
		if by := s.pausedBy("siem"); by != "" {
			t.Fatalf("after the undo siem is paused by %q", by)
		}
		s.sees("✗ failing")
		s.toRelay("mail")
		s.press("enter", "P")
		s.sees("Resumed mail")
		if by := s.pausedBy("mail"); by != "" {
			t.Fatalf("mail is paused by %q", by)
		}
		acts := s.activities()
		if n := len(acts); n != 3 || acts[n-1].Action != event.ActionRelayResume || acts[n-1].Actor != "max.muster" {
			t.Fatalf("activities: %+v", acts)
		}
	})
}

func TestRetryOfARelaysDeadLettersAsksFirst(t *testing.T) {
	withOptions(t, 120, 40, withRelays, func(s *screen) {
		s.press("8", "R")
		s.sees("send 2 dead letters of siem again?")
		s.press("n")
		if got := s.letterStates("siem"); got[0] != event.LetterDead || got[1] != event.LetterDead {
			t.Fatalf("after no: %q", got)
		}
		s.press("R")
		s.pass(time.Second)
		s.press("y")
		s.sees("Relay siem tries 2 dead letters again")
		if got := s.letterStates("siem"); got[0] != event.LetterRetry || got[1] != event.LetterRetry {
			t.Fatalf("after yes: %q", got)
		}
		s.press("R")
		s.pass(time.Second)
		s.press("y")
		s.sees("Nothing to do: it has no dead letters.")
		s.toRelay("itsm")
		s.press("R") // one is not worth a question
		s.sees("Relay itsm tries 1 dead letter again")
		s.press("]")
		s.sees("↑ retry")
		s.misses("✗ dead")
	})
}

func TestRetryOfSomeLetters(t *testing.T) {
	withOptions(t, 120, 40, withRelays, func(s *screen) {
		s.press("8", "8", "enter", "R")
		s.sees("Relay siem tries 1 dead letter again", "↑ RETRY")
		if got := s.letterStates("siem"); got[0] != event.LetterRetry || got[1] != event.LetterDead {
			t.Fatalf("siem: %q", got)
		}
		s.press("esc", "g", "space", "j", "space", "R") // of two relays
		if got := append(s.letterStates("siem"), s.letterStates("itsm")...); got[1] != event.LetterRetry || got[2] != event.LetterRetry {
			t.Fatalf("siem and itsm: %q", got)
		}
		if s.m.current().Nav().Marks() != 0 {
			t.Error("the marks are still there")
		}
	})
}

func TestAScreenThatOnlyReadsSaysSo(t *testing.T) {
	withOptions(t, 100, 30, func(o *Options, j *testJournal) {
		withRelays(o, j)
		o.Actions = nil
	}, func(s *screen) {
		s.press("8", "P")
		s.sees("This screen only reads.")
		if by := s.pausedBy("siem"); by != "" {
			t.Fatalf("siem is paused by %q", by)
		}
	})
}
