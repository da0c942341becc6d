package main

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
)

// A list of what is wrong now is no all-clear when nobody looks: it says so, and
// not to the program that reads it.
func TestAlertsSayWhenNobodyCollects(t *testing.T) {
	dir := t.TempDir()
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data", dir)
	eventually(t, "alerts say nothing beside a collector", func() bool {
		r := foghorn(t, "", "alerts", "--data", dir)
		return r.code == 0 && r.errOut == ""
	})
	p.stop(t, os.Interrupt)
	r := foghorn(t, "", "alerts", "-o", "json", "--data", dir)
	if r.code != 0 || strings.TrimSpace(r.out) != "[]" || !strings.Contains(r.errOut, "no collector has run since 20") || !strings.Contains(r.errOut, "foghorn serve") {
		t.Errorf("without one: exit %d, prints %q and %q", r.code, r.out, r.errOut)
	}
	if r := foghorn(t, "", "events", "--data", dir); r.errOut != "" {
		t.Errorf("what happened stays true, but events say %q", r.errOut)
	}
}

// Whatever keeps news from the journal is said beside a list.
func TestWhatMakesAListBlind(t *testing.T) {
	at := time.Date(2026, 11, 26, 20, 7, 31, 0, time.UTC)
	refused := event.Feed{Name: "acme", State: event.FeedRefused, Brief: "6: secret differs", Detail: "compare them"}
	for name, c := range map[string]struct {
		status event.Status
		idle   bool
		want   []string
	}{
		"nothing": {event.Status{Feeds: []event.Feed{{Name: "acme", State: event.FeedUp}, {Name: "listener", State: event.FeedWarns}}}, false, nil},
		"refused": {event.Status{Feeds: []event.Feed{refused}}, false, []string{"deliveries of acme are refused (6 in a row): secret differs"}},
		"down":    {event.Status{Feeds: []event.Feed{{Name: "acme", Kind: event.FeedMistStream, State: event.FeedDown, Detail: "no answer"}}}, false, []string{"acme stream DOWN: no answer"}},
		"not listening yet": {event.Status{Feeds: []event.Feed{{Name: "listener", Kind: event.FeedListener, State: event.FeedDown, Detail: "address in use"},
			{Name: "acme", Kind: event.FeedMistWebhook, State: event.FeedDown, Detail: "/mist/acme"}}}, false, []string{"listener DOWN: address in use"}},
		"never collected": {event.Status{}, true, []string{"no collector runs, so this is how things stood; start it: foghorn serve"}},
		"a damaged log":   {event.Status{Problem: "record 7 is damaged"}, false, []string{"record 7 is damaged"}},
		"an ill journal":  {event.Status{Collector: event.Collector{Problem: "journal not writable: disk full"}}, false, []string{"journal not writable: disk full"}},
		"a note":          {event.Status{Collector: event.Collector{Note: "simulated"}}, false, nil},
		"gone": {event.Status{Collector: event.Collector{Heartbeat: at}, Feeds: []event.Feed{refused}}, true,
			[]string{"no collector has run since 2026-11-26 20:07:31 UTC, so this is how things stood then; start it: foghorn serve"}},
	} {
		if got := blind(c.status, c.idle, nil); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
