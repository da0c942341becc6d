package main

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
)

// An empty list of alerts is no all-clear when no collector runs. The warning goes
// to standard error, so that programs can still read the list.
func TestAlertsWarnWhenNoCollectorRuns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data", dir)
	eventually(t, "alerts warn of nothing while a collector runs", func() bool {
		r := foghorn(t, "", "alerts", "--data", dir)
		return r.code == 0 && r.errOut == ""
	})
	p.stop(t, os.Interrupt)
	r := foghorn(t, "", "alerts", "-o", "json", "--data", dir)
	if r.code != 0 || strings.TrimSpace(r.out) != "[]" || !strings.Contains(r.errOut, "no collector has run since 20") || !strings.Contains(r.errOut, "foghorn serve") {
		t.Errorf("without a collector: exit %d, prints %q and %q", r.code, r.out, r.errOut)
	}
	if r := foghorn(t, "", "events", "--data", dir); r.errOut != "" {
		t.Errorf("events do not go stale, but the command says %q", r.errOut)
	}
}

// Whatever keeps events from the journal is reported with a list.
func TestStaleReasons(t *testing.T) {
	at := time.Date(2026, 11, 26, 20, 7, 31, 0, time.UTC)
	refused := event.Feed{Name: "acme", State: event.FeedRefused, Refused: 6, Brief: "secret differs", Detail: "compare them"}
	for name, c := range map[string]struct {
		status      event.Status
		noCollector bool
		want        []string
	}{
		"nothing": {event.Status{Feeds: []event.Feed{{Name: "acme", State: event.FeedUp}, {Name: "listener", State: event.FeedWarns}}}, false, nil},
		"refused": {event.Status{Feeds: []event.Feed{refused}}, false, []string{"deliveries of acme are refused, 6 in a row: secret differs"}},
		"down":    {event.Status{Feeds: []event.Feed{{Name: "acme", Kind: event.FeedMistStream, State: event.FeedDown, Detail: "no answer"}}}, false, []string{"acme stream DOWN: no answer"}},
		"not listening yet": {event.Status{Feeds: []event.Feed{{Name: "listener", Kind: event.FeedListener, State: event.FeedDown, Detail: "address in use"},
			{Name: "acme", Kind: event.FeedMistWebhook, State: event.FeedDown, Detail: "/mist/acme"}}}, false, []string{"listener DOWN: address in use"}},
		"starting": {event.Status{Feeds: []event.Feed{{Name: "listener", Kind: event.FeedListener, State: event.FeedStarting, Detail: "not listening yet"},
			{Name: "acme", Kind: event.FeedMistWebhook, State: event.FeedStarting, Detail: "/mist/acme"}}}, false, []string{"listener is starting: not listening yet"}},
		"never collected": {event.Status{}, true, []string{"no collector is running, so this list may be out of date; start one: foghorn serve"}},
		"a damaged log":   {event.Status{Problem: "record 7 is damaged"}, false, []string{"record 7 is damaged"}},
		"an ill journal":  {event.Status{Collector: event.Collector{Problem: "journal not writable: disk full"}}, false, []string{"journal not writable: disk full"}},
		"a note":          {event.Status{Collector: event.Collector{Note: "simulated"}}, false, nil},
		"gone": {event.Status{Collector: event.Collector{Heartbeat: at}, Feeds: []event.Feed{refused}}, true,
			[]string{"no collector has run since 2026-11-26 20:07:31 UTC, so this list is as of then; start one: foghorn serve"}},
	} {
		if got := staleReasons(c.status, c.noCollector, nil, at); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
