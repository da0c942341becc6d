package journal

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"foghorn/journal/event"
)

// webhookScope is where webhooks are configured: in the organization of a
// source, or in one of its sites.
type webhookScope struct{ source, siteID string }

// webhookReads are webhooks that this process read from Mist itself. Only the
// collector writes the view, so they are put over its rows.
type webhookReads struct {
	mu   sync.Mutex
	rows map[webhookScope][]event.Webhook
	at   map[webhookScope]time.Time
}

// AddWebhooks has Webhooks show what this process read from Mist at a time: the
// webhooks of a source's organization, or of one of its sites. They are shown
// until the view has something newer.
func (j *Journal) AddWebhooks(source, siteID string, at time.Time, hooks []event.Webhook) {
	j.read.mu.Lock()
	defer j.read.mu.Unlock()
	if j.read.rows == nil {
		j.read.rows, j.read.at = map[webhookScope][]event.Webhook{}, map[webhookScope]time.Time{}
	}
	scope := webhookScope{source, siteID}
	j.read.rows[scope], j.read.at[scope] = hooks, at
}

// Webhooks returns the webhooks as they were last read, by whichever process:
// by source, the organization's before those of sites, then by name.
func (j *Journal) Webhooks(ctx context.Context) ([]event.Webhook, error) {
	all, err := j.Reader.Webhooks(ctx)
	if err != nil {
		return nil, err
	}
	return j.read.over(all), nil
}

// over replaces rows of the view with what was read later.
func (r *webhookReads) over(all []event.Webhook) []event.Webhook {
	r.mu.Lock()
	defer r.mu.Unlock()
	newer := map[webhookScope]bool{}
	for scope, at := range r.at {
		newer[scope] = !slices.ContainsFunc(all, func(h event.Webhook) bool {
			return scopeOf(h) == scope && h.Updated.After(at)
		})
	}
	out := slices.DeleteFunc(all, func(h event.Webhook) bool { return newer[scopeOf(h)] })
	for scope, is := range newer {
		if is {
			out = append(out, r.rows[scope]...)
		}
	}
	slices.SortStableFunc(out, compareWebhooks)
	return out
}

func scopeOf(h event.Webhook) webhookScope { return webhookScope{h.Source, h.SiteID} }

// compareWebhooks is the order in which the view returns webhooks.
func compareWebhooks(a, b event.Webhook) int {
	rank := func(h event.Webhook) int { return min(len(h.SiteID), 1) }
	return cmp.Or(strings.Compare(a.Source, b.Source), rank(a)-rank(b), strings.Compare(strings.ToLower(a.Site), strings.ToLower(b.Site)),
		strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
}
