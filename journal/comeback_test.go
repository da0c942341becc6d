package journal

import (
	"testing"
	"time"

	"foghorn/journal/event"
)

// That a device restarted is read off what happened after it was asked for, and nothing
// older counts.
func TestWhatIsSeenOfARestart(t *testing.T) {
	asked := start.Add(time.Hour)
	at := func(s int) time.Time { return asked.Add(time.Duration(s) * time.Second) }
	is := func(kind string, s int) event.Event { return event.Event{Type: kind, Time: at(s), Received: at(s)} }
	test := is("AP_RESTARTED", 9)
	test.Test = true
	stale := &event.Device{Status: "connected", Since: at(-40), UptimeS: 10, LastSeen: at(-20), Updated: at(15)}
	row := func(status string, since int, uptime int64, updated int) *event.Device {
		return &event.Device{Status: status, Since: at(since), UptimeS: uptime, Updated: at(updated)}
	}
	for name, c := range map[string]struct {
		d        *event.Device
		events   []event.Event // newest first
		down, up int           // seconds after it was asked for; 0 for not seen
		booted   int
	}{
		"by its events":             {nil, []event.Event{is("AP_RESTARTED", 60), is("AP_CONNECTED", 60), is("AP_DISCONNECTED", 4), is("AP_RESTART_BY_USER", 1)}, 4, 60, 60},
		"by its rows":               {row("connected", 61, 10, 70), []event.Event{is("AP_DISCONNECTED", 4)}, 4, 61, 60},
		"by its uptime alone":       {row("connected", -9000, 10, 70), nil, 0, 0, 60},
		"away, by its row":          {row("disconnected", 5, 0, 20), nil, 5, 0, 0},
		"an outage of before":       {row("connected", -60, 50, 5), []event.Event{is("AP_CONNECTED", -60), is("AP_DISCONNECTED", -100)}, 0, 0, 0},
		"connected, but never away": {row("connected", 3, 0, 5), []event.Event{is("AP_CONNECTED", 3)}, 0, 0, 0},
		"of something else": {nil, []event.Event{is("ME_SERVICE_RESTARTED", 30), is("GW_CONDUCTOR_CONNECTED", 20), is("GW_CONDUCTOR_DISCONNECTED", 10),
			is("SW_BFD_SESSION_DISCONNECTED", 8)}, 0, 0, 0},
		"an uptime of before":          {stale, nil, 0, 0, 0},
		"by polling":                   {nil, []event.Event{is("DEVICE_CONNECTED", 60), is("DEVICE_DISCONNECTED", 4)}, 4, 60, 0},
		"by a test":                    {nil, []event.Event{test}, 0, 0, 0},
		"away twice: the first counts": {nil, []event.Event{is("AP_DISCONNECTED", 90), is("AP_CONNECTED", 60), is("AP_DISCONNECTED", 4)}, 4, 60, 0},
	} {
		got := ComebackOf(c.d, c.events, asked)
		for what, pair := range map[string][2]any{"down": {got.Down, c.down}, "up": {got.Up, c.up}, "booted": {got.Booted, c.booted}} {
			seen, want := pair[0].(time.Time), pair[1].(int)
			if want == 0 && !seen.IsZero() || want != 0 && !seen.Equal(at(want)) {
				t.Errorf("%s: %s is %s, want %d s", name, what, seen, want)
			}
		}
	}
}

func TestWhatIsSeenOfPorts(t *testing.T) {
	asked := start.Add(time.Hour)
	is := func(kind, text string, s int) event.Event {
		at := asked.Add(time.Duration(s) * time.Second)
		return event.Event{Type: kind, Text: text, Time: at, Received: at}
	}
	got := PortComebacks([]event.Event{is("SW_PORT_UP", "Switch sw-1: Port Up ge-0/0/12: SNMP_TRAP_LINK_UP, ifName ge-0/0/12", 5), is("SW_PORT_UP", "Switch sw-1: Port Up ge-0/0/1.", 4),
		is("SW_PORT_DOWN", "Switch sw-1: Port Down ge-0/0/1", 1), is("SW_PORT_DOWN", "Switch sw-1: Port Down ge-0/0/12", -60)}, []string{"ge-0/0/1", "ge-0/0/12", "ge-0/0/2"}, asked)
	if a := got[0]; !a.Down.Equal(asked.Add(time.Second)) || !a.Up.Equal(asked.Add(4*time.Second)) {
		t.Errorf("ge-0/0/1: %+v", a)
	}
	if vc := PortComebacks([]event.Event{is("SW_VC_PORT_DOWN", "Virtual chassis port ge-0/0/1 is down", 1)}, []string{"ge-0/0/1"}, asked); !vc[0].Down.IsZero() {
		t.Errorf("a port of the virtual chassis: %+v", vc)
	}
	if !got[1].Down.IsZero() || !got[1].Up.IsZero() || !got[2].Down.IsZero() {
		t.Errorf("ports of which nothing was seen: %+v", got[1:])
	}
}
