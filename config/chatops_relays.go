package config

import (
	"context"
	"slices"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// Derived is what a relay has that no [[relay]] configures: it tells a channel of chat what
// the channel's flags ask for.
type Derived struct {
	Workspace string
	// Where chooses what it sends. It is a tree and not text, so that no name can change what
	// another part of it means.
	Where *query.Query
}

// Where is the query of the relay.
func (r *Relay) Where() (*query.Query, error) {
	if r.Derived != nil {
		return r.Derived.Where, nil
	}
	return query.Parse(r.Query)
}

// QueryText is the query of the relay as people read it.
func (r *Relay) QueryText() string {
	if r.Derived != nil {
		return r.Derived.Where.String()
	}
	return r.Query
}

// ChatRelayName is the name of the relay that tells a channel. That of a [[relay]] has no
// colon.
func ChatRelayName(workspace, channel string) string { return "chat:" + workspace + "/" + channel }

// ChatRelays are the relays to the channels of chat whose flags ask for something. A
// workspace without a bot token has none: nothing can be posted there.
func (c *Config) ChatRelays() []Relay {
	var out []Relay
	for i := range c.ChatOps.Listed {
		ch := &c.ChatOps.Listed[i]
		at := c.chatWorkspace(ch.Workspace)
		if at < 0 || !c.given(element("chatops.workspace", at)+".bot_token") {
			continue
		}
		w := &c.ChatOps.Workspaces[at]
		flags := ch.wants()
		if len(flags) == 0 {
			continue
		}
		r := Relay{Name: ChatRelayName(w.Name, ch.ID), Kind: w.Platform, Send: SendEvents, URL: NewSecret(w.APIURL), Token: w.BotToken, Server: w.Server, Channel: ch.ID,
			Timeout: defaultRelayTimeout, DropAfter: defaultDropAfter, Group: GroupNone}
		r.Derived = &Derived{Workspace: w.Name, Where: query.And(anyOf("source", w.Orgs...), query.Or(flags...))}
		out = append(out, r)
	}
	return out
}

// ChatRelay is the one of ChatRelays that has a name, with its token fetched; false when
// there is none.
func (c *Config) ChatRelay(ctx context.Context, name string) (Relay, bool, error) {
	find := func() (Relay, bool) {
		all := c.ChatRelays()
		i := slices.IndexFunc(all, func(r Relay) bool { return r.Name == name })
		if i < 0 {
			return Relay{}, false
		}
		return all[i], true
	}
	r, ok := find()
	if !ok {
		return r, false, nil
	}
	if err := c.Fetch(ctx, &c.ChatOps.Workspaces[c.chatWorkspace(r.Derived.Workspace)].BotToken); err != nil {
		return r, true, err
	}
	r, ok = find()
	return r, ok, nil
}

// chatWorkspace is the place of a workspace; -1 when there is none of that name.
func (c *Config) chatWorkspace(name string) int {
	return slices.IndexFunc(c.ChatOps.Workspaces, func(w ChatWorkspace) bool { return w.Name == name })
}

// wants are the events that the flags of a channel ask for.
func (ch *ChatChannel) wants() (out []*query.Query) {
	of := func(topic string, types ...string) *query.Query {
		return query.And(query.Is("topic", topic), anyOf("type", types...))
	}
	if ch.NotifyJobCompletion {
		out = append(out, of(event.TopicJobs, event.JobDone.EventType()))
	}
	if ch.NotifyJobFailure {
		out = append(out, of(event.TopicJobs, event.JobFailed.EventType(), event.JobPartial.EventType(), event.JobInterrupted.EventType()))
	}
	if ch.NotifyComplianceViolations {
		out = append(out, of(event.TopicConfigs, event.CheckRule))
	}
	if ch.NotifyDriftDetected {
		out = append(out, of(event.TopicConfigs, event.CheckDrift))
	}
	return out
}

func anyOf(field string, values ...string) *query.Query {
	var all []*query.Query
	for _, v := range values {
		all = append(all, query.Is(field, v))
	}
	return query.Or(all...)
}
