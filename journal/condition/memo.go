package condition

import "sync"

// memo caches the results of a pure function. Types come from outside and have no
// bound, so it caches only a limited number of them, of limited length.
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
