package tui

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// The state half of the fake journal: what stands now.

func (j *fakeJournal) Devices(ctx context.Context, p query.Page) ([]event.Device, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	rows := slices.Clone(j.devices)
	slices.SortStableFunc(rows, func(a, b event.Device) int {
		up := func(d event.Device) int {
			if d.Status == event.DeviceConnected {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(up(a), up(b)), strings.Compare(a.Site, b.Site), strings.Compare(a.Name, b.Name))
	})
	return page(rows, query.Page{Limit: p.Limit}, func(event.Device) int64 { return 0 },
		func(d *event.Device) bool { return p.Where.Device(d, p.Now) }), cmp.Or(j.err, ctx.Err())
}

func (j *fakeJournal) LiveClients(ctx context.Context, p query.Page) ([]event.LiveClient, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	rows := slices.Clone(j.clients)
	slices.SortStableFunc(rows, func(a, b event.LiveClient) int {
		return cmp.Or(cmp.Compare(min(1, -a.RSSI), min(1, -b.RSSI))*-1, cmp.Compare(a.RSSI, b.RSSI))
	})
	return page(rows, query.Page{Limit: p.Limit}, func(event.LiveClient) int64 { return 0 },
		func(c *event.LiveClient) bool { return p.Where.LiveClient(c, p.Now) }), cmp.Or(j.err, ctx.Err())
}

func (j *fakeJournal) Webhooks(ctx context.Context) ([]event.Webhook, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.webhooks), cmp.Or(j.err, ctx.Err())
}

func (j *fakeJournal) Sites(ctx context.Context) ([]event.Site, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.sites), cmp.Or(j.err, ctx.Err())
}

func (j *fakeJournal) Frames(ctx context.Context, source string, limit int) ([]event.Frame, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []event.Frame
	for _, f := range j.frames {
		if len(out) < limit && (source == "" || f.Source == source) {
			out = append(out, f)
		}
	}
	return out, cmp.Or(j.err, ctx.Err())
}
