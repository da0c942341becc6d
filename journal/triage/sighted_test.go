package triage

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

var sightedStories = []story{
	{"Mist's alarm about an outage is the same row", `
		10:00 down
		10:00:20 sight count=1
		10:06 up`, `
		resolved critical 10:00-10:06 x1 of 3 mist=m`},
	{"the alarm is first", `
		10:00:20 sight count=1
		10:00 down @10:01
		10:06 up`, `
		resolved critical 10:00-10:06 x1 of 3 mist=m`},
	{"only the alarm is told, and ends it", `
		10:00 sight count=1
		10:06 unsight`, `
		resolved warn 10:00-10:06 x1 of 2 mist=m`},
	{"repeats of the alarm are counted", `
		10:00 down
		10:00:20 sight count=1
		10:00:20 sight count=4 last=10:05 @10:05`, `
		open critical 10:00 x4 of 3 mist=m`},
	{"a repeat of the alarm that comes late does not reopen", `
		10:00 down
		10:00:20 sight count=1
		10:06 up
		10:00:20 sight count=2 last=10:05 @10:07`, `
		resolved critical 10:00-10:06 x2 of 4 mist=m`},
	{"nor one that speaks of the very moment of the end", `
		10:00 down
		10:06 up
		10:00:20 sight count=2 last=10:06 @10:07`, `
		resolved critical 10:00-10:06 x2 of 3 mist=m`},
	{"the alarm seen again after the end is a new outage", `
		10:00 down
		10:00:20 sight count=1
		10:06 up
		10:00:20 sight count=2 last=10:10 @10:10`, `
		open critical 10:10 x2 flaps=1 of 4 mist=m`},
	{"... whose beginning the event tells better", `
		10:00 down
		10:06 up
		10:00:20 sight count=2 last=10:10:20 @10:11
		10:10 down @10:12`, `
		open critical 10:10 x2 flaps=1 of 4 mist=m`},
	{"a beginning from before the last end is not that of this outage", `
		10:00 down
		10:06 up
		10:07 down
		10:05 down @10:08
		10:03 up @10:09
		10:02:30 down @10:10`, `
		open critical 10:07 x2 flaps=1 of 6`},
	{"the alarm of an outage long over begins a new one, when it was seen", `
		10:00 sight count=1
		10:06 up
		10:00 sight count=2 last=12:00 @12:00`, `
		resolved warn 10:00-10:06 x1 of 2 mist=m
		open warn 12:00 x2 of 1 mist=m`},
	{"told in the wrong order, with the end first", `
		10:06 up
		10:00:20 sight count=2 last=10:05 @10:07
		10:00 down @10:08`, `
		resolved critical 10:00-10:06 x2 of 2 mist=m`},
	{"seen again after an end without a beginning", `
		10:06 up
		10:00 sight count=2 last=10:10 @10:10`, `
		open warn 10:10 x2 of 1 mist=m`},
	{"the end of another alarm ends nothing", `
		10:00 sight count=1
		10:06 unsight id=older`, `
		open warn 10:00 x1 of 2 mist=m`},
	{"an outage that only the end of its alarm names", `
		10:00 down
		10:06 unsight`, `
		resolved critical 10:00-10:06 x1 of 2 mist=m`},
	{"of two ends told of one outage the earlier is believed", `
		10:00 down
		10:06:30 up
		10:06 up @10:07`, `
		resolved critical 10:00-10:06 x1 of 3`},
	{"an end much before the known one is that of something else", `
		10:00 down
		10:30 up
		10:03 up @10:31`, `
		resolved critical 10:00-10:30 x1 of 3`},
}

var clearedStories = []story{
	{"a recovery ends the one failure it can be of", `
		10:00 broken id=a
		10:20 fixed`, `
		resolved critical 10:00-10:20 x1 of 2 mist=a on dhcp:?`},
	{"of two failures none can be told to be over", `
		10:00 broken id=a
		10:05 broken id=b
		10:20 fixed`, `
		open critical 10:00 x1 of 2 mist=b on dhcp:? unclear 10:20 among 1`},
	{"one alarm told again is one failure", `
		10:00 broken id=a count=1
		10:00 broken id=a count=3 last=10:10 @10:10
		10:20 fixed`, `
		resolved critical 10:00-10:20 x3 of 3 mist=a on dhcp:?`},
	{"the failure of another site is not meant", `
		10:00 broken id=a site=t
		10:20 fixed`, `
		open critical 10:00 x1 of 1 mist=a on dhcp of t:?`},
	{"nor is that of another VLAN", `
		10:00 broken id=a on=VLAN30
		10:20 fixed on=VLAN20`, `
		open critical 10:00 x1 of 1 mist=a on dhcp:VLAN30`},
	{"each VLAN ends by its own recovery", `
		10:00 broken id=a on=VLAN30
		10:05 broken id=b on=VLAN20
		10:20 fixed on=VLAN20`, `
		open critical 10:00 x1 of 1 mist=a on dhcp:VLAN30
		resolved critical 10:05-10:20 x1 of 2 mist=b on dhcp:VLAN20`},
	{"a recovery from before the failure was last seen", `
		10:00 broken id=a
		10:00 broken id=a count=3 last=10:30 @10:30
		10:20 fixed @10:31`, `
		open critical 10:00 x3 of 2 mist=a on dhcp:? unclear 10:20 among 1`},
	{"a recovery of nothing is no alert", `
		10:20 fixed`, ``},
	{"the failure seen again after its recovery", `
		10:00 broken id=a count=1 on=VLAN30
		10:20 fixed on=VLAN30
		10:00 broken id=a count=2 last=10:25 on=VLAN30 @10:25`, `
		open critical 10:25 x2 flaps=1 of 3 mist=a on dhcp:VLAN30`},
}

var lastingStories = []story{
	{"an alarm that nobody ends leaves by time", `
		10:00 lasting count=1
		12:30 tick`, `
		resolved critical 10:00-12:00 x1 of 1`},
	{"told again it stays longer, and says until when", `
		10:00 lasting count=1
		10:00 lasting count=4 last=11:30 @11:30
		12:30 tick`, `
		open critical 10:00 x4 of 2 leaves=13:30`},
	{"told late, but seen before time ended it", `
		10:00 lasting count=1
		12:05 tick
		10:00 lasting count=2 last=11:00 @12:10`, `
		open critical 10:00 x2 of 2 leaves=14:10`},
	{"first told long after it was seen", `
		10:00 lasting count=1 @23:00
		23:30 tick`, `
		open critical 10:00 x1 of 1 leaves=01:00`},
	{"an older telling that comes late puts nothing off", `
		10:00 lasting count=3 last=10:30 @10:30
		10:00 lasting count=1 last=10:05 @11:00
		12:10 tick`, `
		open critical 10:00 x3 of 2 leaves=12:30`},
	{"seen again after it left", `
		10:00 lasting count=1
		10:00 lasting count=2 last=13:00 @13:00`, `
		open critical 13:00 x2 flaps=1 of 2 leaves=15:00`},
	{"its sender ends it after all", `
		10:00 lasting count=1
		10:00 lasting count=1 last=10:10 resolved ended=10:40 @10:41`, `
		resolved critical 10:00-10:40 x1 of 2`},
}

// Of those that one alarm tells together nobody says when in its time each was seen.
var severalStories = []story{
	{"down and back with others", `
		10:00 several
		10:20 back`, `
		resolved warn 10:00-10:20 x1 of 2 mist=m`},
	{"the alarm grows by another device after this one is back", `
		10:00 several
		10:20 up
		10:00 several last=10:30 @10:30`, `
		resolved warn 10:00-10:20 x1 of 3 mist=m`},
	{"the alarm of an outage that an event told, and that ended", `
		10:00 down
		10:05 up
		10:00 several last=10:10 @10:10`, `
		resolved critical 10:00-10:05 x1 of 3 mist=m`},
	{"an outage that ended before the alarm's time is another", `
		10:00 down
		10:05 up
		10:08 several last=10:10 @10:10`, `
		open critical 10:08 x2 flaps=1 of 3 mist=m`},
	{"down again, of which the others' return says nothing", `
		10:00 several
		10:20 back
		10:25 down
		10:20 back last=10:30 @10:30`, `
		open critical 10:25 x2 flaps=1 of 4 mist=m`},
	{"back in the time of an alarm that others began", `
		10:20 down
		10:10 back last=10:30 @10:30`, `
		resolved critical 10:20-10:30 x1 of 2`},
	{"two alarms that overlap", `
		10:00 several id=a
		10:02 several id=b @10:03
		10:20 back`, `
		resolved warn 10:00-10:20 x1 of 3 mist=b`},
	{"resolved by the alarm's own word", `
		10:00 several id=a
		10:20 unsight id=a`, `
		resolved warn 10:00-10:20 x1 of 2 mist=a`},
}

// TestOneOutageInAnyOrder tells one outage by all that can tell it - two topics,
// Mist's alarm with its repeats and its end, the alarm of the recovery, the
// restart - in many orders, to a machine loaded anew now and then: there is one
// row, and it is the same.
func TestOneOutageInAnyOrder(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 5))
	for round := range 4000 {
		script := []string{
			"10:00 down", "10:00:00.4 down", "10:05:20 up", "10:05:20.8 up", "10:06 up",
			"10:00:40 sight count=1", "10:00:40 sight count=3 last=10:04", "10:00:40 sight count=4 last=10:05",
			"10:05:10 restart power cycle", "10:05:10.2 restart power cycle",
		}
		if round%2 == 0 {
			script = append(script, "10:06:30 unsight")
		}
		rng.Shuffle(len(script), func(i, j int) { script[i], script[j] = script[j], script[i] })
		w := newStoryRun(t)
		for i, step := range script {
			w.play(fmt.Sprintf("%s @10:%d", step, 10+i))
			if rng.IntN(4) == 0 {
				w.m = w.rows.load(DefaultRules())
			}
		}
		if got, want := w.alerts(), oneOutage(script); !want.MatchString(got) {
			t.Fatalf("round %d: %q\nended with\n%swant %s", round, script, got, want)
		}
	}
}

// oneOutage is what has to come of it. How many events stand behind the row is
// left open, since those before the first opening have no row to stand behind. So
// is which end counts when the first of them comes before any opening: of ends
// without an alert the latest is remembered.
func oneOutage(script []string) *regexp.Regexp {
	end := "10:05:20"
	for _, step := range script {
		if strings.HasSuffix(step, " down") || strings.Contains(step, " sight") {
			break
		}
		if step == "10:05:20 up" {
			end = "10:0[56][:0-9]*"
		}
	}
	return regexp.MustCompile("^resolved critical 10:00-" + end + " x4 of [0-9]+ mist=m: ap1 was down \\S+; restarted: power cycle\n$")
}
