package main

import (
	"context"
	"errors"
	"fmt"

	"foghorn/actions"
	"foghorn/feeds"
	"foghorn/journal/event"
	"foghorn/mist"
)

// follow makes what is live of every organisation that can be asked: polling,
// the stream, and the mirror of devices and clients. Nothing is asked before Run.
func (c *collector) follow() ([]*feeds.Org, error) {
	var out []*feeds.Org
	for _, o := range c.clouds {
		if o.OrgID == "" {
			continue // foghorn api can use the token; there is nothing to follow
		}
		org, err := feeds.New(feeds.Options{
			Source: o.Name, OrgID: o.OrgID, Sites: o.Sites, Client: o.client, Renew: c.renewal(o),
			StreamURL: o.streamURL(), Channels: o.Channels,
			View: c.view, Log: maskedLog{c.log, c.secrets}, Clock: c.clock, Logger: c.logger,
		})
		if err != nil {
			return nil, usageError(fmt.Errorf("[[mist]] %s: %w", o.Name, err))
		}
		out = append(out, org)
	}
	return out, nil
}

// renewal fetches an organisation's credentials again from where the
// configuration has them, for when the cloud refused those in use. Its client
// spends from the same budget.
func (c *collector) renewal(o organisation) func(ctx context.Context) (*mist.Client, error) {
	for i := range c.config.Mist {
		m := &c.config.Mist[i]
		if m.Name != o.Name || m.Token.IsZero() {
			continue
		}
		return func(ctx context.Context) (*mist.Client, error) {
			token, err := c.config.Refetch(ctx, &m.Token)
			if err != nil {
				return nil, err
			}
			if token.IsZero() || token.Reveal() == m.Token.Reveal() {
				return nil, errors.New("the configuration still gives the token that was refused")
			}
			fresh := *m
			fresh.Token = token
			return c.newClient(fresh, o.client.Governor())
		}
	}
	return nil
}

// present gives the clients as they are now: another one after a token was renewed.
func (c *collector) present() map[string]func() actions.API {
	out := map[string]func() actions.API{}
	at := 0
	for _, o := range c.clouds {
		if o.OrgID == "" {
			continue
		}
		org := c.orgs[at]
		at++
		out[o.Name] = func() actions.API { return org.Client() }
	}
	return out
}

// feeds tells how the listener, the polling and the streams stand.
func (c *collector) feeds() []event.Feed {
	out := c.listener.Feeds()
	for _, org := range c.orgs {
		out = append(out, org.Feeds()...)
	}
	return out
}

// viewChanged tells the streams that somebody may have asked for a channel.
func (c *collector) viewChanged() {
	for _, org := range c.orgs {
		org.ViewChanged()
	}
}
