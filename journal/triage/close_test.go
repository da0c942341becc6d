package triage

import (
	"testing"

	"foghorn/journal/event"
)

var closedStories = []story{
	{"what a person closes is over, and says who ended it", `
		10:00 down
		10:30 close test`, `
		resolved critical 10:00-10:30 x1 closed 10:30 by bo: test of 1`},
	{"seen again soon after: the same alert, flapping, and nobody's", `
		10:00 down
		10:10 ack anna
		10:30 close test
		10:40 down`, `
		open critical 10:40 x2 flaps=1 of 2`},
	{"seen again later: a new alert", `
		10:00 down
		10:30 close test
		11:00 down`, `
		resolved critical 10:00-10:30 x1 closed 10:30 by bo: test of 1
		open critical 11:00 x1 of 1`},
	{"an opening from before arrives late: closed", `
		10:00 down
		10:30 close test
		10:20 down @10:31`, `
		resolved critical 10:00-10:30 x1 closed 10:30 by bo: test of 2`},
	{"a second topic about what was closed arrives late, of a sender whose clock is ahead", `
		10:05 down @10:00
		10:01 close test
		10:05 down @10:02`, `
		resolved critical 10:05-10:05 x1 closed 10:05 by bo: test of 2`},
	{"its end is reported later: that is the end", `
		10:00 down
		10:30 close test
		11:00 up`, `
		resolved critical 10:00-11:00 x1 closed 10:30 by bo: test of 2`},
	{"its end was earlier, and arrives late", `
		10:00 down
		10:30 close test
		10:10 up @10:31`, `
		resolved critical 10:00-10:10 x1 closed 10:30 by bo: test of 2`},
	{"the end of the outage before arrives late: closed as it was", `
		10:00 down
		10:20 down
		10:30 close test
		10:10 up @10:31`, `
		resolved critical 10:00-10:30 x1 closed 10:30 by bo: test of 3`},
	{"it came back after the close, and its end in between arrives last", `
		10:00 down
		10:30 close test
		10:40 down
		10:35 up @10:50`, `
		open critical 10:40 x2 flaps=1 of 3`},
	{"it came back after the close and ended, told in the wrong order", `
		10:00 down
		10:30 close test
		10:45 up
		10:40 down @10:46`, `
		resolved critical 10:00-10:45 x1 closed 10:30 by bo: test of 3`},
	{"undone", `
		10:00 down
		10:10 ack anna
		10:30 close test
		10:30 undo`, `
		acked critical 10:00 x1 own=anna of 1`},
	{"undone after its end was reported: it stays over", `
		10:00 down
		10:30 close test
		10:31 up
		10:32 undo`, `
		resolved critical 10:00-10:31 x1 of 2`},
	{"undone after it came back: that outage is another", `
		10:00 down
		10:30 close test
		10:31 down
		10:32 undo`, `
		open critical 10:31 x2 flaps=1 of 2`},
	{"closed twice: the first counts", `
		10:00 down
		10:30 close test
		10:31 close again`, `
		resolved critical 10:00-10:30 x1 closed 10:30 by bo: test of 1`},
	{"what has ended cannot be closed", `
		10:00 down
		10:30 up
		10:31 close test`, `
		resolved critical 10:00-10:30 x1 of 2`},

	{"a one-off", `
		10:00 once
		10:30 close known
		12:00 tick`, `
		resolved critical 10:00-10:30 x1 closed 10:30 by bo: known of 1`},
	{"a one-off that happens again soon", `
		10:00 once
		10:30 close known
		10:40 once
		10:41 tick`, `
		open critical 10:40 x2 flaps=1 of 2`},
	{"a one-off that happens again later is a new alert", `
		10:00 once
		10:10 close known
		10:40 once
		10:41 tick`, `
		resolved critical 10:00-10:10 x1 closed 10:10 by bo: known of 1
		open critical 10:40 x1 of 1`},
	{"a one-off from before arrives late: counted, and closed", `
		10:00 once
		10:30 close known
		10:20 once @10:31`, `
		resolved critical 10:00-10:30 x2 closed 10:30 by bo: known of 2`},
	{"a one-off whose close is undone leaves at its own time", `
		10:00 once
		10:30 close known
		10:31 undo
		11:30 tick`, `
		resolved critical 10:00-11:00 x1 of 1`},
	{"a one-off whose close is undone after it should have left", `
		10:00 once
		10:59 close known
		11:01 undo
		11:30 tick`, `
		resolved critical 10:00-11:00 x1 of 1`},

	{"an alarm told again without being seen again: closed", `
		10:00 alarm count=2 last=10:20
		10:30 close known
		10:40 alarm count=3 last=10:20 told=11:30 @11:30`, `
		resolved critical 10:00-10:30 x3 closed 10:30 by bo: known of 2`},
	{"an alarm seen again", `
		10:00 alarm count=2 last=10:20
		10:30 close known
		10:00 alarm count=3 last=12:20 @12:20`, `
		open critical 12:20 x3 flaps=1 of 2`},
	{"the end of an alarm that was closed", `
		10:00 alarm count=2 last=10:20
		10:30 close known
		12:00 alarm count=2 last=10:20 resolved`, `
		resolved critical 10:00-12:00 x2 closed 10:30 by bo: known of 2`},
	{"an alarm that nobody ends, closed and undone", `
		10:00 lasting
		10:30 close known
		10:31 undo
		10:32 tick`, `
		open critical 10:00 x1 of 1 leaves=12:00`},

	{"a restart, and the opening from before it arrives late: closed", `
		10:05 restart power cycle
		10:10 close known
		10:04 down @10:11`, `
		resolved critical 10:04-10:10 x1 closed 10:10 by bo: known of 2: ap1 down; restarted: power cycle`},
	{"a restart, and then an outage", `
		10:05 restart power cycle
		10:10 close known
		10:12 down`, `
		open critical 10:12 x2 flaps=1 of 2`},
	{"one more restart", `
		10:05 restart power cycle
		10:10 close known
		10:12 restart panic`, `
		open warn 10:12 x2 flaps=1 of 2: ap1 restarted: panic`},

	{"the end of one of several, of which another was closed, is not taken for the third's", `
		10:00 down of=a
		10:00 down of=b
		10:01 close known
		10:05 up of=?`, `
		open critical 10:00 x1 of 1 on a unclear 10:05 among 1
		resolved critical 10:00-10:01 x1 closed 10:01 by bo: known of 1 on b`},
	{"the end of a closed one ends no other", `
		10:00 down of=a(instance_x)
		10:01 close known
		10:02 down of=a
		10:05 up of=a(instance_x)`, `
		resolved critical 10:00-10:05 x1 closed 10:01 by bo: known of 2 on a (instance x)
		open critical 10:02 x1 of 1 on a`},
	{"an opening without an object, from before the close", `
		10:00 down of=?
		10:30 close known
		10:20 down of=? @10:31`, `
		resolved critical 10:00-10:30 x1 closed 10:30 by bo: known of 2 on ?`},
}

// A relay learns who ended an alert: the step names the activity, and so does the one
// that takes it back.
func TestClosingIsAStepOfThePerson(t *testing.T) {
	w := newStoryRun(t)
	w.play(`
		10:00 down
		10:30 close test
		10:31 undo
		10:32 close again
		10:33 down`)
	var got []string
	for _, s := range w.life {
		by := "event"
		if s.CauseActivity != 0 {
			by = "activity"
		}
		got = append(got, string(s.To)+" "+clockTime(s.Time)+" by "+by)
	}
	want := []string{"open 10:00 by event", "resolved 10:30 by activity", "open 10:31 by activity", "resolved 10:32 by activity", "open 10:33 by event"}
	if len(got) != len(want) {
		t.Fatalf("steps %q", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("step %d is %q, want %q", i, got[i], want[i])
		}
	}
}

func TestWhyAnAlertIsNotClosed(t *testing.T) {
	for script, want := range map[string]string{
		"10:00 down\n10:01 close a\n10:02 close b": "bo had closed it already",
		"10:00 down\n10:01 up\n10:02 close b":      "it had ended already",
	} {
		w := newStoryRun(t)
		w.play(script)
		if w.last.Action != event.ActionClose || w.last.Result != want || w.last.Became != nil {
			t.Errorf("%q: result %q, want %q", script, w.last.Result, want)
		}
	}
}
