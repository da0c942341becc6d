package tui

import (
	"errors"
	"testing"
	"time"

	"foghorn/tui/draw"
)

var errFake = errors.New("the disk is on fire")

// asks counts how often events were asked for while something happens.
func (s *screen) asks(happen func()) int {
	s.j.mu.Lock()
	s.j.asked = nil
	s.j.mu.Unlock()
	happen()
	s.j.mu.Lock()
	defer s.j.mu.Unlock()
	return len(s.j.asked)
}

// beat is what the collector writes each second: how its feeds are.
func (s *screen) beat() {
	s.j.mu.Lock()
	s.j.status.Collector.Heartbeat = time.Now()
	s.j.mu.Unlock()
	s.j.signal()
}

func TestABeatOfTheCollectorReadsNoRows(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("9")
		s.pass(draw.AgeStep) // up to the timer that looks at everything
		n := s.asks(func() {
			s.j.mu.Lock()
			s.j.status.Feeds[0].Rate = 77
			s.j.mu.Unlock()
			s.beat()
			s.pass(time.Second)
		})
		s.sees("77")
		if n != 0 {
			t.Fatalf("rows were read %d times, and only a feed's rate was another", n)
		}
		if n := s.asks(func() { s.w.step(time.Now()); s.pass(time.Second) }); n == 0 {
			t.Fatal("rows were not read after an event")
		}
		n = s.asks(func() {
			s.j.mu.Lock()
			s.j.status.Position++ // a note, say: no count tells of it
			s.j.mu.Unlock()
			s.beat()
			s.pass(time.Second)
		})
		if n == 0 {
			t.Fatal("rows were not read after a record")
		}
	})
}

func TestRowsAreReadAgainEveryFewSecondsWhateverTheCountersTell(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("9")
		s.pass(draw.AgeStep)
		n := s.asks(func() {
			for range 60 {
				s.beat()
				s.pass(time.Second)
			}
		})
		if n < 10 || n > 22 {
			t.Fatalf("rows were read %d times in a minute of beats alone", n)
		}
	})
}

func TestRowsThatCouldNotBeReadAreReadAtTheNextBeat(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("9")
		s.pass(draw.AgeStep)
		s.j.mu.Lock()
		s.j.err = errFake
		s.j.mu.Unlock()
		s.press("r")
		s.sees("Cannot read the journal")
		n := s.asks(func() {
			s.j.mu.Lock()
			s.j.err = nil
			s.j.mu.Unlock()
			s.beat()
			s.pass(time.Second)
		})
		if s.misses("Cannot read the journal"); n == 0 {
			t.Fatal("rows were not read")
		}
	})
}
