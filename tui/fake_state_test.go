package tui

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"foghorn/event"
)

// The state half of the fake journal: what stands now.

func (j *fakeJournal) Webhooks(ctx context.Context) ([]event.Webhook, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.webhooks), cmp.Or(j.err, ctx.Err())
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

// fakeCloud answers as the cloud would, or with err.
type fakeCloud struct {
	mu      sync.Mutex
	sources []string
	sle     func(ctx context.Context, q event.SLEQuestion) (event.SLEDetail, error)
	rename  func(source string, d event.Device, name string) error
	ping    func(hook event.Webhook, hop func(event.Hop)) error
	asked   []event.SLEQuestion
}

func (c *fakeCloud) SLE(ctx context.Context, q event.SLEQuestion) (event.SLEDetail, error) {
	c.mu.Lock()
	c.asked = append(c.asked, q)
	answer := c.sle
	c.mu.Unlock()
	if answer == nil {
		return event.SLEDetail{}, errors.New("no answer is set")
	}
	return answer(ctx, q)
}

func (c *fakeCloud) Rename(_ context.Context, source string, d event.Device, name string) error {
	return c.rename(source, d, name)
}

func (c *fakeCloud) PingWebhook(_ context.Context, hook event.Webhook, hop func(event.Hop)) error {
	return c.ping(hook, hop)
}

func (c *fakeCloud) Sources() []string { return c.sources }
