package condition

import "sync"

// memo remembers what a pure function gave. Types come from outside, without end:
// of those beyond its limits, in number and length, nothing is remembered.
type memo[T any] struct {
	mu    sync.RWMutex
	known map[string]T
}

const (
	memoRows = 2048
	memoKey  = 128 // bytes
)

func (m *memo[T]) of(key string, find func(string) T) T {
	m.mu.RLock()
	v, ok := m.known[key]
	m.mu.RUnlock()
	if ok {
		return v
	}
	v = find(key)
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(key) <= memoKey && len(m.known) < memoRows {
		if m.known == nil {
			m.known = map[string]T{}
		}
		m.known[key] = v
	}
	return v
}
