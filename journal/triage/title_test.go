package triage

import (
	"testing"
	"time"

	"foghorn/journal/event"
)

// The title is in the past tense while the alert is over, with how long it lasted, and
// in the present again when it comes back; a machine that is loaded anew says the same.
func TestATitleFollowsTheLifeOfItsAlert(t *testing.T) {
	for _, reload := range []bool{false, true} {
		m, rows := New(DefaultRules()), newLedger()
		say := func(minute int, act event.SignalType, title, want string) {
			t.Helper()
			if reload {
				m = New(DefaultRules())
			}
			at := hour("10:00").Add(time.Duration(minute) * time.Minute)
			e := event.Event{ID: int64(minute + 1), Time: at, Received: at, Device: "ap1", Signal: &event.Signal{Key: "k", Kind: "device_down", Type: act, Title: title}}
			if err := m.Event(&e, rows); err != nil {
				t.Fatal(err)
			}
			for _, a := range m.Changes().Alerts {
				rows.alerts[a.ID] = clone(*a)
			}
			if got := rows.alerts[1].Title; got != want {
				t.Errorf("after minute %d: %q, want %q", minute, got, want)
			}
		}
		say(0, event.Raise, "AP ap1 down", "AP ap1 down")
		say(1, event.Raise, "AP ap1 down: power loss", "AP ap1 down: power loss")
		say(2, event.Raise, "AP ap1 down", "AP ap1 down: power loss") // says less
		say(6, event.Resolve, "AP ap1 up", "AP ap1 was down 6m00s: power loss")
		say(7, event.Restart, "AP ap1 restarted: power cycle", "AP ap1 was down 6m00s: power loss; restarted: power cycle")
		say(8, event.Raise, "AP ap1 down", "AP ap1 down")
		say(10, event.Resolve, "AP ap1 up", "AP ap1 was down 2m00s")
	}
}
