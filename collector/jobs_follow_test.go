package collector

import (
	"strings"
	"testing"
	"time"

	"foghorn/internal/clock"
	"foghorn/jobs"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// What follows a restart claims nothing that was not seen.
func TestARestartIsFollowed(t *testing.T) {
	asked := time.Date(2026, 3, 4, 12, 10, 0, 0, time.UTC)
	dir, o := t.TempDir(), store.Options{Clock: clock.NewFake(asked)}
	log, err := store.OpenLog(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	view, err := store.OpenViewWriter(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close()
	const mac = event.MAC("5c5b35000001")
	doing, result := "", ""
	f := &follower{journal: journal.New(log, view), mac: mac, asked: asked, ports: []string{"ge-0/0/1"},
		job: jobs.NewRunning(event.Job{Source: "acme", Target: "lobby"}, func(_, _ int, what string) { doing = what }, nil, func(text string) { result = text })}
	row := func(status string, since time.Duration, uptime int64, updated time.Duration) {
		d := event.Device{Source: "acme", MAC: mac, Name: "lobby", Type: "ap", Status: status, Since: asked.Add(since), UptimeS: uptime, Updated: asked.Add(updated)}
		if err := view.PutDevices(t.Context(), "acme", []event.Device{d}, nil); err != nil {
			t.Fatal(err)
		}
	}
	look := func(after time.Duration, over bool, want string) {
		t.Helper()
		doing, result = "", ""
		ended, err := f.restart(t.Context(), asked.Add(after))
		got := doing + result
		if err != nil {
			got = err.Error()
		}
		if ended != over || !strings.Contains(got, want) {
			t.Errorf("after %s: over %v, %q; want %v, %q", after, ended, got, over, want)
		}
	}
	row(event.DeviceConnected, -time.Hour, 9000, time.Second)
	look(time.Second, false, "waiting for lobby to go down")
	look(6*time.Minute, true, "lobby did not go down within 5m00s of the restart, which Mist accepted")
	f.late = true
	look(6*time.Minute, true, "it is not known whether lobby restarted")
	row(event.DeviceDisconnected, 4*time.Second, 0, 5*time.Second)
	look(10*time.Second, false, "waiting for lobby to come back; it went down after 4s")
	look(21*time.Minute, true, "lobby went down after 4s and is not back after 20m")
	row(event.DeviceConnected, -time.Hour, 10, 70*time.Second)
	look(70*time.Second, true, "lobby restarted: it runs since 1m")

	if over, err := f.bounce(t.Context(), asked.Add(time.Second)); over || err != nil || doing != "waiting for ge-0/0/1 of lobby" {
		t.Errorf("%v, %v, %q", over, err, doing)
	}
	if _, err := f.bounce(t.Context(), asked.Add(3*time.Minute)); err == nil || !strings.Contains(err.Error(), "a port with nothing on it reports nothing") {
		t.Errorf("%v", err)
	}
}
