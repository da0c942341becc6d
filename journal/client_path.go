package journal

import (
	"time"

	"foghorn/journal/event"
)

// Stay is the time that a client spent at one access point, as far as its events
// show.
type Stay struct {
	AP    string
	APMAC event.MAC
	First time.Time
	Last  time.Time
}

// ClientPath returns the way of a client through access points from its events,
// newest first as both the events and the result are. Events that name no
// access point do not end a stay.
func ClientPath(events []event.Event) []Stay {
	var out []Stay
	for _, ev := range events {
		if ev.DeviceMAC == "" && ev.Device == "" {
			continue
		}
		if n := len(out); n > 0 && out[n-1].APMAC == ev.DeviceMAC && out[n-1].AP == ev.Device {
			out[n-1].First = ev.Time
			continue
		}
		out = append(out, Stay{ev.Device, ev.DeviceMAC, ev.Time, ev.Time})
	}
	return out
}
