package poll_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/feeds/poll"
	"foghorn/journal/event"
	"foghorn/mist/mistsim"
)

// The organizations of the figures: a dozen devices and fifteen people a site.
// How many calls they take depends on the sites alone, and rows are slow to read
// under the race detector, which the build with it therefore has fewer of.
const (
	devicesPerSite = 12 / slower
	clientsPerSite = 15 / slower
)

// hours are the calls of an organization in its first hours.
type hours struct {
	sites int
	calls []int
	by    map[string][]int // by who spends, in each hour
}

// measure watches an organization for some hours with time sped up. Without
// webhooks device events and audits have to be polled too: the dearest case.
func measure(t testing.TB, sites, length int, webhooks bool) hours {
	s := newStage(t, func(o *mistsim.Options, _ *poll.Options) {
		o.Sites, o.Devices, o.Clients = sites, devicesPerSite, clientsPerSite
	})
	h := hours{sites: sites, by: map[string][]int{}}
	before := 0
	for hour := range length {
		for range 4 {
			if webhooks {
				for _, topic := range []string{"device-events", "audits"} {
					s.last[event.ViaWebhook] = event.Event{Topic: topic, Received: s.clock.Now()}
				}
			}
			s.run(15*time.Minute - time.Second/4)
		}
		for _, spent := range s.governor.Usage().Spenders {
			for len(h.by[spent.Name]) < hour {
				h.by[spent.Name] = append(h.by[spent.Name], 0)
			}
			h.by[spent.Name] = append(h.by[spent.Name], spent.Calls)
		}
		s.run(time.Second)
		now := s.cloud.TotalCalls()
		h.calls = append(h.calls, now-before)
		before = now
	}
	if state, line := s.line(); state != event.FeedUp {
		t.Errorf("%d sites: %s %s", sites, state, line)
	}
	if st := s.state.Stats(); st.Devices < sites*devicesPerSite {
		t.Errorf("%d sites: the state has %d devices", sites, st.Devices)
	}
	return h
}

// most is the hour with the most calls.
func (h hours) most() int {
	most := 0
	for _, n := range h.calls {
		most = max(most, n)
	}
	return most
}

func TestAHundredSitesTakeNoMoreThan1500CallsAnHour(t *testing.T) {
	t.Parallel()
	for _, sites := range sizes {
		t.Run(fmt.Sprint(sites), func(t *testing.T) {
			t.Parallel()
			h := measure(t, sites, 1, false) // no later hour has more
			t.Logf("%v calls in the first hour, by %v", h.calls, h.by)
			if h.most() > 1500 {
				t.Errorf("%v calls an hour", h.calls)
			}
		})
	}
}

// BenchmarkCallsAnHour measures the figures of docs/API-BUDGET.md:
//
//	go test ./feeds/poll -run '^$' -bench CallsAnHour -benchtime 1x -timeout 60m
func BenchmarkCallsAnHour(b *testing.B) {
	for _, sites := range []int{1, 10, 100, 1000} {
		b.Run(fmt.Sprintf("sites=%d", sites), func(b *testing.B) {
			for range b.N {
				h := measure(b, sites, 2, false)
				b.ReportMetric(float64(h.calls[0]), "calls/first-hour")
				b.ReportMetric(float64(h.calls[1]), "calls/hour")
				b.ReportMetric(0, "ns/op") // time is sped up: how long it took says nothing
				var by strings.Builder
				for _, name := range slices.Sorted(maps.Keys(h.by)) {
					fmt.Fprintf(&by, "%s %v, ", name, h.by[name])
				}
				b.Log(by.String())
			}
		})
	}
}
