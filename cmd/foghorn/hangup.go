package main

import (
	"os"
	"sync"
)

// hangup decides what SIGHUP does: it ends the process, because the terminal is gone,
// unless the command handles the signal itself (a server reloads).
type hangup struct {
	leave func()

	mu      sync.Mutex
	instead func()
}

// handle has fn called instead of ending the process.
func (h *hangup) handle(fn func()) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.instead = fn
}

// run handles signals until done.
func (h *hangup) run(signals <-chan os.Signal, done <-chan struct{}) {
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
