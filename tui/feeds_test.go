package tui

import (
	"testing"
	"time"

	"foghorn/journal/event"
)

// liveFeeds is an organization with webhooks, polling and a stream.
func liveFeeds(now time.Time) []event.Feed {
	return []event.Feed{
		{Name: "listener", Kind: event.FeedListener, State: event.FeedUp},
		{Name: "acme", Kind: event.FeedMistWebhook, State: event.FeedUp, Rate: 3.2, Last: now.Add(-3 * time.Second)},
		{Name: "acme", Kind: event.FeedMistAPI, State: event.FeedUp, Last: now.Add(-20 * time.Second), Total: 21},
		{Name: "acme", Kind: event.FeedMistStream, State: event.FeedUp, Rate: 47, Last: now, Total: 1100},
		{Name: "core", Kind: event.FeedJunos, State: event.FeedUp, Last: now.Add(-6 * time.Minute)},
	}
}

func TestTheHeaderTellsPollingAndStreamBesideTheWebhooks(t *testing.T) {
	for name, c := range map[string]struct {
		change func(f []event.Feed)
		sees   []string
		misses []string
	}{
		"all well":         {func([]event.Feed) {}, []string{"acme up: webhooks 3.2/s, last event now; polled 20s ago; stream 47/s", "core up: 0/s, last event 6m ago"}, []string{"stale", "dropped"}},
		"stream dropping":  {func(f []event.Feed) { f[3].Failed = 12 }, []string{"stream 47/s, 12 messages dropped"}, nil},
		"polling is stale": {func(f []event.Feed) { f[2].Last = f[2].Last.Add(-4 * time.Minute) }, []string{"acme api stale 4m", "acme up: webhooks 3.2/s, last event now; stream 47/s"}, nil},
		"stream is down": {func(f []event.Feed) { f[3].State, f[3].Detail = event.FeedDown, "connecting again in 8s" },
			[]string{"acme stream DOWN connecting again in 8s", "acme up, last event now, polled 20s ago"}, nil},
		"token refused": {func(f []event.Feed) { f[2].State, f[2].Detail = event.FeedError, "does not accept the token (401)" },
			[]string{"acme api ERROR does not accept the token (401)"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			withOptions(t, 140, 24, func(_ *Options, j *testJournal) {
				feeds := liveFeeds(time.Now())
				c.change(feeds)
				j.feeds = feeds
			}, func(s *screen) {
				s.sees(c.sees...)
				s.misses(c.misses...)
				s.fits()
				s.press("i")
				s.sees("mist api", "mist stream")
				s.fits()
			})
		})
	}
}

// What is wrong is told in full where somebody asks for it, also in a narrow window.
func TestTheUnfoldedHeaderTellsTroubleInFull(t *testing.T) {
	trouble := "api.mist.com does not accept the token (401): a token works only in the region of its organization, and expires after 90 days without use; check both"
	withOptions(t, 80, 24, func(_ *Options, j *testJournal) {
		j.feeds = liveFeeds(time.Now())
		j.feeds[2].State, j.feeds[2].Detail = event.FeedError, trouble
	}, func(s *screen) {
		s.misses("without use; check")
		s.press("i")
		s.sees("does not accept the token (401): a token works only", "without use; check", "both")
		s.fits()
	})
}

func TestThatDataIsSimulatedIsToldBesideALongFeed(t *testing.T) {
	withOptions(t, 80, 24, func(o *Options, j *testJournal) {
		o.Collecting = true
		j.feeds = liveFeeds(time.Now())
		j.collector.Note = "simulated"
	}, func(s *screen) {
		s.sees("acme up, last event now", "core up, last event 6m ago", "listening here, simulated")
		s.fits()
	})
}

// What was just switched on has not failed; what then fails shows at once.
func TestAFeedThatStartsIsNotDown(t *testing.T) {
	withOptions(t, 80, 24, func(o *Options, j *testJournal) {
		empty(o, j)
		o.Collecting = true
		j.feeds = liveFeeds(time.Now())[:2]
		for i := range j.feeds {
			j.feeds[i] = event.Feed{Name: j.feeds[i].Name, Kind: j.feeds[i].Kind, State: event.FeedStarting, Detail: "not listening yet"}
		}
	}, func(s *screen) {
		s.sees("listener starting", "acme starting")
		s.misses("DOWN", "STARTING", "all quiet")
		s.j.feeds[0].State, s.j.feeds[0].Detail = event.FeedDown, "address already in use"
		s.j.save()
		s.pass(pullGap)
		s.sees("listener DOWN address already in use")
	})
}

// The unfolded header of a narrow window keeps the listener's address and how many
// requests were refused.
func TestTheUnfoldedHeaderShowsAddressAndRefusals(t *testing.T) {
	withOptions(t, 80, 24, func(_ *Options, j *testJournal) {
		j.feeds = liveFeeds(time.Now())
		j.feeds[0].Detail, j.feeds[0].Failed, j.feeds[0].Total = "http://127.0.0.1:8484", 8, 12_400
	}, func(s *screen) {
		s.press("i")
		s.sees("8 refused, 12k taken", "listener http://127.0.0.1:8484", "core")
		s.fits()
	})
}
