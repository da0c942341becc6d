package collector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"foghorn/config"
	"foghorn/feeds/health"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/store"
	"foghorn/mist"
	"foghorn/relay"
	"foghorn/relay/kinds"
)

// newRelays opens the outbox and makes the service that sends. Nothing is sent
// before Run.
func (c *Collector) newRelays(ctx context.Context) (err error) {
	if c.outbox, err = c.openOutbox(ctx); err != nil {
		return err
	}
	identity, err := c.log.Identity(ctx)
	if err != nil {
		return err
	}
	c.relays = relay.NewService(relay.ServiceOptions{
		Journal: func() relay.Journal { return journal.New(c.log, c.view) },
		Outbox:  c.outbox, Clock: c.Clock, Logger: c.Logger, Mask: c.Secrets.Text,
		Env: relay.Env{Host: c.self.Host, Version: c.Version, Journal: identity},
		New: c.newDestination, Link: c.PortalLink,
	})
	return c.applyRelays(ctx, c.Config)
}

// openOutbox opens relay.db. One that is damaged is set aside: nothing can derive it
// again, and what comes in must still be kept and shown.
func (c *Collector) openOutbox(ctx context.Context) (*store.Outbox, error) {
	outbox, err := store.OpenOutbox(ctx, c.Dir, c.StoreOptions())
	if !errors.Is(err, store.ErrCorrupt) {
		return outbox, err
	}
	aside, moved := store.Quarantine(c.Dir, store.OutboxFile)
	if moved != nil {
		return nil, errors.Join(err, moved)
	}
	c.Logger.Error("what relays remember was damaged; all of them begin from now on", "error", err, "kept", aside)
	return store.OpenOutbox(ctx, c.Dir, c.StoreOptions())
}

// applyRelays makes the relays of a configuration the present ones. One whose secret
// cannot be fetched leaves the previous relays in effect, because nothing may get
// lost; the messages and the error say so.
func (c *Collector) applyRelays(ctx context.Context, cfg *config.Config) error {
	var secrets []*config.Secret
	for i := range cfg.Relays {
		secrets = append(secrets, cfg.Relays[i].Secrets()...)
	}
	c.fetching.Lock()
	err := cfg.Fetch(ctx, secrets...)
	c.fetching.Unlock()
	if err != nil {
		c.Logger.Error("a relay's secret cannot be read", "error", err)
		if c.relayed.Load() != nil {
			fmt.Fprintf(c.Messages, "foghorn: the relays were not changed:\n%s\n", plain(err))
			return err
		}
		fmt.Fprintf(c.Messages, "foghorn: relays wait for their secrets; foghorn tries again:\n%s\n", plain(err))
	}
	c.relayed.Store(cfg)
	c.useRelays(func(r *relaying) { r.configured = cfg.Relays })
	return nil
}

// relaying are the relays that are to run.
type relaying struct {
	mu         sync.Mutex
	configured []config.Relay
	channels   []config.Relay // of chat
}

// useRelays changes which relays are to run.
func (c *Collector) useRelays(change func(*relaying)) {
	c.relaying.mu.Lock()
	defer c.relaying.mu.Unlock()
	change(&c.relaying)
	c.relays.Apply(slices.Concat(c.relaying.configured, c.relaying.channels))
}

// newDestination makes the destination of a relay. A secret that could not be fetched
// when the configuration was read is fetched now: whatever gives it may have come up later.
func (c *Collector) newDestination(r config.Relay, e relay.Env) (relay.Destination, error) {
	if r.Derived != nil && r.Token.IsZero() {
		return nil, fmt.Errorf("relay %s: the bot_token of the workspace %s cannot be read; the log of foghorn says why", r.Name, r.Derived.Workspace)
	}
	cfg := c.relayed.Load()
	for i := range cfg.Relays {
		if cfg.Relays[i].Name != r.Name {
			continue
		}
		c.fetching.Lock()
		defer c.fetching.Unlock()
		if err := cfg.Fetch(context.Background(), cfg.Relays[i].Secrets()...); err != nil {
			return nil, err
		}
		r = cfg.Relays[i]
		break
	}
	return kinds.New(r, e)
}

// PortalLink leads to an alert's alarm or site in the vendor's portal; empty when the
// organization or its portal is not known.
func (s *Settings) PortalLink(a *event.Alert) string {
	for i := range s.Config.Mist {
		m := &s.Config.Mist[i]
		if m.Name != a.Source {
			continue
		}
		region, err := mist.LookupRegion(cmp.Or(m.Region, strings.TrimRight(m.APIURL, "/")))
		if err != nil {
			return ""
		}
		page := mist.PortalPage{Kind: mist.PortalSite, OrgID: cmp.Or(a.OrgID, m.OrgID), SiteID: a.SiteID, At: a.Opened}
		if a.MistAlarmID != "" {
			page.Kind, page.ID = mist.PortalAlarm, a.MistAlarmID
		}
		link, _ := region.PortalURL(page)
		return link
	}
	return ""
}

// relayConditions are how the relays are, for the alerts about them.
func (c *Collector) relayConditions(ctx context.Context, now time.Time) []health.Condition {
	conditions, err := c.relays.Conditions(ctx, now)
	if ctx.Err() != nil {
		return nil
	}
	file := health.Condition{Source: event.SourceFoghorn, Check: event.CheckRelay, About: store.OutboxFile, Name: "of any name", Over: err == nil}
	if err != nil {
		file.Brief, file.Cause = "relay.db cannot be read", err.Error()
	}
	out := []health.Condition{file}
	for _, r := range conditions {
		out = append(out, health.Condition{Source: event.SourceFoghorn, Check: event.CheckRelay, About: r.Relay, Name: r.Relay,
			Brief: r.Brief, Cause: r.Cause, Since: r.Since, Urgent: r.Urgent, Over: r.Over})
	}
	return out
}
