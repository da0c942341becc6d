// Package clock abstracts time, so that no test has to wait for it.
package clock

import (
	"sync"
	"time"
)

// Clock provides the time and tickers.
type Clock interface {
	Now() time.Time
	// NewTicker returns a channel that receives the time every d, dropping
	// ticks for a slow reader, and a function that stops it.
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

// began is the start of the process.
var began = time.Now()

// Elapsed is the time since the start of the process by the monotonic clock, which
// nobody can set and which stops while the machine sleeps.
func (Real) Elapsed() time.Duration { return time.Since(began) }

// Elapsed is the time that has passed by a clock since a fixed moment, regardless
// of changes to the clock.
func Elapsed(c Clock) time.Duration {
	if s, ok := c.(interface{ Elapsed() time.Duration }); ok {
		return s.Elapsed()
	}
	return Real{}.Elapsed()
}

// Fake is a clock that moves only when Set, Advance or Step is called. It is safe
// for concurrent use.
type Fake struct {
	mu      sync.Mutex
	now     time.Time
	stepped time.Duration // the part of now's changes in which no time passed
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

// Set moves the clock to t, also backwards. Tickers that became due tick once.
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

// Elapsed is the time that has passed. Step does not change it.
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
