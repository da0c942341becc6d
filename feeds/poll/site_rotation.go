package poll

import (
	"context"
	"sync"
	"time"

	"foghorn/feeds/netstate"
	"foghorn/journal/event"
	"foghorn/mist"
)

// siteRotation picks one site after the other, for data that the API has only by
// site. It starts at the quick pace, until every site had a turn and there is
// something to show, and continues at the slow one.
type siteRotation struct {
	quickPace, slowPace time.Duration // between two sites
	perSite             time.Duration // minimum between two turns of a site
	maxQuick            int           // the most sites at the quick pace; the rest start at the slow one

	mu    sync.Mutex
	sites []string
	asked map[string]time.Time
	quick int
}

// setSites replaces the sites, and keeps the times of their last turns.
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

// next returns the next site: one without a turn yet, or the one whose turn is the
// longest ago. It returns "" if there is none.
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

// pace returns the time between two sites.
func (t *siteRotation) pace() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.asked) < len(t.sites) && t.quick < t.maxQuick {
		return t.quickPace
	}
	return max(t.slowPace, t.perSite/time.Duration(max(len(t.sites), 1)))
}

// reset restarts the quick pace, for instance after a gap. Even with a gap every
// minute, that costs no more than the quick pace itself.
func (t *siteRotation) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.asked)
	t.quick = 0
}

// ignoreGone drops the errors for a site that was removed or that the token may
// not read: neither means that the whole task fails.
func (p *Poll) ignoreGone(err error) error {
	switch {
	case mist.IsKind(err, mist.KindNotFound):
		p.RunSoon(sitesTask) // the site may be gone
		return nil
	case mist.IsKind(err, mist.KindPermission):
		return nil
	}
	return err
}

// askClients reads the clients of one site. It finds clients that the stream does
// not mention and clients that left without notice.
func (p *Poll) askClients(ctx context.Context) error {
	asked := p.o.Clock.Now()
	site := p.clients.next(asked)
	if site == "" {
		return nil
	}
	var rows []mist.Object
	// The last 15 minutes: Mist's default of a day would bring back clients that left.
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

// maxClients limits how many elements of a list are kept.
const maxClients = 20_000

// webhookLists caches the webhooks by site id; "" is the organization.
type webhookLists struct {
	rotation *siteRotation
	mu       sync.Mutex
	loaded   bool
	at       map[string][]event.Webhook
}

// loadWebhooks loads the webhooks that an earlier run read, so that the webhooks
// of a site stay visible until its turn comes.
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

// askWebhooks reads the organization's webhooks.
func (p *Poll) askWebhooks(ctx context.Context) error { return p.askWebhooksAt(ctx, netstate.Site{}) }

// askSiteWebhooks reads the webhooks of one site.
func (p *Poll) askSiteWebhooks(ctx context.Context) error {
	id := p.webhooks.rotation.next(p.o.Clock.Now())
	for _, s := range p.wanted() {
		if s.ID == id {
			return p.ignoreGone(p.askWebhooksAt(ctx, s))
		}
	}
	return nil
}

// maxWebhooks limits the webhooks of one site.
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

// Webhook converts a webhook to the journal's type.
func Webhook(w mist.Webhook, source, org string, site netstate.Site, now time.Time) event.Webhook {
	return event.Webhook{Source: source, OrgID: org, SiteID: site.ID, Site: site.Name, ID: w.ID, Name: w.Name, Type: w.Type,
		URL: w.MaskedURL(), Enabled: w.Enabled, HasSecret: w.HasSecret, VerifyCert: w.VerifyCert, Single: w.Single, Topics: w.Topics, Updated: now}
}

// AskWebhooks reads the webhooks of the organization or of one site now, because a
// person looks at them.
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
	return nil // the site is not followed
}

// put replaces the webhooks of a site, drops removed sites, and returns all
// webhooks.
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
