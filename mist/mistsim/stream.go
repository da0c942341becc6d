package mistsim

import (
	"context"
	"sync"
)

// stream is one WebSocket connection.
type stream struct {
	who *principal
	end context.CancelFunc
}

// streams are the connections that are open.
type streams struct {
	mu   sync.Mutex
	open map[*stream]struct{}
}

// cut ends the streams that fit, and returns how many.
func (s *streams) cut(fits func(*stream) bool) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for one := range s.open {
		if fits(one) {
			one.end()
			n++
		}
	}
	return n
}
