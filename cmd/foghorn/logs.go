package main

import (
	"bytes"
	"io"
	"sync"
)

// logSink is where the program's log goes: to standard error, except while the
// screen owns the terminal. A line written over the screen would spoil the
// picture and be gone a moment later, so it is held and printed afterwards.
type logSink struct {
	w io.Writer

	mu   sync.Mutex
	held *bytes.Buffer // nil when nothing is held back
}

// heldMax bounds what is held, in bytes. The first lines say the most, so the
// later ones are let go.
const heldMax = 64 << 10

func (s *logSink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held == nil {
		return s.w.Write(p)
	}
	if s.held.Len()+len(p) <= heldMax {
		s.held.Write(p)
	}
	return len(p), nil
}

// hold keeps everything back until the function it returns is called, which
// prints it.
func (s *logSink) hold() (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = &bytes.Buffer{}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		_, _ = s.held.WriteTo(s.w)
		s.held = nil
	}
}
