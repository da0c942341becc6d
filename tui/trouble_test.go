package tui

import (
	"fmt"
	"testing"
	"time"

	"foghorn/journal/event"
)

// Whatever keeps news from the screen, it calls nothing quiet and says why where
// there would be rows.
func TestAnEmptyScreenDoesNotReassure(t *testing.T) {
	source := func(change func(f *event.Feed)) func(o *Options, j *testJournal) {
		return func(_ *Options, j *testJournal) {
			j.feeds = liveFeeds(time.Now())
			change(&j.feeds[1])
		}
	}
	for name, c := range map[string]struct {
		edit func(o *Options, j *testJournal)
		sees []string
	}{
		"refused": {source(func(f *event.Feed) {
			f.State, f.Refused, f.Brief, f.Since, f.Last = event.FeedRefused, 6, "secret differs", time.Now(), time.Time{}
			f.Detail = "the signature does not match; compare the secrets"
		}), []string{"acme REFUSED 6: secret differs", "Deliveries of acme are refused since 00:00:00, 6 in a row:", "compare the secrets"}},
		"journal": {source(func(f *event.Feed) { f.State, f.Detail = event.FeedError, "journal not writable: disk full" }),
			[]string{"acme ERROR", "journal not writable: disk full"}},
		"stream": {func(_ *Options, j *testJournal) {
			j.feeds = liveFeeds(time.Now())
			j.feeds[3].State, j.feeds[3].Detail = event.FeedDown, "no answer"
		}, []string{"acme stream DOWN: no answer"}},
		"stale polling": {func(_ *Options, j *testJournal) {
			j.feeds = liveFeeds(time.Now())
			j.feeds[2].Last = time.Now().Add(-10 * time.Minute)
		}, []string{"acme api has sent nothing for 10m"}},
		"no collector": {func(o *Options, j *testJournal) {
			o.Collecting = false
			j.collector.Heartbeat = time.Now().Add(-time.Hour)
		}, []string{"No collector has run since"}},
		"view": {func(_ *Options, j *testJournal) { j.collector.Problem = "the view is not updated: no room" },
			[]string{"The view is not updated: no room"}},
		"log": {func(_ *Options, j *testJournal) { j.damaged = 7 }, []string{"Record 7 of log.db is damaged and was skipped."}},
	} {
		t.Run(name, func(t *testing.T) {
			withOptions(t, 80, 24, func(o *Options, j *testJournal) {
				empty(o, j)
				c.edit(o, j)
			}, func(s *screen) {
				s.sees(append(c.sees, "foghorn does not receive everything")...)
				s.misses("all quiet", "Nothing needs you now")
				if name == "no collector" {
					s.misses("Listener on", "Webhooks are taken at")
				}
				s.fits()
				for _, key := range []string{"1", "2", "5", "6", "9"} {
					s.press(key)
					s.sees(c.sees[len(c.sees)-1])
					s.misses("all quiet")
					s.fits()
				}
			})
		})
	}
}

// Where nothing is wrong the certificate's warning does not make it so.
func TestACertificateThatExpiresIsInTheHeader(t *testing.T) {
	withOptions(t, 80, 24, func(o *Options, j *testJournal) {
		empty(o, j)
		j.feeds = liveFeeds(time.Now())
		j.feeds[0].State, j.feeds[0].Brief = event.FeedWarns, "certificate expires in 9d"
	}, func(s *screen) {
		s.sees("listener certificate expires in 9d", "all quiet")
		s.fits()
	})
}

// An attached screen shows what the collector says about pointing a sender there.
func TestAnAttachedScreenHelpsAsTheListeningOneDoes(t *testing.T) {
	withOptions(t, 80, 24, func(o *Options, j *testJournal) {
		empty(o, j)
		o.Address, o.Hints = "", nil
		j.collector.Address, j.collector.Help = "127.0.0.1:9999", "Webhooks are taken at:\n  POST http://127.0.0.1:9999/mist/acme"
	}, func(s *screen) {
		s.sees("Listener on 127.0.0.1:9999", "POST http://127.0.0.1:9999/mist/acme")
		s.fits()
	})
}

// No alert means nothing before anything was heard: neither the header nor the
// pane reassures until a delivery or an answer came.
func TestSilenceFromTheStartIsNoAllClear(t *testing.T) {
	for name, c := range map[string]struct {
		edit         func(j *testJournal)
		sees, misses string
	}{
		"nothing ever": {func(*testJournal) {}, "nothing came in yet", "all quiet"},
		"a post that was none": {func(j *testJournal) {
			j.add([]event.Delivery{{ID: 1, Received: time.Now(), Source: "acme", Verdict: event.Failed}}, nil)
		}, "nothing was accepted yet", "all quiet"},
		"a delivery": {func(j *testJournal) { j.feeds[0].Last = time.Now() }, "all quiet", "nothing came in yet"},
	} {
		t.Run(name, func(t *testing.T) {
			withOptions(t, 80, 24, func(o *Options, j *testJournal) {
				empty(o, j)
				c.edit(j)
			}, func(s *screen) {
				s.sees("No alerts", c.sees)
				s.misses(c.misses)
				if c.misses == "all quiet" {
					s.misses("Nothing needs you now")
				}
				s.fits()
			})
		})
	}
}

// What somebody acked or snoozed still lasts: it is not quiet then.
func TestWhatIsAckedIsNotQuiet(t *testing.T) {
	for _, state := range []event.State{event.Acked, event.Snoozed} {
		withOptions(t, 80, 24, func(o *Options, j *testJournal) {
			empty(o, j)
			j.feeds[0].Last = time.Now()
			until := time.Now().Add(time.Hour)
			for id := range int64(2) {
				a := event.Alert{ID: event.ID(id+1, 0), Key: fmt.Sprint(id), Severity: event.Warn, Title: "AP restarted", Opened: time.Now(), LastSeen: time.Now(),
					Owner: "jane.doe", AckedAt: new(time.Now())}
				if state == event.Snoozed {
					a.SnoozedUntil = &until
				}
				j.putAlert(a)
			}
		}, func(s *screen) {
			s.sees("0 open, 2 " + string(state))
			s.misses("all quiet")
		})
	}
}
