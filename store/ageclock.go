package store

import (
	"fmt"
	"time"

	"foghorn/internal/human"
)

// ageClock decides by which time the age of records is measured. One reading of
// the machine's clock is not believed: it may be wrong after a start or a
// suspend, and put right a moment later, and what was removed by it is gone.
//
// The clock is believed as long as it goes as the monotonic one does. After a
// jump nothing is removed for its age until the clock has gone on from there
// steadily, for a seventh of the jump and at most a day. A machine that was off
// for a night waits two hours.
type ageClock struct {
	trusted time.Time     // the time that is believed
	at      time.Duration // when, by the monotonic clock
	jump    time.Duration // how far the clock is off, 0 when it is not
	since   time.Duration // when that was noticed
	quiet   bool          // it is not worth a line
}

// Bounds of what a jump is and of how long it has to stay.
const (
	clockDrift = 2 * time.Minute
	jumpWait   = 7
	minJump    = 10 * time.Minute
	maxJump    = 24 * time.Hour
	restart    = time.Hour // it is no news that a process was away for less
)

// expected is what the clock should say.
func (a *ageClock) expected(elapsed time.Duration) time.Time {
	return a.trusted.Add(elapsed - a.at)
}

// read takes a reading of both clocks, the first one of a process or not. It
// reports whether the wall clock is believed, and what a person should know, once.
func (a *ageClock) read(wall time.Time, elapsed time.Duration, first bool) (believed bool, said string) {
	wall = wall.Round(0)
	off := wall.Sub(a.expected(elapsed))
	if off.Abs() <= clockDrift {
		if a.jump != 0 && !a.quiet {
			said = "the clock is back where it was before its jump; records are removed by age as usual"
		}
		*a = ageClock{trusted: wall, at: elapsed}
		return true, said
	}
	wait := min(max(off.Abs()/jumpWait, minJump), maxJump)
	if a.jump == 0 || (off-a.jump).Abs() > clockDrift {
		a.jump, a.since, a.quiet = off, elapsed, first && off > 0 && off < restart
		if a.quiet {
			return false, ""
		}
		way := "forward"
		if off < 0 {
			way = "back"
		}
		return false, fmt.Sprintf("the clock jumped %s by %s, or the machine was off or asleep; nothing is removed by age until the clock has run on steadily for %s",
			way, human.Duration(off.Abs()), human.Duration(wait))
	}
	if elapsed-a.since < wait {
		return false, ""
	}
	if !a.quiet {
		said = "the clock has run steadily since its jump; records are removed by age again"
	}
	*a = ageClock{trusted: wall, at: elapsed}
	return true, said
}

// arrivals remembers how far the log went at which time of the monotonic clock,
// so that records which came since the start have an age that no wrong clock
// can give them.
type arrivals struct {
	seen  []arrival
	every time.Duration // between two of them
}

type arrival struct {
	elapsed time.Duration
	last    int64 // record
}

// arrivalsKept bounds the memory; beyond it every second one goes, and they are
// taken half as often.
const arrivalsKept = 2000

// note remembers the end of the log, once a minute at first.
func (a *arrivals) note(elapsed time.Duration, last int64) {
	a.every = max(a.every, time.Minute)
	if n := len(a.seen); n > 0 && elapsed-a.seen[n-1].elapsed < a.every {
		return
	}
	a.seen = append(a.seen, arrival{elapsed, last})
	if len(a.seen) < arrivalsKept {
		return
	}
	half := a.seen[:0] // the first, which is the start, stays
	for i := 0; i < arrivalsKept; i += 2 {
		half = append(half, a.seen[i])
	}
	a.seen, a.every = half, 2*a.every
}

// older returns the last record that may be older than age, and the last one
// that certainly is.
func (a *arrivals) older(age, elapsed time.Duration) (may, certain int64) {
	if len(a.seen) == 0 {
		return 0, 0
	}
	may = a.seen[0].last // what was there at the start: nothing more is known of it
	for i := len(a.seen) - 1; i > 0; i-- {
		if elapsed-a.seen[i].elapsed >= age {
			return a.seen[i].last, a.seen[i].last
		}
	}
	return may, 0
}
