package store

import (
	"strings"
	"testing"
	"time"

	"foghorn/internal/clock"
)

// aging is a journal whose trimmer runs with a clock that is set to and fro.
type aging struct {
	*journal
	clock   *clock.Fake
	trimmer *Trimmer
	said    []string
}

// month keeps everything for thirty days.
func month() Retention {
	return Retention{
		GroupOf: func(string) string { return "all" },
		Limits:  func(string) (time.Duration, int64) { return 30 * 24 * time.Hour, 0 },
	}
}

func newAging(t *testing.T) *aging {
	a := &aging{journal: &journal{t: t, dir: t.TempDir()}, clock: clock.NewFake(began)}
	l, err := OpenLog(t.Context(), a.dir, Options{Clock: a.clock})
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	runUntilEnd(t, l.Run)
	a.log, a.view = l, openTestView(t, a.dir, Options{})
	return a
}

// restart is what a new process knows.
func (a *aging) restart() {
	a.t.Helper()
	if a.trimmer != nil {
		must(a.t, a.trimmer.Close())
	}
	tr, err := NewTrimmer(a.log, a.view, month())
	must(a.t, err)
	a.trimmer = tr
	a.t.Cleanup(func() { _ = tr.Close() })
}

// get takes so many deliveries by the clock.
func (a *aging) get(n int) {
	a.t.Helper()
	for range n {
		a.now = a.clock.Now().Add(-time.Minute) // receive adds it
		a.receive("alarms", 10)
	}
}

// pass lets time go by, with retention now and then, and returns how many
// records went.
func (a *aging) pass(d time.Duration) (gone int) {
	a.t.Helper()
	step := max(5*time.Minute, d/400)
	for ; d > 0; d -= step {
		a.clock.Advance(min(d, step))
		for {
			res, err := a.trimmer.Trim(a.t.Context(), a.clock.Now())
			must(a.t, err)
			gone += res.Records
			if res.Clock != "" {
				a.said = append(a.said, res.Clock)
			}
			if !res.More {
				break
			}
		}
	}
	return gone
}

// says wants the lines that retention said of the clock since the last call.
func (a *aging) says(want ...string) {
	a.t.Helper()
	ok := len(a.said) == len(want)
	for i := range want {
		ok = ok && strings.Contains(a.said[i], want[i])
	}
	if !ok {
		a.t.Errorf("it said %q, want %q", a.said, want)
	}
	a.said = nil
}

const day = 24 * time.Hour

// The clock runs ahead by a month for a while and is put right: nothing goes.
func TestAClockAheadForAWhileRemovesNothing(t *testing.T) {
	a := newAging(t)
	a.restart()
	a.get(50)
	a.pass(time.Hour)
	a.clock.Step(31 * day)
	a.get(10)
	gone := a.pass(time.Hour)
	a.says("jumped forward by 31d")
	a.clock.Step(-31 * day)
	a.get(10)
	gone += a.pass(2 * day)
	a.says("is back where it was")
	if gone != 0 {
		t.Errorf("%d records went", gone)
	}
	// In time all of them go, those of the wrong clock too.
	if gone := a.pass(30 * day); gone != 69 {
		t.Errorf("after a month %d of 70 went; the newest has to stay", gone)
	}
	a.says()
}

// The machine starts with a clock that is forty days slow, takes deliveries, and
// then the clock is put right: these are as young as they are.
func TestRecordsOfASlowClockAreNotOldWhenItIsPutRight(t *testing.T) {
	for name, before := range map[string]int{"first start": 0, "with a journal": 50} {
		t.Run(name, func(t *testing.T) {
			a := newAging(t)
			a.restart()
			if before > 0 {
				a.get(before)
				a.pass(time.Hour)
				a.clock.Advance(time.Hour) // off
			}
			a.clock.Step(-40 * day)
			a.restart()
			a.pass(5 * time.Minute)
			a.get(20)
			gone := a.pass(time.Hour)
			a.clock.Step(40 * day)
			gone += a.pass(time.Hour)
			a.restart() // and what the process knew of it is gone
			gone += a.pass(2 * day)
			if gone != 0 {
				t.Errorf("%d records went", gone)
			}
			if gone := a.pass(30 * day); gone != before+20-1 {
				t.Errorf("after a month %d went", gone)
			}
		})
	}
}

// A jump that stays is believed after a time that goes with it, a day at most;
// and a machine that was off for a night is no emergency.
func TestAJumpThatStaysIsBelieved(t *testing.T) {
	a := newAging(t)
	a.restart()
	a.get(10)
	a.pass(time.Hour)
	a.clock.Step(31 * day)
	a.get(1)
	if gone := a.pass(23 * time.Hour); gone != 0 {
		t.Errorf("%d records went within a day", gone)
	}
	a.restart() // and does not make it believed
	if gone := a.pass(23 * time.Hour); gone != 0 {
		t.Errorf("%d records went after a restart", gone)
	}
	a.says("jumped forward by 31d", "jumped forward by 31d")
	if gone := a.pass(2 * time.Hour); gone != 10 {
		t.Errorf("%d records went, want all but the newest", gone)
	}
	a.says("run steadily since its jump")
}

// A start after a night: the clock differs from what was trusted last, and it is
// believed after two hours.
func TestANightOffIsBelievedSoon(t *testing.T) {
	a := newAging(t)
	a.restart()
	a.get(3)
	a.pass(29*day + 14*time.Hour)
	a.said = nil
	a.restart()
	a.clock.Step(14 * time.Hour)
	a.get(1)
	if gone := a.pass(time.Hour); gone != 0 {
		t.Errorf("%d records went within an hour", gone)
	}
	a.says("jumped forward by 14h")
	if gone := a.pass(2 * time.Hour); gone != 3 {
		t.Errorf("%d of 3 records went", gone)
	}
	a.says("run steadily")
}
