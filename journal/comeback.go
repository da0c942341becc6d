package journal

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"foghorn/journal/event"
)

// Comeback is what is seen of something that was told to go down and come back.
type Comeback struct {
	Down, Up time.Time // when; zero while it is not seen
	Booted   time.Time // when a device began to run, by its own uptime; zero while that is older
}

// Restarted reports whether a device is seen to have restarted and to be there.
func (c *Comeback) Restarted() bool { return !c.Up.IsZero() || !c.Booted.IsZero() }

// clockSkew is how much earlier than our clock a sender's may say that something happened.
const clockSkew = 3 * time.Second

// ComebackOf is what a device's row and its events, newest first, show of a restart that
// was asked for at a time. What is older proves nothing.
func ComebackOf(d *event.Device, events []event.Event, asked time.Time) (c Comeback) {
	for _, e := range slices.Backward(events) {
		if !proves(&e, asked) {
			continue
		}
		c.see(ownEvent(e.Type), e.Time, "DISCONNECTED", "CONNECTED")
		if ownEvent(e.Type) == "RESTARTED" && c.Booted.IsZero() {
			c.Booted = e.Time
		}
	}
	if d == nil {
		return c
	}
	if d.Status == event.DeviceDisconnected && d.Since.After(asked) && c.Down.IsZero() {
		c.Down = d.Since
	}
	if d.Status == event.DeviceConnected && d.Since.After(asked) && !c.Down.IsZero() && d.Since.After(c.Down) && c.Up.IsZero() {
		c.Up = d.Since
	}
	told := d.Updated // when the device said how long it runs: at the latest when it was last seen
	if !d.LastSeen.IsZero() && d.LastSeen.Before(told) {
		told = d.LastSeen
	}
	booted := told.Add(-time.Duration(d.UptimeS) * time.Second)
	if d.UptimeS > 0 && d.Status == event.DeviceConnected && booted.After(asked) && c.Booted.IsZero() {
		c.Booted = booted
	}
	return c
}

// PortComebacks is what events of a switch or gateway, newest first, show of ports that
// were to be bounced at a time, in the order of the ports.
func PortComebacks(events []event.Event, ports []string, asked time.Time) []Comeback {
	out := make([]Comeback, len(ports))
	for _, e := range slices.Backward(events) {
		if !proves(&e, asked) {
			continue
		}
		for i, port := range ports {
			if names(e.Text, port) {
				out[i].see(ownEvent(e.Type), e.Time, "PORT_DOWN", "PORT_UP")
			}
		}
	}
	return out
}

// EventsSince are since when events can prove what was asked for at a time.
func EventsSince(asked time.Time) time.Time { return asked.Add(-clockSkew) }

// proves reports whether an event can be a consequence of what was asked for at a time. A
// test is of nothing that happened.
func proves(e *event.Event, asked time.Time) bool {
	return !e.Test && !e.Time.Before(EventsSince(asked)) && !e.Received.Before(asked)
}

// ownEvent is what happened to a device itself: CONNECTED of AP_CONNECTED, and of
// DEVICE_CONNECTED, which foghorn found out by polling. What happened to a part of it, or
// to its connection to something else, is another type: GW_CONDUCTOR_CONNECTED,
// ME_SERVICE_RESTARTED.
func ownEvent(kind string) string {
	for _, device := range []string{"AP_", "SW_", "GW_", "ME_", "DEVICE_"} {
		if what, ok := strings.CutPrefix(kind, device); ok {
			return what
		}
	}
	return ""
}

// see takes an event of a device or a port.
func (c *Comeback) see(what string, at time.Time, down, up string) {
	switch {
	case what == down && c.Down.IsZero():
		c.Down = at
	case what == up && !c.Down.IsZero() && c.Up.IsZero():
		c.Up = at
	}
}

// names reports whether a text has a port as a word of its own: ge-0/0/1 is not in
// ge-0/0/12.
func names(text, port string) bool {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-/:.", r)
	})
	return slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(strings.Trim(w, ":.-"), port) })
}
