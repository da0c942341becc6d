package poll

import (
	"fmt"
	"testing"
	"time"

	"foghorn/feeds/netstate"
)

// Each gap of the stream makes a quick round of all sites, the tenth like the
// first; and a round of more sites than there are quick visits ends slowly.
func TestEveryGapMakesAQuickRound(t *testing.T) {
	t.Parallel()
	sites := func(n int) (all []netstate.Site) {
		for i := range n {
			all = append(all, netstate.Site{ID: fmt.Sprint("s", i)})
		}
		return all
	}
	tour := &siteRotation{quickPace: 6 * time.Second, slowPace: 30 * time.Second, maxQuick: 40}
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	round := func(n int) (quick int) {
		for range n {
			if tour.pace() == tour.quickPace {
				quick++
			}
			tour.next(now)
			now = now.Add(tour.quickPace)
		}
		return quick
	}
	tour.setSites(sites(30))
	for gap := range 10 {
		if quick := round(30); quick != 30 {
			t.Fatalf("%d of 30 visits were quick after gap %d", quick, gap)
		}
		if tour.pace() != tour.slowPace {
			t.Fatalf("quick after the round of gap %d", gap)
		}
		tour.reset()
	}
	tour.setSites(sites(100))
	for gap := range 3 {
		if quick := round(100); quick != 40 {
			t.Errorf("%d of 100 visits were quick in round %d, and 40 may be", quick, gap)
		}
		tour.reset()
	}
}
