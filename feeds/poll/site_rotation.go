package poll

import (
	"context"
	"sync"
	"time"

	"foghorn/feeds/netstate"
	"foghorn/journal/event"
	"foghorn/mist"
)

// siteRotation picks one site after the other, for what the API has by site only:
// quickly until every site had its turn, to have something to show, then slowly.
type siteRotation struct {
	quickPace, slowPace time.Duration // between two sites
	perSite             time.Duration // the least time between two turns of a site
	maxQuick            int           // sites at the quick pace; the others come at the slow one from the start

	mu    sync.Mutex
	sites []string
	asked map[string]time.Time
	quick int
}

// setSites sets the sites, and keeps when each had its turn.
func (t *siteRotation) setSites(sites []netstate.Site) {
	t.mu.Lock()
	defer t.mu.Unlock()
	before := t.asked
	t.sites, t.asked = nil, map[string]time.Time{}
	for _, s := range sites {
		t.sites = append(t.sites, s.ID)
		if at, ok := before[s.ID]; ok {
			t.asked[s.ID] = at
		}
	}
}

// next returns the site whose turn it is: one that had none yet, or the one whose
// turn is the longest ago. It is "" when there is none.
func (t *siteRotation) next(now time.Time) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	best := ""
	for _, s := range t.sites {
		if best == "" || t.asked[s].Before(t.asked[best]) {
			best = s
		}
	}
	if best != "" {
		if t.asked[best].IsZero() {
			t.quick++
		}
		t.asked[best] = now
	}
	return best
}

// pace is how long after one site the next is due.
func (t *siteRotation) pace() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.asked) < len(t.sites) && t.quick < t.maxQuick {
		return t.quickPace
	}
	return max(t.slowPace, t.perSite/time.Duration(max(len(t.sites), 1)))
}

// reset starts again at the quick pace, for instance after a gap. A gap a minute
// costs no more than the quick pace does.
func (t *siteRotation) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.asked)
	t.quick = 0
}

// ignoreGone drops the errors of a site that may have been removed, or that this
// token may not read: neither means that the whole task is in trouble.
func (p *Poll) ignoreGone(err error) error {
	switch {
	case mist.IsKind(err, mist.KindNotFound):
		p.RunSoon(sitesTask) // it may have been removed
		return nil
	case mist.IsKind(err, mist.KindPermission):
		return nil
	}
	return err
}

// askClients reads the clients of one site, for those that the stream does not
// mention and those that left without notice.
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
			return p.ignoreGone(err)
		}
		if rows = append(rows, row); len(rows) >= maxClients {
			break
		}
	}
	p.o.State.Clients(site, asked, rows...)
	return nil
}

// maxClients bounds how much of a list is kept.
const maxClients = 20_000

// webhookLists are the webhooks as last read, by site id; "" is the organization.
type webhookLists struct {
	rotation *siteRotation
	mu       sync.Mutex
	loaded   bool
	at       map[string][]event.Webhook
}

// loadWebhooks loads what an earlier run had read, so that the webhooks of a site
// do not vanish until its turn comes.
func (p *Poll) loadWebhooks(ctx context.Context) error {
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

func newWebhookLists() webhookLists {
	return webhookLists{rotation: &siteRotation{quickPace: 15 * time.Second, slowPace: time.Minute, perSite: 30 * time.Minute, maxQuick: 200}, at: map[string][]event.Webhook{}}
}

// askWebhooks asks for the webhooks of the organisation.
func (p *Poll) askWebhooks(ctx context.Context) error { return p.askWebhooksAt(ctx, netstate.Site{}) }

// askSiteWebhooks asks for those of one site.
func (p *Poll) askSiteWebhooks(ctx context.Context) error {
	id := p.webhooks.rotation.next(p.o.Clock.Now())
	for _, s := range p.wanted() {
		if s.ID == id {
			return p.ignoreGone(p.askWebhooksAt(ctx, s))
		}
	}
	return nil
}

// maxWebhooks bounds the webhooks of one site.
const maxWebhooks = 1000

func (p *Poll) askWebhooksAt(ctx context.Context, site netstate.Site) error {
	rows := p.api().OrgWebhooks(ctx, p.o.OrgID)
	if site.ID != "" {
		rows = p.api().SiteWebhooks(ctx, site.ID)
	}
	if err := p.loadWebhooks(ctx); err != nil {
		return err
	}
	now := p.o.Clock.Now()
	var read []event.Webhook
	for w, err := range rows {
		if err != nil {
			return err
		}
		if read = append(read, Webhook(w, p.o.Source, p.o.OrgID, site, now)); len(read) >= maxWebhooks {
			break
		}
	}
	return p.o.View.PutWebhooks(ctx, p.o.Source, p.webhooks.put(site.ID, read, p.wanted()))
}

// Webhook makes the journal's form of a webhook.
func Webhook(w mist.Webhook, source, org string, site netstate.Site, now time.Time) event.Webhook {
	return event.Webhook{Source: source, OrgID: org, SiteID: site.ID, Site: site.Name, ID: w.ID, Name: w.Name, Type: w.Type,
		URL: w.MaskedURL(), Enabled: w.Enabled, HasSecret: w.HasSecret, VerifyCert: w.VerifyCert, Single: w.Single, Topics: w.Topics, Updated: now}
}

// AskWebhooks asks now for the webhooks of the organisation, or of one site, for
// a person who looks at them.
func (p *Poll) AskWebhooks(ctx context.Context, site string) error {
	ctx = mist.WithCaller(ctx, "operator", mist.Operator)
	if site == "" {
		return p.askWebhooksAt(ctx, netstate.Site{})
	}
	for _, s := range p.wanted() {
		if s.ID == site {
			return p.askWebhooksAt(ctx, s)
		}
	}
	return nil // it is not followed
}

// put replaces the webhooks of a site, drops sites that are gone, and returns all.
func (h *webhookLists) put(place string, read []event.Webhook, sites []netstate.Site) []event.Webhook {
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
