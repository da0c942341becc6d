package webhook

import (
	"sync"
	"time"

	"foghorn/internal/rate"
	"foghorn/journal/event"
)

// meter counts what one source sent: accepted deliveries with their events, and
// refusals.
type meter struct {
	deliveries rate.Meter

	mu        sync.Mutex
	refusals  int64
	cause     string // of the last refusal
	refusedAt time.Time
}

// accepted counts a delivery with its events.
func (m *meter) accepted(now time.Time, events int) { m.deliveries.Count(now, events) }

// restore sets when an earlier run last accepted a delivery.
func (m *meter) restore(last time.Time) { m.deliveries.Restore(last) }

// refused counts a refusal and keeps its cause.
func (m *meter) refused(now time.Time, cause string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refusals++
	m.cause, m.refusedAt = cause, now
}

// read fills in what the meter knows. Rate is events a second.
func (m *meter) read(f *event.Feed, now time.Time) (cause string, at time.Time) {
	d := m.deliveries.Read(now)
	f.Rate, f.Last, f.Total = d.PerSecond, d.Last, d.Total
	m.mu.Lock()
	defer m.mu.Unlock()
	f.Failed = m.refusals
	return m.cause, m.refusedAt
}
