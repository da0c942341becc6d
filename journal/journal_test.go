package journal

import (
	"context"
	"slices"
	"testing"
	"time"

	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/journal/projector"
	"foghorn/journal/store"
)

// journalOf is a journal that holds the records, brought up to date.
func journalOf(tb testing.TB, now time.Time, records ...event.Record) *Journal {
	tb.Helper()
	ctx, dir := tb.Context(), tb.TempDir()
	log, err := store.OpenLog(ctx, dir, store.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- log.Run(running) }()
	tb.Cleanup(func() {
		stop()
		<-ended //nolint:errcheck // the log ends with its context
	})
	if len(records) > 0 {
		if _, err := log.Append(ctx, records...); err != nil {
			tb.Fatal(err)
		}
	}
	view, err := store.OpenViewWriter(ctx, dir, store.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	p, err := projector.New(projector.Options{Log: log, View: view, Clock: clock.NewFake(now)})
	if err != nil {
		tb.Fatal(err)
	}
	if err := p.CatchUp(ctx, nil); err != nil {
		tb.Fatal(err)
	}
	j := New(log, view)
	tb.Cleanup(func() { _ = j.Close() })
	return j
}

func delivered(tb testing.TB, now time.Time, topic string, body []byte) event.Record {
	tb.Helper()
	r, err := event.DeliveryRecord(event.Delivery{Received: now, Source: "acme", Via: event.ViaWebhook, Verdict: event.Verified, Topic: topic, Body: body})
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

var start = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

// A delivery has its body from the log, and what became of its events from the
// view.
func TestDeliveryJoinsLogAndView(t *testing.T) {
	body := []byte(`{"topic":"alarms","events":[{"id":"a1","type":"rogue_ap","timestamp":1772359200},{"id":"a1","type":"rogue_ap","timestamp":1772359200}]}`)
	j := journalOf(t, start, delivered(t, start, "alarms", body))
	d, err := j.Delivery(t.Context(), 1)
	if err != nil || string(d.Body) != string(body) || d.Verdict != event.Verified || d.Events != 2 || d.Duplicates != 1 {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := j.Delivery(t.Context(), 7); err == nil {
		t.Error("a delivery that does not exist is no error")
	}
}

// Webhooks that this process read are shown in place of older rows of their own
// scope alone, until the view has newer ones.
func TestWebhooksReadByThisProcessAreShownUntilTheViewIsNewer(t *testing.T) {
	hook := func(siteID, id, name string, updated time.Time) event.Webhook {
		return event.Webhook{Source: "acme", SiteID: siteID, ID: id, Name: name, Updated: updated}
	}
	j := journalOf(t, start)
	put := func(hooks ...event.Webhook) {
		t.Helper()
		if err := j.view.PutWebhooks(t.Context(), "acme", hooks); err != nil {
			t.Fatal(err)
		}
	}
	shows := func(want ...string) {
		t.Helper()
		hooks, err := j.Webhooks(t.Context())
		var got []string
		for _, h := range hooks {
			got = append(got, h.Name)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("shows %q, %v; want %q", got, err, want)
		}
	}
	put(hook("", "1", "org old", start), hook("s1", "2", "site", start))
	shows("org old", "site")
	later := start.Add(time.Minute)
	j.AddWebhooks("acme", "", later, []event.Webhook{hook("", "1", "org new", later), hook("", "3", "added", later)})
	shows("added", "org new", "site")
	j.AddWebhooks("acme", "s1", later, nil) // deleted in Mist
	shows("added", "org new")
	put(hook("", "1", "org newest", later.Add(time.Minute)), hook("s1", "2", "site", start))
	shows("org newest")
}
