package tui

import (
	"context"
	"errors"
	"testing"
	"time"

	"foghorn/journal/event"
)

// Whoever looks at webhooks sees them as Mist has them now, and is told when Mist
// cannot be asked.
func TestLookingAtWebhooksAsksMist(t *testing.T) {
	type asked struct{ source, site string }
	calls := make(chan asked, 16)
	var fails error
	withOptions(t, 120, 24, func(o *Options, j *testJournal) {
		cloud := &fakeCloud{sources: []string{"acme"}, ping: func(event.Webhook, func(event.CheckStep)) error { return nil }}
		j.webhooks = []event.Webhook{{Source: "acme", ID: "w1", Name: "noc", URL: "https://x/mist/acme", Enabled: false, Updated: time.Now().Add(-7 * time.Minute), Topics: []string{"alarms"}}}
		o.Actions = cloud.on(j)
		cloud.refresh = func(_ context.Context, source, site string) error {
			calls <- asked{source, site}
			if fails == nil {
				j.webhooks[0].Enabled, j.webhooks[0].Updated = true, time.Now()
				j.save()
			}
			return fails
		}
	}, func(s *screen) {
		was := func(key string, want ...asked) {
			t.Helper()
			for _, w := range want {
				select {
				case got := <-calls:
					if got != w {
						t.Errorf("%s asked for %+v, want %+v", key, got, w)
					}
				default:
					t.Errorf("%s did not ask for %+v", key, w)
				}
			}
			if len(calls) > 0 {
				t.Errorf("%s asked %d times more", key, len(calls))
			}
		}
		s.press("7")
		s.settle()
		was("7", asked{})
		s.sees("noc")
		s.misses("disabled")
		s.press("f5")
		was("f5", asked{})
		s.press("enter")
		was("enter")
		s.press("P")
		was("P", asked{"acme", ""})
		fails = errors.New("acme: api.mist.com failed (503)")
		s.press("f5")
		s.settle()
		was("f5 on one", asked{"acme", ""})
		s.sees("Mist could not be asked about its webhooks")
		s.press("esc")
		s.press("esc")
		s.press("9")
		s.press("f5")
		was("f5 elsewhere")
	})
}
