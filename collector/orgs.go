package collector

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"foghorn/actions"
	"foghorn/feeds"
	"foghorn/journal/event"
	"foghorn/journal/store"
	"foghorn/mist"
)

// newOrgs makes the feeds of every organization that can be followed: polling,
// the stream, and the state of devices and clients. Nothing is requested before Run.
func (c *Collector) newOrgs() ([]*orgFeed, error) {
	var out []*orgFeed
	for _, o := range c.organizations {
		if o.OrgID == "" {
			continue // foghorn api can use the token; there is nothing to follow
		}
		org := &orgFeed{name: o.Name, make: func(client *mist.Client) (*feeds.Org, error) {
			return feeds.New(feeds.Options{
				Source: o.Name, OrgID: o.OrgID, Sites: o.Sites, Client: client, Renew: c.renewal(o),
				StreamURL: o.streamURL(), Channels: o.Channels,
				View: c.view, Log: maskedLog{c.log, c.Secrets}, Clock: c.Clock, Logger: c.Logger,
			})
		}}
		first, err := org.make(o.Client)
		if err != nil {
			return nil, configError(fmt.Errorf("[[mist]] %s: %w", o.Name, err))
		}
		org.current.Store(first)
		out = append(out, org)
	}
	return out, nil
}

// orgFeed is what follows one organization.
type orgFeed struct {
	name    string
	make    func(*mist.Client) (*feeds.Org, error)
	current atomic.Pointer[feeds.Org]
	ran     bool // only Run knows
}

// Run follows the organization. After a failure it begins with a new feeds.Org,
// as after a start of the process: a panic may have left the old one in any state.
// The client stays, because its token may have been renewed.
func (f *orgFeed) Run(ctx context.Context) error {
	if f.ran {
		next, err := f.make(f.Org().Client())
		if err != nil {
			return err
		}
		f.current.Store(next)
	}
	f.ran = true
	return f.Org().Run(ctx)
}

// Org is the present one.
func (f *orgFeed) Org() *feeds.Org { return f.current.Load() }

// currentOrgs are the present ones of all organizations.
func (c *Collector) currentOrgs() []*feeds.Org {
	out := make([]*feeds.Org, len(c.orgs))
	for i, f := range c.orgs {
		out[i] = f.Org()
	}
	return out
}

// renewal fetches an organization's credentials again from where the
// configuration has them, for when the cloud refused those in use. The new client
// is charged to the same budget.
func (c *Collector) renewal(o Organization) func(ctx context.Context) (*mist.Client, error) {
	for i := range c.Config.Mist {
		m := &c.Config.Mist[i]
		if m.Name != o.Name || m.Token.IsZero() {
			continue
		}
		return func(ctx context.Context) (*mist.Client, error) {
			token, err := c.Config.Refetch(ctx, &m.Token)
			if err != nil {
				return nil, err
			}
			if token.IsZero() || token.Reveal() == m.Token.Reveal() {
				return nil, errors.New("the configuration still gives the token that was refused")
			}
			fresh := *m
			fresh.Token = token
			return c.NewClient(fresh, o.Client.Governor())
		}
	}
	return nil
}

// APIs are the organizations that a process can ask, by name.
type APIs struct {
	Current map[string]func() actions.API // the client in use; renewing a token replaces it
	Missing map[string]error              // why an organization has no client
}

// NewActions makes what people of this process do: acks, renames, pings. results
// receives what Mist answered to acks; it and relays may be nil.
func (s *Settings) NewActions(view actions.View, log *store.Log, relays actions.Relays, apis APIs, results func([]event.Activity)) *actions.Actions {
	o := actions.Options{Log: log, View: view, Relays: relays, Clock: s.Clock, ReadOnly: s.ReadOnly, Logger: s.Logger, OnResult: results}
	for i, m := range s.Config.Mist {
		if !s.Config.HasAPI(i) {
			continue
		}
		o.Clouds = append(o.Clouds, actions.Cloud{Source: m.Name, OrgID: m.OrgID, CurrentAPI: apis.Current[m.Name], Missing: apis.Missing[m.Name]})
	}
	return actions.New(o)
}

// currentAPIs returns the clients in use, by organization. Renewing a token
// replaces a client.
func (c *Collector) currentAPIs() map[string]func() actions.API {
	out := map[string]func() actions.API{}
	for i, name := range c.OrgNames() {
		org := c.orgs[i]
		out[name] = func() actions.API { return org.Org().Client() }
	}
	return out
}

// OrgNames are the names of the organizations whose API this collector polls.
func (c *Collector) OrgNames() []string {
	var out []string
	for _, o := range c.organizations {
		if o.OrgID != "" {
			out = append(out, o.Name)
		}
	}
	return out
}

// RefreshWebhooks asks Mist for the webhooks of an organization, or of one of
// its sites, and writes them into the view.
func (c *Collector) RefreshWebhooks(ctx context.Context, source, site string) error {
	for i, name := range c.OrgNames() {
		if name == source {
			return c.orgs[i].Org().AskWebhooks(ctx, site)
		}
	}
	return nil
}

// feeds is the state of the listener, the polling and the streams, and of
// services that failed.
func (c *Collector) feeds() []event.Feed {
	out := c.listener.Feeds()
	for _, org := range c.currentOrgs() {
		out = append(out, org.Feeds()...)
	}
	return append(out, c.failedServices()...)
}
