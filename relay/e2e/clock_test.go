package e2e

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/internal/clock"
)

// timekeeper is the clock of a desk, and lets its time pass.
type timekeeper interface {
	clock.Clock
	// settled waits until so many relays wait for the clock.
	settled(t *testing.T, relays int)
	// pass lets time pass.
	pass(t *testing.T, relays int, long time.Duration)
	// noticed does what the relays notice, and waits until they have.
	noticed(relays int, do func(), have func() bool)
}

// bubbleClock is the time of a bubble of synctest: exact, and for stories in which nothing
// is wrong with the network, because a request has no end of time in it. Servers are
// outside of the bubble: seen is its time for them.
type bubbleClock struct {
	clock.Real
	last atomic.Int64
}

// Now is asked before each request.
func (c *bubbleClock) Now() time.Time {
	now := time.Now()
	c.last.Store(now.UnixNano())
	return now
}

func (c *bubbleClock) seen() time.Time { return time.Unix(0, c.last.Load()).UTC() }

func (c *bubbleClock) settled(*testing.T, int) { synctest.Wait() }

func (c *bubbleClock) pass(_ *testing.T, _ int, long time.Duration) {
	time.Sleep(long)
	synctest.Wait()
}

func (c *bubbleClock) noticed(_ int, do func(), _ func() bool) {
	do()
	synctest.Wait()
}

// stepClock is a clock that the test moves from one due time to the next, and only
// while every relay waits: so a request takes no time, whatever the machine does. A relay
// may notice something a second late.
type stepClock struct {
	mu    sync.Mutex
	now   time.Time
	waits map[*wait]struct{}
	begun int // waits that ever began
	moved chan struct{}
}

type wait struct {
	due time.Time
	c   chan time.Time
}

func newStepClock(now time.Time) *stepClock {
	return &stepClock{now: now, waits: map[*wait]struct{}{}, moved: make(chan struct{}, 1)}
}

func (c *stepClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// NewTicker ticks once: a relay waits anew each time.
func (c *stepClock) NewTicker(d time.Duration) (<-chan time.Time, func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := &wait{due: c.now.Add(d), c: make(chan time.Time, 1)}
	c.waits[w] = struct{}{}
	c.begun++
	select {
	case c.moved <- struct{}{}:
	default:
	}
	return w.c, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.waits, w)
	}
}

// step moves the clock to what is due next, and at most to until. It reports whether
// until is reached.
func (c *stepClock) step(until time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := until
	for w := range c.waits {
		if w.due.Before(next) {
			next = w.due
		}
	}
	if next.After(c.now) {
		c.now = next
	}
	for w := range c.waits {
		if !w.due.After(c.now) {
			w.c <- c.now
			delete(c.waits, w)
		}
	}
	return !c.now.Before(until)
}

// settled waits until so many relays wait.
func (c *stepClock) settled(t *testing.T, relays int) {
	t.Helper()
	limit := time.NewTimer(2 * time.Minute) // of a real clock: it ends only a test that would never end
	defer limit.Stop()
	for {
		c.mu.Lock()
		n := len(c.waits)
		c.mu.Unlock()
		if n >= relays {
			return
		}
		select {
		case <-c.moved:
		case <-limit.C:
			t.Fatalf("only %d of %d relays wait", n, relays)
		}
	}
}

// pass lets time pass.
func (c *stepClock) pass(t *testing.T, relays int, long time.Duration) {
	t.Helper()
	until := c.Now().Add(long)
	for reached := false; !reached; {
		c.settled(t, relays)
		reached = c.step(until)
	}
	c.settled(t, relays)
}

// noticed waits for a moment: a relay that waits for its turn does not notice.
func (c *stepClock) noticed(relays int, do func(), have func() bool) {
	before := c.count()
	do()
	for spins := 0; spins < 40 && c.count() < before+relays || spins < 100_000 && !have(); spins++ {
		time.Sleep(50 * time.Microsecond)
	}
}

// count is how many waits have begun.
func (c *stepClock) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.begun
}
