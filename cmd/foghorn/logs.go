package main

import (
	"bytes"
	"io"
	"sync"
)

// logSink writes the program's log to standard error. While the screen owns the
// terminal it holds lines back and prints them afterwards: a line written over the
// screen would corrupt it and be overwritten a moment later.
type logSink struct {
	w io.Writer

	mu   sync.Mutex
	held *bytes.Buffer // nil when nothing is held back
}

// heldMax bounds the held lines in bytes. The first lines matter most, so later ones
// are dropped.
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

// hold holds lines back until the returned function is called, which prints them.
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
