package projector

import (
	"fmt"
	"testing"

	"foghorn/journal/event"
)

// The event that ends an outage says how long it lasted, and how the device restarted
// meanwhile, however the log is cut into slices.
func TestAnEndSaysHowLongTheOutageLasted(t *testing.T) {
	body := func(kind string, sec int, more string) string {
		return fmt.Sprintf(`{"type":%q,"org_id":"o","mac":"5c5b35000001","device_name":"core","timestamp":%d%s}`, kind, start.Unix()+int64(sec), more)
	}
	port := `,"port_id":"ge-0/0/3"`
	const topic = "device-events"
	records := []event.Record{
		webhook(100, topic, body("SW_DISCONNECTED", 90, `,"reason":"power_loss"`)),
		webhook(200, topic, body("SW_RESTARTED", 190, `,"reason":"power_cycle"`)),
		webhook(470, topic, body("SW_CONNECTED", 462, "")),
		webhook(500, topic, body("SW_PORT_DOWN", 490, port)),
		webhook(520, topic, body("SW_PORT_UP", 502, port)),
		webhook(530, topic, body("SW_PORT_UP", 525, `,"port_id":"ge-0/0/4"`)), // nobody said that it was down
	}
	want := []string{"Switch core down: power loss", "Switch core restarted: power cycle", "Switch core up after 6m12s; restarted: power cycle",
		"Switch core: ge-0/0/3 down", "Switch core: ge-0/0/3 up after 12s", "Switch core: ge-0/0/4 up"}
	for _, slice := range []int{1, 2, 100} {
		v := project(t, newLog(records...), func(o *Options) { o.Records, o.Decode = slice, nil })
		v.read(func(s *memState) {
			for i, text := range want {
				if got := s.Events[event.ID(int64(i+1), 0)].Text; got != text {
					t.Errorf("slices of %d, event %d: %q, want %q", slice, i, got, text)
				}
			}
			if got := s.Alerts[event.ID(1, 0)].Title; got != "Switch core was down 6m12s: power loss; restarted: power cycle" {
				t.Errorf("slices of %d: the alert says %q", slice, got)
			}
		})
	}
}
