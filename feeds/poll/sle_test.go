package poll_test

import (
	"testing"
	"time"

	"foghorn/feeds/poll"
	"foghorn/journal/event"
	"foghorn/mist/mistsim"
)

// Right after a start the worst sites are looked at first.
func TestTheDayOfTheWorstSitesIsReadFirst(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(sim *mistsim.Options, _ *poll.Options) {
		sim.Sites = 8 // three more than are read first
		sim.Devices, sim.Clients = 4, 4
	})
	org := s.cloud.Org()
	for i, site := range org.Sites {
		for _, metric := range []string{"coverage", "successful-connect"} {
			s.known = append(s.known, event.SLEScore{Source: "acme", SiteID: site.ID, Site: site.Name, Family: event.FamilyWiFi, Metric: metric, Value: 0.99 - float64(i)/10})
		}
	}
	if got := s.poll.Feed().Loading; got != 23 {
		t.Errorf("before anything was asked %d hours are loading", got)
	}
	s.run(90 * time.Second)
	hours := map[string]map[time.Time]bool{}
	for _, score := range s.scores {
		if hours[score.SiteID] == nil {
			hours[score.SiteID] = map[time.Time]bool{}
		}
		if !(score.Value >= 0 && score.Value <= 1) {
			t.Errorf("score %+v", score)
		}
		hours[score.SiteID][score.Time.Truncate(time.Hour)] = true
	}
	for i, site := range org.Sites {
		n := len(hours[site.ID])
		if worst := i >= len(org.Sites)-5; worst && n < 23 {
			t.Errorf("%s is among the worst: %d hours after a minute and a half", site.Name, n)
		} else if !worst && n > 10 {
			t.Errorf("%s is not among the worst: %d hours", site.Name, n)
		}
	}
	if got := s.poll.Feed().Loading; got == 0 || got == 23 {
		t.Errorf("after a minute and a half %d hours are loading", got)
	}
	s.run(10 * time.Minute)
	if got := s.poll.Feed().Loading; got != 0 {
		t.Errorf("after ten minutes %d hours are loading", got)
	}
}
