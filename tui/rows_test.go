package tui

import (
	"context"
	"reflect"
	"slices"
	"time"

	"foghorn/journal/event"
)

// testRows are the rows that a test gives its journal.
type testRows struct {
	events     []event.Event    // oldest first
	deliveries []event.Delivery // oldest first, from record 1 on
	alerts     []event.Alert
	activities []event.Activity
	damaged    int64 // a record that was skipped as damaged; 0 for none
	devices    []event.Device
	clients    []event.LiveClient
	webhooks   []event.Webhook
	scores     []event.SLEScore // their trends are written as values of the hours
	frames     []event.Frame    // newest first
	collector  event.Collector
	feeds      []event.Feed
	budgets    []event.Budget
	outbox     testOutbox
}

// saveState writes what changed of the rows that a collector replaces: devices,
// clients, webhooks, frames, and what it says about itself.
func (j *testJournal) saveState(ctx context.Context) error {
	device := func(d event.Device) (string, event.MAC) { return d.Source, d.MAC }
	if err := replace(ctx, j.saved.devices, j.devices, device, j.view.PutDevices); err != nil {
		return err
	}
	client := func(c event.LiveClient) (string, event.MAC) { return c.Source, c.MAC }
	if err := replace(ctx, j.saved.clients, j.clients, client, j.view.PutClients); err != nil {
		return err
	}
	if !reflect.DeepEqual(j.webhooks, j.saved.webhooks) {
		bySource := map[string][]event.Webhook{}
		for _, h := range j.webhooks {
			bySource[h.Source] = append(bySource[h.Source], h)
		}
		for source, hooks := range bySource {
			if err := j.view.PutWebhooks(ctx, source, hooks); err != nil {
				return err
			}
		}
	}
	if len(j.frames) != len(j.saved.frames) {
		oldestFirst := slices.Clone(j.frames)
		slices.Reverse(oldestFirst)
		if err := j.view.PutFrames(ctx, oldestFirst); err != nil {
			return err
		}
	}
	j.saved.devices, j.saved.clients = slices.Clone(j.devices), slices.Clone(j.clients)
	j.saved.webhooks, j.saved.frames = slices.Clone(j.webhooks), slices.Clone(j.frames)
	return j.view.PutFeeds(ctx, j.collector, j.feeds, 0, j.budgets)
}

// save is saveState for a test.
func (j *testJournal) save() {
	j.tb.Helper()
	j.must(j.saveState(context.Background()))
}

// replace writes the rows that differ from those of before, and deletes those that
// are gone, source by source.
func replace[T any](ctx context.Context, before, now []T, key func(T) (source string, mac event.MAC),
	put func(ctx context.Context, source string, changed []T, gone []event.MAC) error) error {
	type id struct {
		source string
		mac    event.MAC
	}
	of := func(row T) id { source, mac := key(row); return id{source, mac} }
	old := map[id]T{}
	for _, row := range before {
		old[of(row)] = row
	}
	changed, gone := map[string][]T{}, map[string][]event.MAC{}
	for _, row := range now {
		if was, known := old[of(row)]; !known || !reflect.DeepEqual(was, row) {
			changed[of(row).source] = append(changed[of(row).source], row)
		}
		delete(old, of(row))
	}
	for k := range old {
		gone[k.source] = append(gone[k.source], k.mac)
	}
	for source, rows := range changed {
		if err := put(ctx, source, rows, gone[source]); err != nil {
			return err
		}
		delete(gone, source)
	}
	for source, macs := range gone {
		if err := put(ctx, source, nil, macs); err != nil {
			return err
		}
	}
	return nil
}

// hourly is each score, and for each hour of its trend a score of that hour. A store
// has no value of an hour that is later than the last report.
func hourly(scores []event.SLEScore, now time.Time) []event.SLEScore {
	var out []event.SLEScore
	for _, s := range scores {
		out = append(out, s)
		first := now.Truncate(time.Hour).Add(-23 * time.Hour)
		for h, v := range s.Trend {
			hour := s
			hour.Value, hour.Time = v, first.Add(time.Duration(h)*time.Hour)
			if v != -1 && hour.Time.Before(s.Time.Truncate(time.Hour)) {
				out = append(out, hour)
			}
		}
	}
	return out
}
