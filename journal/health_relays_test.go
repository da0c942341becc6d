package journal

import (
	"testing"
	"time"

	"foghorn/journal/event"
)

// A relay that gets nothing through is a problem with what to do; a paused one is only
// worth a word, and one that was removed is not there.
func TestRelaysInTheHealth(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	at := func(t time.Time) string { return t.Format("15:04") }
	relays := []event.RelayState{
		{Name: "chat", State: event.RelayFailing, Since: noon, LastError: "401: the token is wrong", Queued: 3},
		{Name: "desk", State: event.RelayPaused, PausedAt: &noon, PausedBy: "ada", Queued: 1},
		{Name: "logs", State: event.RelayWaiting, LastError: "503"},
		{Name: "old", State: event.RelayRemoved, PausedAt: &noon},
	}
	h := Health{Relays: relays[:4:4]}
	h.addRelays(true, at)
	if len(h.Relays) != 3 || len(h.Problems) != 1 || len(h.Warnings) != 1 {
		t.Fatalf("%+v", h)
	}
	if got, want := h.Problems[0].Line(), "relay chat gets nothing through since 12:00: 401: the token is wrong"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := h.Problems[0].Full(), "relay chat gets nothing through since 12:00: 401: the token is wrong; 3 items waiting. Try it with: foghorn relay test chat"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := h.Warnings[0].Full(), "relay desk is paused by ada since 12:00: 1 item waiting; take it up again with: foghorn relay resume desk"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	h = Health{Relays: relays[:1:1]}
	if h.addRelays(false, at); len(h.Problems) != 0 {
		t.Errorf("without a collector: %+v", h.Problems)
	}
}
