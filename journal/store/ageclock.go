package store

import (
	"fmt"
	"time"

	"foghorn/internal/human"
)

// ageClock provides the time that the age of records is measured by. It does not
// trust a single reading of the machine's clock: after a start or a suspend the
// clock may be wrong until it is corrected, but removed records are gone.
//
// It trusts the clock while it advances with the monotonic one. After a jump,
// nothing is removed by age until the clock has advanced steadily for a seventh of
// the jump, at least ten minutes and at most a day. After a night switched off, a
// machine waits two hours or less.
type ageClock struct {
	trusted time.Time     // the time that is trusted
	at      time.Duration // when, by the monotonic clock
	jump    time.Duration // how far the clock is off, 0 when it is not
	since   time.Duration // when that was noticed
	quiet   bool          // do not log it
}

// Limits of jumps and of the waits after them.
const (
	clockDrift = 2 * time.Minute
	jumpWait   = 7
	minJump    = 10 * time.Minute
	maxJump    = 24 * time.Hour
	restart    = time.Hour // a shorter pause between two processes is usual
)

// expected returns the time that the clock should show.
func (a *ageClock) expected(elapsed time.Duration) time.Time {
	return a.trusted.Add(elapsed - a.at)
}

// read records a reading of both clocks; first marks the first one of this
// process. It returns whether the wall clock is trusted, and once a line to log.
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
		return false, fmt.Sprintf("the clock jumped %s by %s, or the machine was off or asleep; nothing is removed by age until the clock has advanced steadily for %s",
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

// arrivals remembers the end of the log at times of the monotonic clock, so that
// no wrong clock can change the age of records that arrived since the start.
type arrivals struct {
	seen  []arrival
	every time.Duration // between two of them
}

type arrival struct {
	elapsed time.Duration
	last    int64 // record
}

// arrivalsKept limits the memory. Beyond it, every second entry is dropped, and
// new ones are added half as often.
const arrivalsKept = 2000

// note records the end of the log, at first once a minute.
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

// older returns the last record that may be older than age, and the last one that
// certainly is.
func (a *arrivals) older(age, elapsed time.Duration) (may, certain int64) {
	if len(a.seen) == 0 {
		return 0, 0
	}
	may = a.seen[0].last // the records from before the start: their age is unknown
	for i := len(a.seen) - 1; i > 0; i-- {
		if elapsed-a.seen[i].elapsed >= age {
			return a.seen[i].last, a.seen[i].last
		}
	}
	return may, 0
}
