package tui

import (
	"context"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/store"
	"foghorn/tui/pane"
	"foghorn/tui/view"
)

// Somebody finds out why the log service gets nothing: from the failing relay to the
// letter it refused, and from there to the event and its alert.
func TestFromAFailingRelayToWhatItRefused(t *testing.T) {
	withOptions(t, 120, 40, withRelays, func(s *screen) {
		s.press("8")
		if got := row[event.RelayRow](s, view.RelaysID); got.Name != "siem" {
			t.Fatalf("the worst relay is not the first: %s", got.Name)
		}
		s.sees("✗ failing", "☾ paused by jane.doe", "1 failing")
		s.press("enter")
		s.sees("Relay siem", "Token disabled", "acknowledgement is off", "Dropped, newest first", "17 items, a1 to a17")
		s.press("esc", "]", "enter")
		letter := rows[event.DeadLetter](s, view.LettersID)[0]
		s.sees("Dead letter of relay siem", "Incorrect index", event.ShortID(letter.EventID))
		s.press("enter")
		if s.m.detail == nil || s.m.detail.Ref() != (pane.RecordRef{Kind: pane.EventRecord, ID: letter.EventID}) {
			t.Fatalf("enter on a letter does not lead to its event:\n%s", s.frame())
		}
		s.press("esc")
		s.sees("Dead letter of relay siem")
		s.press("L")
		s.sees("This letter is about no alert.")
		s.press("esc", "j", "enter", "L")
		if s.m.detail == nil || s.m.detail.Ref().Kind != pane.AlertRecord {
			t.Fatalf("L does not lead to the alert:\n%s", s.frame())
		}
		s.press("esc", "esc", "]")
		s.sees("[relays]")
	})
}

// Relays change without the journal: what becomes of one is on the screen at the next
// look, and not only when rows are read again anyway.
func TestARelayThatRecoversShowsAtOnce(t *testing.T) {
	withOptions(t, 120, 40, withRelays, func(s *screen) {
		s.press("8")
		siem := s.j.outbox.relays[4]
		s.j.putRelay(recovered(siem))
		s.beat()
		s.pass(time.Second)
		s.misses("✗ failing")
		s.toRelay("itsm")
		s.press("enter")
		s.sees("Relay itsm", "the last attempt failed")
		s.j.putRelay(recovered(s.j.outbox.relays[2]))
		s.beat()
		s.pass(time.Second)
		s.sees("Relay itsm", "✓ IDLE", "everything is sent")
	})
}

// recovered is a relay after its destination took everything.
func recovered(r event.RelayState) event.RelayState {
	r.State, r.Since, r.Retry, r.Queued, r.Oldest = event.RelayIdle, time.Now(), nil, 0, nil
	return r
}

// The page of a letter that was sent after all says so, and keeps what it said.
func TestALetterThatIsSentAfterAllSaysSo(t *testing.T) {
	withOptions(t, 100, 30, withRelays, func(s *screen) {
		s.press("8", "8", "enter")
		s.sees("✗ DEAD", "Incorrect index")
		letter := rows[event.DeadLetter](s, view.LettersID)[0]
		s.j.sentLetter(s.j.outbox.relays[4], letter.ID)
		s.beat()
		s.pass(time.Second)
		s.sees("It is no longer among the dead letters", "Incorrect index")
		s.press("esc")
		if got := rows[event.DeadLetter](s, view.LettersID); len(got) != 2 {
			t.Fatalf("%d letters are listed", len(got))
		}
	})
}

// A filter finds relays by what they are and how they are.
func TestRelaysCanBeFiltered(t *testing.T) {
	withOptions(t, 100, 24, withRelays, func(s *screen) {
		s.press("8", "/")
		s.write("sev>=critical")
		s.press("enter")
		if got := rows[event.RelayRow](s, view.RelaysID); len(got) != 1 || got[0].Name != "siem" {
			t.Fatalf("critical: %v", got)
		}
		s.press("esc", "]", "/")
		s.write("type:parked")
		s.press("enter")
		if got := rows[event.DeadLetter](s, view.LettersID); len(got) != 1 || got[0].Relay != "itsm" {
			t.Fatalf("parked: %v", got)
		}
	})
}

// The page of an alert follows what its relays do, although nothing in the journal
// changes.
func TestTheChipsOfAnAlertFollowItsRelays(t *testing.T) {
	withOptions(t, 120, 40, withRelays, func(s *screen) {
		s.press("1", "j", "enter")
		s.sees("relays", "chat ✓ first", "itsm ✗ 429 failed, next try 00:00")
		itsm, alert := s.j.outbox.relays[2], s.j.alerts[0]
		s.j.must(s.j.box.CommitRelay(context.Background(), &store.OutboxCommit{State: recovered(itsm),
			Lanes: []event.Lane{{AlertID: alert.ID, SentN: 1, ReadN: 1, State: event.Open}},
			Sent:  []event.RelaySent{{Relay: "itsm", At: time.Now(), AlertID: alert.ID, Why: "first"}}}))
		s.beat()
		s.pass(time.Second)
		s.sees("itsm ✓ first 00:00")
	})
}

// A relay that is configured and has not begun has a row, and its page says so.
func TestARelayThatHasNotBegunIsListed(t *testing.T) {
	withOptions(t, 100, 30, withRelays, func(s *screen) {
		s.press("8")
		s.toRelay("noc-teams")
		s.sees("? not started")
		s.press("enter")
		s.sees("Relay noc-teams", "? NOT STARTED", "no collector has begun it yet", "none: all alerts")
	})
}
