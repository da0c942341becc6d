// Package rate counts arrivals and measures their recent rate.
package rate

import (
	"sync"
	"time"
)

// window is how many seconds the rate looks back.
const window = 10

// Meter counts arrivals. The zero value is ready. A meter has no clock and no
// goroutine: the time is the caller's. It is safe for concurrent use.
type Meter struct {
	mu    sync.Mutex
	ring  [window + 1]second
	last  time.Time
	total int64
}

// second holds what arrived within one second of the clock.
type second struct {
	unix  int64
	units int64
}

// Reading is a reading of a meter.
type Reading struct {
	PerSecond float64   // units a second, over the last ten whole seconds
	Last      time.Time // the last arrival; zero if there was none
	Total     int64     // arrivals
}

// Count adds one arrival of so many units: a delivery with its events, or a
// message, which is one unit.
func (m *Meter) Count(now time.Time, units int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.total++
	m.last = now
	at := now.Unix()
	s := &m.ring[slot(at)]
	if s.unix != at {
		*s = second{unix: at}
	}
	s.units += int64(units)
}

// Restore sets the time of the last arrival to that of an earlier run, unless
// something has arrived since.
func (m *Meter) Restore(last time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if last.After(m.last) {
		m.last = last
	}
}

// Read returns the reading at now. The rate leaves out the second that has just
// begun: with it the number would drop at the start of every second.
func (m *Meter) Read(now time.Time) Reading {
	m.mu.Lock()
	defer m.mu.Unlock()
	end, sum := now.Unix(), int64(0)
	for _, s := range m.ring {
		if s.unix < end && s.unix >= end-window {
			sum += s.units
		}
	}
	return Reading{PerSecond: float64(sum) / window, Last: m.last, Total: m.total}
}

// slot returns the place of a second in the ring. A clock that was never set may
// stand before 1970, so the second may be negative.
func slot(unix int64) int {
	const n = window + 1
	return int((unix%n + n) % n)
}
