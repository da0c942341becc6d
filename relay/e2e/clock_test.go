package e2e

import (
	"sync"
	"testing"
	"time"
)

// stepClock is a clock that the test moves from one due time to the next, and only
// while every relay waits: so a request takes no time, whatever the machine does.
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
	limit := time.NewTimer(20 * time.Second)
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

// count is how many waits have begun.
func (c *stepClock) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.begun
}
