package relay

import (
	"sync"
	"time"
)

// turns leave the machine to those who bring records in: while the log grows, the relays of
// a process read and encode events for a part of the time, all of them together, and in a
// flood for a small part. What waits is a position, so that waiting costs nothing, and a
// flood ends. Alerts do not wait.
type turns struct {
	mu    sync.Mutex
	soon  time.Time // when the next relay may work while the log grows
	next  time.Time // and in a flood
	end   int64     // of the log, when it was last looked at
	at    time.Time // that time
	grows bool
	flood bool
}

const (
	// growRest is how long everybody rests for the time that one has worked, and floodRest
	// the same in a flood.
	growRest  = 3
	floodRest = 15
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
		t.grows = !t.at.IsZero() && end > t.end
		t.flood = t.grows && float64(end-t.end) > floodRate*past.Seconds()
		t.end, t.at = end, now
	}
	if !t.flood && end-position < floodLag {
		t.next = t.soon
	}
	if !t.grows && end-position < floodLag {
		t.soon, t.next = time.Time{}, time.Time{}
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
	t.soon = owed(t.soon, now, growRest*long)
	t.next = owed(t.next, now, floodRest*long)
}

// owed is a time to rest until, for so long more.
func owed(until, now time.Time, long time.Duration) time.Time {
	if until.Before(now) {
		until = now
	}
	if until = until.Add(long); until.After(now.Add(turnMost)) {
		return now.Add(turnMost)
	}
	return until
}
