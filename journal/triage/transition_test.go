package triage

import (
	"fmt"
	"strings"
	"testing"

	"foghorn/journal/event"
)

// In these stories want is the transitions: the number, the states, the severity,
// the time, and the step of the script that caused it, or "time".
var lives = []story{
	{"an outage that somebody owns", `
		10:00 down
		10:01 ack anna
		10:02 unack
		10:06 up @10:09
		10:10 down`, `
		1 none to open critical 10:00 by step 1
		2 open to acked critical 10:01 by step 2
		3 acked to open critical 10:02 by step 3
		4 open to resolved critical 10:06 by step 4
		5 resolved to open critical 10:10 by step 5`},
	{"what changes nothing is no step", `
		10:00 down
		10:00 down @10:01
		10:02 note hello
		10:06 up
		10:07 up`, `
		1 none to open critical 10:00 by step 1
		2 open to resolved critical 10:06 by step 4`},
	{"worse, then better", `
		10:00 alarm sev=warn
		10:05 alarm last=10:05 sev=critical
		10:10 alarm last=10:10 sev=info`, `
		1 none to open warn 10:00 by step 1
		2 open to open critical 10:05 by step 2
		3 open to open info 10:10 by step 3`},
	{"an outage that is over before it is told opens first", `
		10:06 up
		10:00 down @10:07`, `
		1 none to open critical 10:00 by step 2
		2 open to resolved critical 10:06 by step 2`},
	{"an ack lapses when the outage comes back", `
		10:00 down
		10:01 ack anna
		10:05 up
		10:06 down`, `
		1 none to open critical 10:00 by step 1
		2 open to acked critical 10:01 by step 2
		3 acked to resolved critical 10:05 by step 3
		4 resolved to open critical 10:06 by step 4`},
	{"time ends a snooze and then the alert, each at its deadline, whenever the tick comes", `
		10:00 once
		10:05 snooze 10:30
		14:00 tick`, `
		1 none to open critical 10:00 by step 1
		2 open to snoozed critical 10:05 by step 2
		3 snoozed to open critical 10:30 by time
		4 open to resolved critical 11:00 by time`},
	{"deadlines that were put off keep their order", `
		10:00 once
		10:50 once
		10:55 restart power cycle
		14:00 tick`, `
		1 none to open critical 10:00 by step 1
		1 none to open warn 10:55 by step 3
		2 open to resolved warn 11:10 by time
		2 open to resolved critical 11:50 by time`},
	{"somebody wakes it", `
		10:00 down
		10:01 ack anna
		10:05 snooze 11:00
		10:06 wake
		11:30 tick`, `
		1 none to open critical 10:00 by step 1
		2 open to acked critical 10:01 by step 2
		3 acked to snoozed critical 10:05 by step 3
		4 snoozed to acked critical 10:06 by step 4`},
	{"a late record does not snooze it again", `
		10:00 down
		10:05 snooze 10:30
		10:31 tick
		10:29 down @10:29
		10:40 tick`, `
		1 none to open critical 10:00 by step 1
		2 open to snoozed critical 10:05 by step 2
		3 snoozed to open critical 10:30 by time`},
	{"a repeat after its time is a new alert, and time ended the first", `
		10:00 once
		11:05 once @10:59`, `
		1 none to open critical 10:00 by step 1
		2 open to resolved critical 11:00 by time
		1 none to open critical 11:05 by step 2`},
	{"a repeat from before its end puts it off", `
		10:00 once
		11:01 tick
		10:59 once @11:02`, `
		1 none to open critical 10:00 by step 1
		2 open to resolved critical 11:00 by time
		3 resolved to open critical 10:59 by step 3`},
}

func TestTransitions(t *testing.T) {
	for _, s := range lives {
		for _, reload := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, reload %v", s.name, reload), func(t *testing.T) {
				w := newStoryRun(t)
				w.reload = reload
				w.play(s.script)
				if got, want := w.transitions(), trim(s.want); got != want {
					t.Errorf("lived\n%swant\n%s", got, want)
				}
			})
		}
	}
}

func (w *storyRun) transitions() string {
	var b strings.Builder
	for _, step := range w.life {
		from, by := string(step.From), "time"
		if from == "" {
			from = "none"
		}
		if seq, _ := event.SplitID(step.CauseEvent); seq+step.CauseActivity != 0 {
			by = fmt.Sprintf("step %d", seq+step.CauseActivity)
		}
		fmt.Fprintf(&b, "%d %s to %s %s %s by %s\n", step.N, from, step.To, step.Severity, clockTime(step.Time), by)
	}
	return b.String()
}
