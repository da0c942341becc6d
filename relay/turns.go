package relay

import (
	"sync"
	"time"
)

// turns leave the machine to those who bring records in: in a flood the relays of a process
// read and encode events for a small part of the time, all of them together. What waits is
// a position, so that waiting costs nothing, and a flood ends. Alerts do not wait.
type turns struct {
	mu    sync.Mutex
	next  time.Time // when the next relay may work
	end   int64     // of the log, when it was last looked at
	at    time.Time // that time
	flood bool
}

const (
	// turnRest is how long everybody rests for the time that one has worked.
	turnRest = 15
	// turnMost bounds the time that is owed.
	turnMost = 5 * time.Second
	// turnLook is how long the log's growth is watched before it is judged.
	turnLook = 100 * time.Millisecond
	// floodRate is how many records a second are a flood, and floodLag how many that the
	// view does not have yet.
	floodRate = 2500
	floodLag  = 2000
)

// due reports whether the work that was done is not rested from yet.
func (t *turns) due(now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.next.After(now)
}

// wait is when a relay may work, given the last records of the log and of the view; the
// zero time for now.
func (t *turns) wait(now time.Time, end, position int64) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	if past := now.Sub(t.at); past >= turnLook {
		t.flood = !t.at.IsZero() && float64(end-t.end) > floodRate*past.Seconds()
		t.end, t.at = end, now
	}
	if !t.flood && end-position < floodLag {
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
