package main

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"foghorn/actions"
	"foghorn/collector"
	"foghorn/feeds/netstate"
	"foghorn/feeds/poll"
	"foghorn/internal/clock"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/mist"
)

// Asking for the webhooks of a place takes a call, and people press keys more than
// once: what was read a moment ago is not asked for again.
const (
	askedJustNow = time.Second
	askLimit     = 10 * time.Second
)

// place is where webhooks are: an organization, or one of its sites.
type place struct{ source, site string }

// hookAsker asks Mist for webhooks when somebody looks at them.
type hookAsker struct {
	clock   clock.Clock
	sources func() []string
	ask     func(ctx context.Context, at place) error

	mu    sync.Mutex
	asked map[place]time.Time
}

// Ask asks for the webhooks of a place; with no source, of every organization.
func (h *hookAsker) Ask(ctx context.Context, source, site string) error {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	places := []place{{source, site}}
	if source == "" {
		places = places[:0]
		for _, s := range h.sources() {
			places = append(places, place{source: s})
		}
	}
	var failed error
	for _, p := range places {
		if !h.due(p) {
			continue
		}
		if err := h.ask(ctx, p); err != nil && failed == nil {
			failed = fmt.Errorf("%s: %s", p.source, mist.Explain(err))
		}
	}
	return failed
}

func (h *hookAsker) due(p place) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.clock.Now()
	if d := now.Sub(h.asked[p]); d >= 0 && d < askedJustNow {
		return false
	}
	if h.asked == nil {
		h.asked = map[place]time.Time{}
	}
	h.asked[p] = now
	return true
}

// collectorAsker asks by way of the collector's polling, which writes what it
// learns into the view, where every screen sees it.
func collectorAsker(c *collector.Collector, now clock.Clock) *hookAsker {
	return &hookAsker{
		clock:   now,
		sources: func() []string { return slices.Sorted(slices.Values(c.OrgNames())) },
		ask:     func(ctx context.Context, at place) error { return c.RefreshWebhooks(ctx, at.source, at.site) },
	}
}

// webhookAPI is what of a client asking for webhooks takes.
type webhookAPI interface {
	OrgWebhooks(ctx context.Context, org string) iter.Seq2[mist.Webhook, error]
	SiteWebhooks(ctx context.Context, site string) iter.Seq2[mist.Webhook, error]
}

// hookAsker asks by this process's own clients, for one that only looks at the
// journal. It is nil when it has none.
func (s *settings) hookAsker(present map[string]func() actions.API, j *journal.Journal) *hookAsker {
	if len(present) == 0 {
		return nil
	}
	return &hookAsker{
		clock: s.clock,
		sources: func() []string {
			var out []string
			for i, m := range s.config.Mist {
				if s.config.HasAPI(i) && present[m.Name] != nil {
					out = append(out, m.Name)
				}
			}
			return out
		},
		ask: func(ctx context.Context, at place) error {
			for _, m := range s.config.Mist {
				if m.Name == at.source && present[m.Name] != nil {
					return readHooksOf(ctx, present[m.Name](), m.OrgID, at, s.clock.Now(), j)
				}
			}
			return nil
		},
	}
}

// mostRead bounds the webhooks of one place.
const mostRead = 1000

func readHooksOf(ctx context.Context, client actions.API, org string, at place, now time.Time, j *journal.Journal) error {
	api, ok := client.(webhookAPI)
	if !ok {
		return nil
	}
	ctx = mist.WithCaller(ctx, "operator", mist.Operator)
	rows, site := api.OrgWebhooks(ctx, org), netstate.Site{}
	if at.site != "" {
		rows, site.ID = api.SiteWebhooks(ctx, at.site), at.site
		known, err := j.Reader.Webhooks(ctx)
		if err != nil {
			return err
		}
		for _, h := range known {
			if h.SiteID == at.site {
				site.Name = h.Site
			}
		}
	}
	var read []event.Webhook
	for w, err := range rows {
		if err != nil {
			return err
		}
		if read = append(read, poll.Webhook(w, at.source, org, site, now)); len(read) >= mostRead {
			break
		}
	}
	j.AddWebhooks(at.source, at.site, now, read)
	return nil
}
