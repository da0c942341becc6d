package main

import (
	"os"
	"sync"
)

// hangup is what SIGHUP means: to leave, because the terminal is gone, unless the
// command has no terminal and made something else of it.
type hangup struct {
	leave func()

	mu      sync.Mutex
	instead func()
}

// claim has fn called in place of leaving.
func (h *hangup) claim(fn func()) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.instead = fn
}

// follow obeys signals until done.
func (h *hangup) follow(signals <-chan os.Signal, done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		case <-signals:
			h.mu.Lock()
			fn := h.instead
			h.mu.Unlock()
			if fn == nil {
				fn = h.leave
			}
			fn()
		}
	}
}
