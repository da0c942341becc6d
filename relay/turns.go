package relay

import (
	"sync"
	"time"
)

// turns leave the machine to those who bring records in: while the log grows, the relays
// of a process read and encode events for a small part of the time, all of them together.
// What waits is a position, so that waiting costs nothing, and a flood ends. Alerts do not
// wait.
type turns struct {
	mu   sync.Mutex
	next time.Time // when the next relay may read
	end  int64     // of the log, when it was last seen
	grew time.Time // when it was last seen to have grown
}

const (
	// turnRest is how long everybody rests for the time that one has worked.
	turnRest = 15
	// turnMost bounds the time that is owed.
	turnMost = 5 * time.Second
	// turnQuiet is how long the log must not grow for the rest to be left out.
	turnQuiet = 200 * time.Millisecond
)

// due reports whether the work that was done is not rested from yet.
func (t *turns) due(now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.next.After(now)
}

// wait is when a relay may read, given the log's end; the zero time for now.
func (t *turns) wait(now time.Time, end int64) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.end > 0 && end > t.end {
		t.grew = now
	}
	t.end = end
	if now.Sub(t.grew) > turnQuiet {
		t.next = time.Time{}
	}
	if t.next.After(now) {
		return t.next
	}
	return time.Time{}
}

// worked notes that a relay has worked for so long.
func (t *turns) worked(now time.Time, long time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.next.Before(now) {
		t.next = now
	}
	if t.next = t.next.Add(turnRest * long); t.next.After(now.Add(turnMost)) {
		t.next = now.Add(turnMost)
	}
}
