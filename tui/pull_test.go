package tui

import (
	"errors"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/tui/draw"
)

var errDisk = errors.New("the disk is on fire")

// asks counts how often events were asked for while something happens.
func (s *screen) asks(happen func()) int {
	s.j.eventReads()
	happen()
	return len(s.j.eventReads())
}

// beat is what the collector writes each second: how its feeds are.
func (s *screen) beat() {
	s.j.collector.Heartbeat = time.Now()
	s.j.save()
}

func TestABeatOfTheCollectorReadsNoRows(t *testing.T) {
	onScreen(t, 140, 24, func(s *screen) {
		s.press("9")
		s.pass(draw.AgeStep) // up to the timer that looks at everything
		n := s.asks(func() {
			s.j.feeds[0].Rate = 77
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
			s.j.appendActivities(event.Activity{Time: time.Now(), Actor: "jane.doe", Action: event.ActionNote, Target: event.AlertTarget(s.alerts()[0].ID), Reason: "seen"}) // no count changes
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
		s.j.fail(errDisk)
		s.press("r")
		s.sees("Cannot read the journal")
		n := s.asks(func() {
			s.j.fail(nil)
			s.beat()
			s.pass(time.Second)
		})
		if s.misses("Cannot read the journal"); n == 0 {
			t.Fatal("rows were not read")
		}
	})
}
