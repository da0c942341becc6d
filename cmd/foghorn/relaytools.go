package main

import (
	"context"

	"foghorn/config"
	"foghorn/journal"
	"foghorn/journal/query"
	"foghorn/relay"
	"foghorn/relay/kinds"
)

// relayDestination is a relay of the configuration with its secrets, and what it sends to.
// j says which journal it is, and may be nil.
func (s *settings) relayDestination(ctx context.Context, name string, j *journal.Journal) (config.Relay, relay.Destination, error) {
	c, err := s.relayNamed(ctx, name)
	if err != nil {
		return config.Relay{}, nil, err
	}
	if c.Derived != nil {
		c, err = s.chatRelay(ctx, name)
	} else {
		err = s.config.Fetch(ctx, c.Secrets()...)
	}
	if err != nil {
		return *c, nil, usageError(err)
	}
	env := relay.Env{Host: s.collecting().Process("relay").Host, Version: version()}
	if j != nil {
		if env.Journal, err = j.Log.Identity(ctx); err != nil {
			return *c, nil, err
		}
	}
	d, err := kinds.New(*c, env)
	if err != nil {
		return *c, nil, usageError(err)
	}
	return *c, d, nil
}

// chatRelay is the relay to a channel of chat, with its token.
func (s *settings) chatRelay(ctx context.Context, name string) (*config.Relay, error) {
	merged, err := s.mergedChat(ctx)
	if err != nil {
		return &config.Relay{Name: name}, err
	}
	r, ok, err := merged.ChatRelay(ctx, name)
	if err == nil && !ok {
		err = noRelay(name, relayNames(merged.ChatRelays()))
	}
	s.secrets.Add(r.Token.Reveal())
	return &r, err
}

// withQuery replaces the query of a relay by one that was typed.
func withQuery(c config.Relay, typed string) (config.Relay, error) {
	table := query.Alerts
	if c.Send == config.SendEvents {
		table = query.Events
	}
	where, err := query.ParseFor(table, typed)
	if err != nil {
		return c, usageError(err)
	}
	c.Query = typed
	if c.Derived != nil {
		c.Derived = &config.Derived{Workspace: c.Derived.Workspace, Where: where}
	}
	return c, nil
}

// preview is what a relay would send about one item.
func (s *settings) preview(ctx context.Context, j *journal.Journal, c config.Relay, d relay.Destination, id int64) (relay.Preview, error) {
	return relay.PreviewItem(ctx, relay.PreviewOptions{Config: c, Destination: d, Journal: j, Link: s.collecting().PortalLink, Now: s.clock.Now()}, id)
}
