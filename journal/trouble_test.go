package journal

import (
	"slices"
	"testing"
	"time"

	"foghorn/journal/event"
)

// The screen's header, foghorn status and the warnings of lists say the same.
func TestTroubles(t *testing.T) {
	now := time.Date(2026, 11, 26, 20, 7, 31, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	alive := event.Collector{Heartbeat: ago(time.Second)}
	acme := event.Feed{Name: "acme", Kind: event.FeedMistWebhook, State: event.FeedUp}
	refused := event.Feed{Name: "acme", Kind: event.FeedMistWebhook, State: event.FeedRefused, Refused: 1200, Since: ago(time.Minute),
		Brief: "secret differs", Detail: "the signature does not match. Compare the secrets."}
	for name, c := range map[string]struct {
		status event.Status
		watch  Watch
		want   []string
	}{
		"nothing":   {event.Status{Collector: alive, Feeds: []event.Feed{acme, {Name: "listener", Kind: event.FeedListener, State: event.FeedWarns}}}, Watch{}, nil},
		"no status": {event.Status{}, Watch{}, nil},
		"refused": {event.Status{Collector: alive, Feeds: []event.Feed{refused}}, Watch{},
			[]string{"deliveries of acme are refused since 20:06:31, 1,200 in a row: the signature does not match. Compare the secrets"}},
		"never collected": {event.Status{}, Watch{NoCollector: true}, []string{"no collector has run yet: nothing new is taken. Start it: foghorn serve"}},
		"gone": {event.Status{Collector: event.Collector{Heartbeat: ago(CollectorTTL)}, Feeds: []event.Feed{refused}}, Watch{},
			[]string{"no collector has run since 20:07:25: nothing new is taken. Start it: foghorn serve"}},
		"starting again": {event.Status{Collector: event.Collector{Heartbeat: ago(time.Hour)}}, Watch{Running: true}, nil},
		"both": {event.Status{Collector: event.Collector{Heartbeat: now, Problem: "disk full"}, Problem: "record 7 is damaged"}, Watch{},
			[]string{"disk full", "record 7 is damaged"}},
		"not listening": {event.Status{Collector: alive, Feeds: []event.Feed{{Name: "acme", Kind: event.FeedMistWebhook, State: event.FeedDown, Detail: "/mist/acme"},
			{Name: "listener", Kind: event.FeedListener, State: event.FeedDown, Detail: "address in use"}}}, Watch{}, []string{"listener DOWN: address in use"}},
		"a source alone": {event.Status{Collector: alive, Feeds: []event.Feed{{Name: "acme", Kind: event.FeedMistWebhook, State: event.FeedDown, Detail: "why"}}}, Watch{},
			[]string{"acme DOWN: why"}},
		"stream": {event.Status{Collector: alive, Feeds: []event.Feed{{Name: "acme", Kind: event.FeedMistStream, State: event.FeedError, Detail: "no answer"}}}, Watch{},
			[]string{"acme stream ERROR: no answer"}},
		"stale": {event.Status{Collector: alive, Feeds: []event.Feed{{Name: "acme", Kind: event.FeedMistAPI, State: event.FeedUp, Last: ago(StaleAfter), Detail: "polls"}}}, Watch{},
			[]string{"acme api has sent nothing for 3m"}},
		"quiet webhook": {event.Status{Collector: alive, Feeds: []event.Feed{{Name: "acme", Kind: event.FeedMistWebhook, State: event.FeedUp, Last: ago(StaleAfter)}}}, Watch{}, nil},
		"a moment":      {event.Status{Collector: alive, LogEnd: 9, Position: 8}, Watch{Lag: LagLimit}, nil},
		"behind": {event.Status{Collector: alive, LogEnd: 9, Position: 8}, Watch{Lag: 2 * LagLimit},
			[]string{"the view is 1 record behind the log and catching up"}},
	} {
		c.watch.Now, c.watch.At = now, func(t time.Time) string { return t.Format(time.TimeOnly) }
		var got []string
		for _, trouble := range Troubles(c.status, c.watch) {
			got = append(got, trouble.Full())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := Troubles(event.Status{Collector: alive, Feeds: []event.Feed{refused}}, Watch{Now: now, At: func(time.Time) string { return "then" }})[0].Line(); got != "deliveries of acme are refused since then, 1,200 in a row: secret differs" {
		t.Error(got)
	}
}

// A view that falls behind is told after a while, from the moment it fell behind.
func TestLagIsWatchedFromWhenItBegan(t *testing.T) {
	now := time.Date(2026, 11, 27, 13, 0, 0, 0, time.UTC)
	var w LagWatch
	for i, c := range []struct {
		position, end int64
		want          time.Duration
	}{{10, 10, 0}, {10, 20, 0}, {15, 30, time.Second}, {20, 40, 0}, {20, 40, time.Second}, {40, 40, 0}} {
		at := now.Add(time.Duration(i) * time.Second)
		w.See(event.Status{Position: c.position, LogEnd: c.end}, at)
		if got := w.Lag(at); got != c.want {
			t.Errorf("step %d: %s, want %s", i, got, c.want)
		}
	}
}
