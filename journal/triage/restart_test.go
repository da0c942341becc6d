package triage

import (
	"strings"
	"testing"
)

var restartStories = []story{
	{"a restart is the outage that it ended", `
		10:00 down
		10:05 up
		10:05 restart power cycle`, `
		resolved critical 10:00-10:05 x1 of 3: ap1 was down 5m00s; restarted: power cycle`},
	{"a restart told before the device is back", `
		10:00 down
		10:04 restart power cycle
		10:05 up`, `
		resolved critical 10:00-10:05 x1 of 3: ap1 was down 5m00s; restarted: power cycle`},
	{"a restart told by two topics, by one without the reason", `
		10:00 down
		10:05 restart
		10:05:00.7 restart power cycle
		10:05 restart
		10:05 up`, `
		resolved critical 10:00-10:05 x1 of 5: ap1 was down 5m00s; restarted: power cycle`},
	{"what is told of the outage later leaves the restart in the title", `
		10:00 down
		10:04 restart power cycle
		10:04 down @10:05
		10:00 sight @10:06`, `
		open critical 10:00 x1 of 4 mist=m: ap1 down; restarted: power cycle`},
	{"the next outage is not the one that a restart ended", `
		10:00 down
		10:05 up
		10:05 restart power cycle
		10:10 down`, `
		open critical 10:10 x2 flaps=1 of 4`},
	{"a late restart is not that of the outage that is on", `
		10:00 down
		10:05 up
		10:10 down
		10:05 restart power cycle @10:11`, `
		open critical 10:10 x2 flaps=1 of 4`},
	{"a restart nobody saw the outage of ends by itself", `
		10:00 restart power cycle
		10:14 tick`, `
		open warn 10:00 x1 of 1: ap1 restarted: power cycle`},
	{"... after a quarter of an hour", `
		10:00 restart power cycle
		14:00 tick`, `
		resolved warn 10:00-10:15 x1 of 1: ap1 restarted: power cycle`},
	{"a lone restart told by a second topic is one", `
		10:00:00.3 restart power cycle
		10:00 restart
		10:01 up`, `
		open warn 10:00 x1 of 3: ap1 restarted: power cycle`},
	{"a device that restarts again and again is one row", `
		10:00 restart power cycle
		10:10 restart watchdog
		10:20 restart power cycle`, `
		open warn 10:00 x3 of 3: ap1 restarted: power cycle`},
	{"a restart much later is a new row", `
		10:00 restart power cycle
		10:16 restart power cycle`, `
		resolved warn 10:00-10:15 x1 of 1: ap1 restarted: power cycle
		open warn 10:16 x1 of 1: ap1 restarted: power cycle`},
	{"a restart long after an outage is not of it", `
		10:00 down
		10:05 up
		11:00 restart power cycle`, `
		resolved critical 10:00-10:05 x1 of 2
		open warn 11:00 x1 of 1: ap1 restarted: power cycle`},
	{"the outage of a restart is told late", `
		10:05 restart power cycle
		10:05 up
		10:00 down @10:07`, `
		resolved critical 10:00-10:05 x1 of 3: ap1 was down 5m00s; restarted: power cycle`},
	{"the outage of a restart is told so late that time has ended the restart", `
		10:05 restart power cycle
		10:05 up
		10:00 down @10:25`, `
		resolved critical 10:00-10:05 x1 of 3: ap1 was down 5m00s; restarted: power cycle`},
	{"an outage soon after a restart is the same row", `
		10:00 restart power cycle
		10:05 down`, `
		open critical 10:05 x2 flaps=1 of 2`},
	{"an outage long after a restart is not", `
		10:00 restart power cycle
		10:31 down`, `
		resolved warn 10:00-10:15 x1 of 1: ap1 restarted: power cycle
		open critical 10:31 x1 of 1`},
	{"news of an outage that ended long before the restart", `
		08:05 up
		10:00 restart power cycle
		08:00 down @10:01`, `
		open warn 10:00 x1 of 2: ap1 restarted: power cycle`},
	{"the owner of a restart loses it to a new outage", `
		10:00 restart power cycle
		10:01 ack anna
		10:05 down`, `
		open critical 10:05 x2 flaps=1 of 2`},

	{"a loose cable, told by two topics", `
		10:00:00.6 down
		10:00 down
		10:00:05 up
		10:00:05.1 up
		10:00:08 down
		10:00:08.6 down
		10:00:12 up
		10:00:12.9 up
		10:00:16 down
		10:00:16.6 down
		10:00:20.2 up
		10:00:20 up
		10:00:20 restart power cycle
		10:00:20.2 restart power cycle`, `
		resolved critical 10:00:16-10:00:20 x3 flaps=2 of 14: ap1 was down 4s; restarted: power cycle`},
	{"a device that flaps all night, with less than a quarter of an hour between, is one row", `
		01:00 down
		01:01 up
		01:15 down
		01:16 up
		01:30 down
		01:31 up`, `
		resolved critical 01:30-01:31 x3 flaps=2 of 6`},

	{"a one-off told by a second topic at the same time is one", `
		10:00:00.2 once
		10:00 once`, `
		open critical 10:00 x1 of 2`},
	{"a sender that tells each once means two by two", `
		10:00 each
		10:00 each`, `
		open critical 10:00 x2 of 2`},
	{"a one-off of short life", `
		10:00 brief
		11:00 tick`, `
		resolved critical 10:00-10:05 x1 of 1`},
	{"a one-off of short life that repeats", `
		10:00 brief
		10:04 brief
		10:09:01 brief`, `
		resolved critical 10:00-10:09 x2 of 2
		open critical 10:09:01 x1 of 1`},
}

func TestJoinedTitle(t *testing.T) {
	long := strings.Repeat("x", maxTitle)
	for _, c := range []struct{ title, more, want string }{
		{"AP lobby down", "AP lobby restarted", "AP lobby down; restarted"},
		{"AP lobby down", "hall restarted", "AP lobby down; hall restarted"},
		{"ap1 down; restarted: watchdog", "ap1 restarted: power cycle", "ap1 down; restarted: watchdog; restarted: power cycle"},
		{"ap1 down; restarted", "ap1 restarted: power cycle", "ap1 down; restarted: power cycle"},
		{"ap1 down; restarted: power cycle", "ap1 restarted", "ap1 down; restarted: power cycle"},
		{"ap1", "ap1", "ap1; ap1"},
		{"", "ap1 restarted", "; ap1 restarted"},
		{long, "ap1 restarted", long},
	} {
		if got := joinTitle(c.title, c.more); got != c.want {
			t.Errorf("joined(%q, %q) = %q, want %q", c.title, c.more, got, c.want)
		}
	}
}
