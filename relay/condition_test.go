package relay

import (
	"testing"
	"time"

	"foghorn/config"
	"foghorn/journal/event"
)

// A relay that is paused or tries again has not got through: its alert does not end.
func TestWhatARelaysStateSaysAboutItsAlert(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	old, fresh := now.Add(-50*time.Hour), now.Add(-time.Minute)
	run := &running{config: config.Relay{DropAfter: config.Duration(96 * time.Hour)}}
	for _, c := range []struct {
		state       string
		oldest      *time.Time
		known, over bool
		urgent      bool
	}{
		{event.RelayIdle, nil, true, true, false},
		{event.RelaySending, &fresh, true, true, false},
		{event.RelayWaiting, &fresh, false, false, false},
		{event.RelayPaused, nil, false, false, false},
		{event.RelayPaused, &old, true, false, true},
		{event.RelayFailing, &fresh, true, false, false},
		{event.RelayFailing, &old, true, false, true},
		{event.RelaySending, &old, true, false, true},
		{event.RelayRemoved, nil, true, true, false},
	} {
		got := conditionOf(&event.RelayState{Name: "chat", State: c.state, Oldest: c.oldest, LastError: "503"}, now, run)
		if (got != nil) != c.known || got != nil && (got.Over != c.over || got.Urgent != c.urgent) {
			t.Errorf("%s, oldest %v: %+v", c.state, c.oldest, got)
		}
	}
}
