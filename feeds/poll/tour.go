package poll

import (
	"context"
	"sync"
	"time"

	"foghorn/feeds/netstate"
	"foghorn/journal/event"
	"foghorn/mist"
)

// tour visits one site after the other, for what only sites can be asked: the
// first time round quickly, to have something to show, and then slowly.
type tour struct {
	first, then time.Duration // between two visits
	rest        time.Duration // for which a site is left alone after a visit
	most        int           // quick visits of a round; with more sites the rest is slow from the beginning

	mu      sync.Mutex
	sites   []string
	visited map[string]time.Time
	quick   int
}

// visit says which sites there are.
func (t *tour) visit(sites []netstate.Site) {
	t.mu.Lock()
	defer t.mu.Unlock()
	before := t.visited
	t.sites, t.visited = nil, map[string]time.Time{}
	for _, s := range sites {
		t.sites = append(t.sites, s.ID)
		if at, ok := before[s.ID]; ok {
			t.visited[s.ID] = at
		}
	}
}

// next returns the site whose turn it is: one that was not visited yet, or the
// one whose visit is the longest ago. It is "" when there is none.
func (t *tour) next(now time.Time) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	best := ""
	for _, s := range t.sites {
		if best == "" || t.visited[s].Before(t.visited[best]) {
			best = s
		}
	}
	if best != "" {
		if t.visited[best].IsZero() {
			t.quick++
		}
		t.visited[best] = now
	}
	return best
}

// pace is how long after a visit the next is due.
func (t *tour) pace() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.visited) < len(t.sites) && t.quick < t.most {
		return t.first
	}
	return max(t.then, t.rest/time.Duration(max(len(t.sites), 1)))
}

// again makes all visits quick once more, for instance after a gap. A gap a minute
// costs what one long round costs: the pace of quick visits is the bound.
func (t *tour) again() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.visited)
	t.quick = 0
}

// gone takes what a site answers that may not be there any more, or may not be
// asked by this token: neither is trouble of the whole task.
func (p *Poll) gone(err error) error {
	switch {
	case mist.IsKind(err, mist.KindNotFound):
		p.Nudge(sitesTask) // it may have been removed
		return nil
	case mist.IsKind(err, mist.KindPermission):
		return nil
	}
	return err
}

// askClients asks for the clients of one site: those whom the stream does not
// mention, and those who left without a word.
func (p *Poll) askClients(ctx context.Context) error {
	asked := p.o.Clock.Now()
	site := p.clients.next(asked)
	if site == "" {
		return nil
	}
	var rows []mist.Object
	// Clients of the last quarter of an hour: Mist's day would bring back all who left.
	for row, err := range p.api().SiteClientStats(ctx, site, mist.Window{Duration: 15 * time.Minute}) {
		if err != nil {
			return p.gone(err)
		}
		if rows = append(rows, row); len(rows) >= mostClients {
			break
		}
	}
	p.o.Mirror.Clients(site, asked, rows...)
	return nil
}

// mostClients bounds what one reading of a site is kept of.
const mostClients = 20_000

// hooks are the webhooks that were read, by where they are; "" is the organisation.
type hooks struct {
	tour   *tour
	mu     sync.Mutex
	loaded bool
	at     map[string][]event.Webhook
}

// loadHooks takes over what an earlier run had read, so that the webhooks of sites
// do not vanish until their turn comes.
func (p *Poll) loadHooks(ctx context.Context) error {
	h := &p.webhooks
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.loaded {
		return nil
	}
	all, err := p.o.View.Webhooks(ctx)
	if err != nil {
		return err
	}
	for _, w := range all {
		if w.Source == p.o.Source {
			h.at[w.SiteID] = append(h.at[w.SiteID], w)
		}
	}
	h.loaded = true
	return nil
}

func newHooks() hooks {
	return hooks{tour: &tour{first: 15 * time.Second, then: time.Minute, rest: 30 * time.Minute, most: 200}, at: map[string][]event.Webhook{}}
}

// askWebhooks asks for the webhooks of the organisation.
func (p *Poll) askWebhooks(ctx context.Context) error { return p.askHooksAt(ctx, netstate.Site{}) }

// askSiteWebhooks asks for those of one site.
func (p *Poll) askSiteWebhooks(ctx context.Context) error {
	id := p.webhooks.tour.next(p.o.Clock.Now())
	for _, s := range p.wanted() {
		if s.ID == id {
			return p.gone(p.askHooksAt(ctx, s))
		}
	}
	return nil
}

// mostHooks bounds the webhooks of one place.
const mostHooks = 1000

func (p *Poll) askHooksAt(ctx context.Context, site netstate.Site) error {
	rows := p.api().OrgWebhooks(ctx, p.o.OrgID)
	if site.ID != "" {
		rows = p.api().SiteWebhooks(ctx, site.ID)
	}
	if err := p.loadHooks(ctx); err != nil {
		return err
	}
	now := p.o.Clock.Now()
	var read []event.Webhook
	for w, err := range rows {
		if err != nil {
			return err
		}
		if read = append(read, Webhook(w, p.o.Source, p.o.OrgID, site, now)); len(read) >= mostHooks {
			break
		}
	}
	return p.o.View.PutWebhooks(ctx, p.o.Source, p.webhooks.put(site.ID, read, p.wanted()))
}

// Webhook is one of a place as the journal has it.
func Webhook(w mist.Webhook, source, org string, site netstate.Site, now time.Time) event.Webhook {
	return event.Webhook{Source: source, OrgID: org, SiteID: site.ID, Site: site.Name, ID: w.ID, Name: w.Name, Type: w.Type,
		URL: w.MaskedURL(), Enabled: w.Enabled, HasSecret: w.HasSecret, VerifyCert: w.VerifyCert, Single: w.Single, Topics: w.Topics, Updated: now}
}

// AskWebhooks asks now for the webhooks of the organisation, or of one site, for
// a person who looks at them.
func (p *Poll) AskWebhooks(ctx context.Context, site string) error {
	ctx = mist.WithCaller(ctx, "operator", mist.Operator)
	if site == "" {
		return p.askHooksAt(ctx, netstate.Site{})
	}
	for _, s := range p.wanted() {
		if s.ID == site {
			return p.askHooksAt(ctx, s)
		}
	}
	return nil // it is not followed
}

// put takes what a place has, forgets places that are gone, and returns all.
func (h *hooks) put(place string, read []event.Webhook, sites []netstate.Site) []event.Webhook {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at[place] = read
	there := map[string]bool{"": true}
	all := append([]event.Webhook(nil), h.at[""]...)
	for _, s := range sites {
		there[s.ID] = true
		all = append(all, h.at[s.ID]...)
	}
	for id := range h.at {
		if !there[id] {
			delete(h.at, id)
		}
	}
	return all
}
