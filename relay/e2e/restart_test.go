package e2e

import (
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/journal/store"
)

// restart ends the service, and begins it again some time later, as an update does.
func (d *desk) restart(away time.Duration) {
	d.t.Helper()
	var relays []config.Relay
	for _, r := range d.running {
		relays = append(relays, r)
	}
	d.stop()
	d.running = nil
	d.clock.pass(d.t, 0, away)
	d.start()
	d.apply(relays)
}

// rebuild derives the view again, as foghorn rebuild does.
func (d *desk) rebuild() {
	d.t.Helper()
	d.must(d.view.Close())
	_, err := store.SetAside(d.dir, store.ViewFile, "old")
	d.must(err)
	d.openView()
	d.must(d.proj.CatchUp(d.t.Context(), nil))
}

// The times of hold and remind go on while foghorn is restarted, and nothing is told twice.
// What is over before its time is never told; what was told is told as over, although
// the view was derived again in between.
func TestTimesGoOnOverRestarts(t *testing.T) {
	t.Parallel()
	inChats(t, "query = \"sev>=warn\"\nhold = \"2m\"\nremind = \"1h\"", func(t *testing.T, s *chats) {
		s.goes(berlin, 1, 2, true, 0)
		s.goes(munich, 1, 1, true, time.Minute)
		s.goes(munich, 1, 1, false, 0) // after a minute
		s.restart(30 * time.Second)
		s.wait(20 * time.Second)
		s.restart(time.Second) // ten seconds before they are due
		s.wait(time.Minute)
		for range 11 { // through the time of the reminder, once in five minutes
			s.wait(5 * time.Minute)
			s.restart(10 * time.Second)
		}
		s.wait(10 * time.Minute)
		s.stop()
		s.rebuild()
		s.start()
		var relays []config.Relay
		for _, r := range s.running {
			relays = append(relays, r)
		}
		s.running = nil
		s.apply(relays)
		s.wait(5 * time.Minute)
		s.goes(berlin, 1, 2, false, 0)
		s.wait(time.Minute)
		golden(t, "restarts.txt", s.history())
		s.tidy()
	})
}

// While relays are paused for an hour, a site goes down, comes back and goes down in
// part; another goes down and comes back. After that, people read how it is.
func TestAPausedHour(t *testing.T) {
	t.Parallel()
	inChats(t, `query = "sev>=warn"`, func(t *testing.T, s *chats) {
		s.devices(berlin, 16)
		s.goes(berlin, 1, 2, true, 0)
		s.wait(time.Minute)
		now := s.clock.Now()
		for name := range s.running {
			s.must(s.outbox.PauseRelay(t.Context(), name, "ada", &now))
		}
		s.wait(10 * time.Second)
		before := s.history()
		s.goes(berlin, 3, 14, true, 2*time.Second)
		s.wait(10 * time.Minute)
		s.goes(berlin, 1, 12, false, 2*time.Second)
		s.goes(munich, 1, 3, true, time.Second)
		s.wait(10 * time.Minute)
		s.goes(munich, 1, 3, false, time.Second)
		s.wait(40 * time.Minute)
		if after := s.history(); after != before {
			t.Errorf("something was sent meanwhile:\n%s", after)
		}
		s.restart(time.Second) // it stays paused
		s.wait(time.Minute)
		if after := s.history(); after != before {
			t.Errorf("something was sent after a restart:\n%s", after)
		}
		for name := range s.running {
			s.must(s.outbox.PauseRelay(t.Context(), name, "", nil))
		}
		s.wait(time.Minute)
		golden(t, "paused.txt", s.history())
		if strings.Contains(s.history(), "HIDDEN") {
			t.Error("something is hidden")
		}
		s.tidy()
	})
}
