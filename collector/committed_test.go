package collector

import (
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/projector"
	"foghorn/junos"
)

// Silence is counted to the present, but not past what still waits or cannot be
// projected: under a steady load something always waits.
func TestHowFarProjectionIs(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 26, 20, 0, 0, 0, time.UTC)
	at := func(s int) time.Time { return began.Add(time.Duration(s) * time.Second) }
	idle, behind, failing := projector.Stats{Position: 7, End: 7}, projector.Stats{Position: 7, End: 9}, projector.Stats{Position: 7, End: 7, Problem: "no room"}
	var p progress
	for i, step := range []struct {
		now       int
		stats     projector.Stats
		committed int // receive time of an event, in seconds; 0 for none
		want      time.Time
	}{
		{1, behind, 0, time.Time{}},
		{10, idle, 0, at(10)},
		{20, behind, 0, at(10)},
		{30, behind, 25, at(25)},
		{31, behind, 24, at(25)},
		{40, failing, 0, at(25)},
		{50, idle, 0, at(50)},
	} {
		if step.committed > 0 {
			p.committed(at(step.committed))
		}
		if got := p.through(at(step.now), step.stats); !got.Equal(step.want) {
			t.Errorf("step %d: %v, want %v", i, got, step.want)
		}
	}
}

// What the projector commits reaches the watcher of silent devices, duplicates
// included, and posts of Mist do not.
func TestACommitIsASignOfLife(t *testing.T) {
	c := testCollector(t, "[[junos]]\nname = \"core\"\nsecret = \"fog-over-the-harbour\"\n")
	now := time.Now()
	of := func(via event.Via, host string) event.Event {
		return event.Event{Source: "core", Via: via, Device: host, Type: junos.Heartbeat, Received: now}
	}
	before := c.silence.Hosts()
	c.committed(projector.Commit{
		Events:    []event.Event{of(event.ViaJunos, "ex-sw-01"), of(event.ViaWebhook, "ap-1")},
		NotStored: []event.Event{of(event.ViaJunos, "ex-sw-02")},
	})
	if got := c.silence.Hosts() - before; got != 2 {
		t.Errorf("%d hosts are watched", got)
	}
}
