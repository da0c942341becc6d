package mistsim

import (
	"container/heap"
	"time"
)

// timeline is what will happen and when, as distances from the start. Entries
// of the same moment run in the order they were put down, so that a run never
// depends on anything but the seed. It is not safe for concurrent use.
type timeline struct {
	entries entries
	seq     int
	now     time.Duration // the moment of the entry that runs, or ran last
}

type entry struct {
	at  time.Duration
	seq int
	do  func()
}

// at puts something down for a moment; one that has gone by means now.
func (t *timeline) at(when time.Duration, do func()) {
	t.seq++
	heap.Push(&t.entries, entry{max(when, t.now), t.seq, do})
}

// next returns the moment of the earliest entry and whether there is one.
func (t *timeline) next() (time.Duration, bool) {
	if len(t.entries) == 0 {
		return 0, false
	}
	return t.entries[0].at, true
}

// pop takes the earliest entry off and makes its moment the present.
func (t *timeline) pop() entry {
	e := heap.Pop(&t.entries).(entry)
	t.now = e.at
	return e
}

type entries []entry

func (e entries) Len() int { return len(e) }
func (e entries) Less(i, j int) bool {
	if e[i].at != e[j].at {
		return e[i].at < e[j].at
	}
	return e[i].seq < e[j].seq
}
func (e entries) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *entries) Push(x any)   { *e = append(*e, x.(entry)) }
func (e *entries) Pop() any {
	old := *e
	last := old[len(old)-1]
	old[len(old)-1] = entry{}
	*e = old[:len(old)-1]
	return last
}
