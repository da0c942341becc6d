package tui

import (
	"fmt"
	"testing"
	"time"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

func TestTheHeaderWordsWhoCollectsByTheRoomThereIs(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.j.collector.Note = "simulated"
		s.j.save()
		s.pass(time.Second)
		for w, want := range map[int]string{120: "collector: serve pid 4123 on noc1, simulated", 80: "by serve, simulated", 60: "by serve pid 4123 on noc1, simulated"} {
			s.send(keyWindow(w, 24))
			s.sees(want)
			s.fits()
		}
	})
}

func TestFeedsThatDoNotFitAreCounted(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		for i := range 5 {
			s.j.feeds = append(s.j.feeds, event.Feed{Name: fmt.Sprintf("tenant-%d", i), Kind: event.FeedMistWebhook, State: event.FeedUp})
		}
		s.j.feeds = append(s.j.feeds, event.Feed{Name: "tls", Kind: event.FeedListener, State: event.FeedError, Detail: "certificate expired"})
		s.j.save()
		s.pass(time.Second)
		s.sees("tls ERROR certificate expired", "7 more: i", "serve pid 4123")
		for w := pane.LeastWidth; w < 260; w += 7 {
			s.send(keyWindow(w, 24))
			s.sees("tls ERROR certificate expired", "serve")
			s.fits()
		}
	})
}

func TestWithoutACollectorNothingIsCalledUpAndActionsSayWhenTheyShow(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.sees("acme up", "core up")
		s.pass(journal.CollectorTTL + draw.AgeStep)
		s.sees("COLLECTOR GONE", "acme off", "core off")
		s.misses("acme up", "core up", "serve pid")
		s.j.stopProjector()
		s.press("1", "a")
		s.sees("Pending: it shows once a collector runs.", "U takes it back")
		s.pass(2 * draw.AgeStep)
		s.sees("lacks 1 record of the log")
		s.fits()
		s.beat()
		s.pass(time.Second)
		s.sees("acme up", "The view is 1 record behind the log and catching up.")
		s.j.startProjector()
		s.pass(2 * draw.AgeStep)
		s.misses("behind the log")
	})
}
