package triage

import (
	"testing"
)

var scopeStories = []struct{ name, script, want string }{
	{"one neighbor comes back, the other stays down", `
		10:00 down of=10.0.0.1
		10:01 down of=10.0.0.2
		10:05 up of=10.0.0.1`, `
		resolved critical 10:00-10:05 x1 of 2 on 10.0.0.1
		open critical 10:01 x1 of 1 on 10.0.0.2`},
	{"an end without its object ends the only outage", `
		10:00 down of=10.0.0.1
		10:05 up of=?`, `
		resolved critical 10:00-10:05 x1 of 2 on 10.0.0.1`},
	{"an end without its object ends neither of two", `
		10:00 down of=10.0.0.1
		10:01 down of=10.0.0.2
		10:05 up of=?`, `
		open critical 10:00 x1 of 1 on 10.0.0.1 unclear 10:05 among 2
		open critical 10:01 x1 of 1 on 10.0.0.2 unclear 10:05 among 2`},
	{"an end ends none of two outages whose objects nobody named", `
		10:00 down of=?
		10:01 down of=?
		10:05 up of=?
		10:06 up of=10.0.0.1`, `
		open critical 10:00 x1 of 2 on ? unclear 10:06 among 1`},
	{"the only outage without an object ends with that of an object nobody heard of", `
		10:00 down of=?
		10:05 up of=10.0.0.1`, `
		resolved critical 10:00-10:05 x1 of 2 on ?`},
	{"the outage without an object is not taken for one of many", `
		10:00 down of=10.0.0.1
		10:01 down of=?
		10:05 up of=10.0.0.2`, `
		open critical 10:00 x1 of 1 on 10.0.0.1
		open critical 10:01 x1 of 1 on ? unclear 10:05 among 1`},
	{"an object that was over before does not end the outage of another", `
		09:00 down of=10.0.0.1
		09:05 up of=10.0.0.1
		10:00 down of=?
		10:05 up of=10.0.0.1`, `
		resolved critical 09:00-09:05 x1 of 3 on 10.0.0.1
		open critical 10:00 x1 of 1 on ?`},
	{"an end told twice does not end what came in between", `
		10:00 up of=10.0.0.1
		10:01 down of=?
		10:05 up of=10.0.0.1`, `
		open critical 10:01 x1 of 1 on ?`},
	{"a late end ends nothing that began after it", `
		10:10 down of=10.0.0.1
		10:05 up of=? @10:11
		10:06 up of=10.0.0.2 @10:12`, `
		open critical 10:10 x1 of 1 on 10.0.0.1`},
	{"a late beginning without an object reopens what was ended", `
		10:00 down of=?
		10:05 up of=?
		10:01 down of=? @10:06
		10:07 up of=?`, `
		open critical 10:01 x2 flaps=1 of 3 on ? unclear 10:07 among 1`},
	{"a neighbor told without its instance is the only one of its address", `
		10:00 down of=10.0.0.1(instance_blue)
		10:01 down of=10.0.0.2(instance_blue)
		10:05 up of=10.0.0.1`, `
		resolved critical 10:00-10:05 x1 of 2 on 10.0.0.1 (instance blue)
		open critical 10:01 x1 of 1 on 10.0.0.2 (instance blue)`},
	{"the same address in two instances is two neighbors", `
		10:00 down of=10.0.0.1(instance_blue)
		10:01 down of=10.0.0.1(instance_red)
		10:05 up of=10.0.0.1(instance_red)
		10:06 down of=10.0.0.1(instance_red)
		10:07 up of=10.0.0.1`, `
		open critical 10:00 x1 of 1 on 10.0.0.1 (instance blue) unclear 10:07 among 2
		open critical 10:06 x2 flaps=1 of 3 on 10.0.0.1 (instance red) unclear 10:07 among 2`},
	{"an end told again does not end the outage told with less", `
		10:00 down of=10.0.0.1
		10:01 down of=10.0.0.1(instance_blue)
		10:05 up of=10.0.0.1(instance_blue)
		10:06 up of=10.0.0.1(instance_blue)`, `
		open critical 10:00 x1 of 1 on 10.0.0.1
		resolved critical 10:01-10:05 x1 of 3 on 10.0.0.1 (instance blue)`},
	{"a flapping neighbor that is told with and without its instance", `
		10:00 down of=10.0.0.1(instance_blue)
		10:01 up of=10.0.0.1
		10:02 down of=10.0.0.1(instance_blue)
		10:03 up of=10.0.0.1`, `
		resolved critical 10:02-10:03 x2 flaps=1 of 4 on 10.0.0.1 (instance blue)`},
	{"an outage that ended is not unclear any more", `
		10:00 down of=10.0.0.1
		10:01 down of=10.0.0.2
		10:02 up of=?
		10:03 up of=10.0.0.1
		10:04 down of=10.0.0.1`, `
		open critical 10:04 x2 flaps=1 of 3 on 10.0.0.1
		open critical 10:01 x1 of 1 on 10.0.0.2 unclear 10:02 among 2`},
}

func TestObjectsOfAScope(t *testing.T) {
	for _, s := range scopeStories {
		t.Run(s.name, func(t *testing.T) {
			for name, reload := range map[string]bool{"in one run": false, "loaded again after each step": true} {
				w := newStoryRun(t)
				w.reload = reload
				w.play(s.script)
				if got, want := w.alerts(), trim(s.want); got != want {
					t.Errorf("%s:\n%swant\n%s", name, got, want)
				}
			}
		})
	}
}
