// Package recall remembers what a platform gave or was given, for a while.
//
// Callers may rely on this: no memory grows without end, and all are safe for concurrent
// use.
package recall

import (
	"sync"
	"time"
)

// Memory keeps values for a while, and not too many of them. The zero value is empty.
type Memory[V any] struct {
	mu    sync.Mutex
	kept  map[string]remembered[V]
	order []string
}

type remembered[V any] struct {
	value V
	until time.Time
}

// maxRemembered is how many values a memory keeps.
const maxRemembered = 2000

// Put keeps a value; false when there was one, which stays.
func (m *Memory[V]) Put(key string, value V, now time.Time, keep time.Duration) bool {
	return m.Take(key, value, now, keep, func(V) bool { return false })
}

// Take keeps a value in place of one that is free; false when the one before is not.
func (m *Memory[V]) Take(key string, value V, now time.Time, keep time.Duration, free func(V) bool) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if old, ok := m.kept[key]; ok && now.Before(old.until) && !free(old.value) {
		return false
	}
	m.store(key, value, now, keep)
	return true
}

// Set keeps a value in place of the one before.
func (m *Memory[V]) Set(key string, value V, now time.Time, keep time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.store(key, value, now, keep)
}

func (m *Memory[V]) store(key string, value V, now time.Time, keep time.Duration) {
	if m.kept == nil {
		m.kept = map[string]remembered[V]{}
	}
	if _, ok := m.kept[key]; !ok {
		m.order = append(m.order, key)
	}
	m.kept[key] = remembered[V]{value, now.Add(keep)}
	for len(m.order) > maxRemembered {
		delete(m.kept, m.order[0])
		m.order = m.order[1:]
	}
}

// Get returns a value that is kept.
func (m *Memory[V]) Get(key string, now time.Time) (value V, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.kept[key]
	if !ok || !now.Before(r.until) {
		return value, false
	}
	return r.value, true
}
