package collector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
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
		New: kinds.New, Link: c.portalLink,
	})
	c.applyRelays(ctx, c.Config)
	return nil
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
// lost; the messages say so.
func (c *Collector) applyRelays(ctx context.Context, cfg *config.Config) {
	var secrets []*config.Secret
	for i := range cfg.Relays {
		secrets = append(secrets, cfg.Relays[i].Secrets()...)
	}
	if err := cfg.Fetch(ctx, secrets...); err != nil {
		fmt.Fprintf(c.Messages, "foghorn: the relays were not changed:\n%s\n", plain(err))
		c.Logger.Error("a relay's secret cannot be read", "error", err)
		if len(c.relayed) > 0 {
			return
		}
	}
	c.relayed = cfg.Relays
	c.relays.Apply(cfg.Relays)
}

// portalLink leads to an alert's alarm or site in the vendor's portal; empty when the
// organization or its portal is not known.
func (c *Collector) portalLink(a *event.Alert) string {
	for i := range c.Config.Mist {
		m := &c.Config.Mist[i]
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
