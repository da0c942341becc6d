package triage

import (
	"container/heap"
	"time"

	"foghorn/journal/event"
)

// Tick ends what time alone ends: snoozes that ran out, and alerts that expire. Each
// takes effect at its own deadline, in the order of the deadlines, so it makes no
// difference when or how often Tick is called between two events. A now that is
// earlier than the last one ends nothing.
func (m *Machine) Tick(now time.Time, look Lookup) error {
	m.now = now
	for {
		due, ok := m.due.pop(now)
		if !ok {
			return nil
		}
		a, err := m.findID(due.id, look)
		if err != nil {
			return err
		}
		if a == nil {
			continue // retention removed it
		}
		end, ok := m.deadline(a)
		if !ok {
			continue
		}
		if end.UnixMilli() > due.at {
			m.arm(a) // it was put off, and other deadlines may come first now
			continue
		}
		if expiresByTime(a) && !m.expiry(a).After(end) {
			at := m.expiry(a)
			a.Resolved = &at
		}
		m.touch(a, end)
		m.endCall(cause{at: end})
	}
}

// Next returns the earliest time at which Tick may have something to do, and
// whether there is one.
func (m *Machine) Next() (time.Time, bool) {
	if len(m.due.heap) == 0 {
		return time.Time{}, false
	}
	return time.UnixMilli(m.due.heap[0].at).UTC(), true
}

// deadline is the next time at which time alone changes the alert.
func (m *Machine) deadline(a *event.Alert) (time.Time, bool) {
	if a.Resolved != nil {
		return time.Time{}, false
	}
	var end time.Time
	if expiresByTime(a) {
		end = m.expiry(a)
	}
	if a.State == event.Snoozed && a.SnoozedUntil != nil && (end.IsZero() || a.SnoozedUntil.Before(end)) {
		end = *a.SnoozedUntil
	}
	return end, !end.IsZero()
}

// noteExpiry keeps Expires up to date: when the alert expires, or when it did.
func (m *Machine) noteExpiry(a *event.Alert) {
	switch {
	case a.Resolved == nil && expiresByTime(a):
		at := m.expiry(a)
		a.Expires = &at
	case a.ClosedByHand():
		// An undo of it needs to know.
	case !hasExpired(a):
		a.Expires = nil
	}
}

// hasExpired reports whether time ended the alert, and no report.
func hasExpired(a *event.Alert) bool {
	return a.Resolved != nil && !a.ClosedByHand() && a.Expires != nil && a.Resolved.Equal(*a.Expires)
}

// arm makes Tick look at the alert no later than its deadline.
func (m *Machine) arm(a *event.Alert) {
	if end, ok := m.deadline(a); ok {
		m.due.push(a.ID, end.UnixMilli())
	}
}

// deadlines is a heap of times with at most one valid entry per alert. A deadline that
// moves back is put off only when its first time comes, so a one-shot that repeats a
// million times still has one entry.
type deadlines struct {
	heap  dueHeap
	armed map[int64]int64 // the valid entry's time, by alert
}

type dueEntry struct{ at, id int64 }

func (d *deadlines) push(id, at int64) {
	if has, ok := d.armed[id]; ok && has <= at {
		return
	}
	d.armed[id] = at
	heap.Push(&d.heap, dueEntry{at, id})
}

func (d *deadlines) pop(now time.Time) (due dueEntry, ok bool) {
	for len(d.heap) > 0 && d.heap[0].at <= now.UnixMilli() {
		e := heap.Pop(&d.heap).(dueEntry)
		if at, valid := d.armed[e.id]; valid && at == e.at {
			delete(d.armed, e.id)
			return e, true
		}
	}
	return dueEntry{}, false
}

type dueHeap []dueEntry

func (h dueHeap) Len() int { return len(h) }
func (h dueHeap) Less(i, j int) bool {
	return h[i].at < h[j].at || h[i].at == h[j].at && h[i].id < h[j].id
}
func (h dueHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *dueHeap) Push(x any)   { *h = append(*h, x.(dueEntry)) }
func (h *dueHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
