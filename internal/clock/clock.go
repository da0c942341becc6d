// Package clock gives code its time, so that no test has to wait for it.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time and makes tickers.
type Clock interface {
	Now() time.Time
	// NewTicker returns a channel that gets the time every d, dropping ticks
	// for a slow reader, and a function that stops it.
	NewTicker(d time.Duration) (<-chan time.Time, func())
}

// Real is the machine's clock.
type Real struct{}

// Now returns the machine's time.
func (Real) Now() time.Time { return time.Now() }

// NewTicker wraps time.NewTicker.
func (Real) NewTicker(d time.Duration) (<-chan time.Time, func()) {
	t := time.NewTicker(d)
	return t.C, t.Stop
}

// began is when the process did.
var began = time.Now()

// Elapsed is the time since the process began, by the monotonic clock: nobody
// sets it, and it stands still while the machine sleeps.
func (Real) Elapsed() time.Duration { return time.Since(began) }

// Elapsed is how much time has passed by a clock since some moment of its own,
// whatever it was set to meanwhile.
func Elapsed(c Clock) time.Duration {
	if s, ok := c.(interface{ Elapsed() time.Duration }); ok {
		return s.Elapsed()
	}
	return Real{}.Elapsed()
}

// Fake is a clock that stands still until it is told to move. It is safe for
// concurrent use.
type Fake struct {
	mu      sync.Mutex
	now     time.Time
	stepped time.Duration // of the changes of now, what no time passed in
	tickers map[*ticker]struct{}
}

type ticker struct {
	c    chan time.Time
	d    time.Duration
	next time.Time
}

// NewFake returns a clock that shows t.
func NewFake(t time.Time) *Fake {
	return &Fake{now: t, tickers: map[*ticker]struct{}{}}
}

// Now returns the time the clock was last set to.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Set puts the clock to t, backwards too. Tickers that became due tick once.
func (f *Fake) Set(t time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = t
	for k := range f.tickers {
		if k.next.After(t) {
			continue
		}
		select {
		case k.c <- t:
		default:
		}
		k.next = t.Add(k.d)
	}
}

// Advance moves the clock by d.
func (f *Fake) Advance(d time.Duration) { f.Set(f.Now().Add(d)) }

// Step sets the clock forward or back by d without time passing, as a person or
// NTP does.
func (f *Fake) Step(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
	f.stepped += d
	for k := range f.tickers {
		k.next = k.next.Add(d)
	}
}

// Elapsed tells the time that has passed, which Step does not change.
func (f *Fake) Elapsed() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now.Add(-f.stepped).Sub(time.Unix(0, 0))
}

// NewTicker returns a ticker that ticks when the clock is moved past its time.
func (f *Fake) NewTicker(d time.Duration) (<-chan time.Time, func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	k := &ticker{c: make(chan time.Time, 1), d: d, next: f.now.Add(d)}
	f.tickers[k] = struct{}{}
	return k.c, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.tickers, k)
	}
}

// Later returns the later of two times.
func Later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
