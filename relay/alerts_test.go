package relay

import (
	"testing"
	"time"

	"foghorn/config"
)

func keeps(c *config.Relay, s *service) {
	s.limits = Limits{Keeps: true, Groups: true}
	s.updates = true
}

// An alert is one message: posted, then updated with a reply that rings people.
func TestAnAlertIsOneMessage(t *testing.T) {
	t.Parallel()
	bubble(t, keeps, func(d *desk) {
		d.ap("lobby-ap3", 1, true)
		d.wait(3 * time.Second)
		d.took("post first: AP lobby-ap3 down")
		d.wait(4 * time.Minute)
		d.ap("lobby-ap3", 1, false)
		d.wait(3 * time.Second)
		d.took("update resolved: AP lobby-ap3 was down 4m03s", "reply resolved: AP lobby-ap3 was down 4m03s")
	})
}
