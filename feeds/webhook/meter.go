package webhook

import (
	"sync"
	"time"

	"foghorn/journal/event"
)

// rateSeconds is how far back a feed's rate looks.
const rateSeconds = 10

// meter counts what one source brought. It is driven by the times it is
// given and needs no goroutine.
type meter struct {
	mu     sync.Mutex
	ring   [rateSeconds + 1]second
	last   time.Time // of the last accepted delivery
	total  int64
	failed int64
	why    string    // the cause of the last refusal
	whenNo time.Time // and its time
}

// second is how many events came within one second of the clock.
type second struct {
	unix   int64
	events int64
}

// accepted counts a delivery with its events.
func (m *meter) accepted(now time.Time, events int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.total++
	m.last = now
	at := now.Unix()
	s := &m.ring[slot(at)]
	if s.unix != at {
		*s = second{unix: at}
	}
	s.events += int64(events)
}

// restore takes over when an earlier run accepted a delivery last.
func (m *meter) restore(last time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if last.After(m.last) {
		m.last = last
	}
}

// refused counts a refusal and keeps its cause.
func (m *meter) refused(now time.Time, cause string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failed++
	m.why, m.whenNo = cause, now
}

// read fills in what the meter knows. The rate is over the last ten whole
// seconds, so that it does not flicker with the one that has just begun.
func (m *meter) read(f *event.Feed, now time.Time) (why string, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	end := now.Unix()
	sum := int64(0)
	for _, s := range m.ring {
		if s.unix < end && s.unix >= end-rateSeconds {
			sum += s.events
		}
	}
	f.Rate = float64(sum) / rateSeconds
	f.Last, f.Total, f.Failed = m.last, m.total, m.failed
	return m.why, m.whenNo
}

// slot is where a second is kept; before 1970 too.
func slot(unix int64) int {
	const n = rateSeconds + 1
	return int((unix%n + n) % n)
}
