package collector

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"time"

	"foghorn/actions"
	"foghorn/chatops"
	"foghorn/chatops/mattermost"
	"foghorn/chatops/platform"
	"foghorn/chatops/slack"
	"foghorn/collector/lifecycle"
	"foghorn/config"
	"foghorn/feeds/webhook"
	"foghorn/journal/event"
	"foghorn/mist"
)

// chatStop gives a running call time to report its result.
const chatStop = 10 * time.Second

// chat is how people run foghorn from a chat.
type chat struct {
	core      *chatops.Core
	platforms []chatPlatform
	settings  *chatops.Settings

	applying sync.Mutex // one change at a time
	file     *config.Config
	relaysOf *config.Config // the file whose channels have relays
	trouble  string         // what could not be read at the last change; empty when all could
	stamp    string         // of what is managed; only watchChat knows

	mu      sync.Mutex
	actions map[[sha256.Size]byte]*actions.Actions // by token
}

// chatPlatform is one kind of chat.
type chatPlatform struct {
	chatops.Platform

	name      string
	run       func(context.Context) error             // its sockets
	use       func(workspaces []config.ChatWorkspace) // replaces its workspaces
	status    func() []platform.Status
	endpoints []platform.Endpoint
}

// newChat makes what takes calls. None is run before Run.
func (c *Collector) newChat(ctx context.Context) (err error) {
	c.chat = &chat{actions: map[[sha256.Size]byte]*actions.Actions{}, file: c.Config}
	c.chat.settings = chatops.NewSettings(c.Dir, c.outbox, func(ctx context.Context, a event.Activity) error {
		_, err := c.actions.Append(ctx, a)
		return err
	})
	c.chat.core, err = chatops.New(chatops.Options{
		Journal: c.Journal(), Store: c.outbox, Actions: c.actionsFor, Clock: c.Clock, Logger: c.Logger,
		Mask: c.Secrets.Text, Link: c.PortalLink, Jobs: c.jobs, Offer: c.offersJob, Configs: chatConfigs{c},
		Managing: &chatops.Managing{Settings: c.chat.settings, Config: c.chatFile, Apply: c.reapplyChat},
	})
	if err != nil {
		return err
	}
	if c.chat.platforms, err = c.chatPlatforms(); err != nil {
		return err
	}
	for _, p := range c.chat.platforms {
		c.chat.core.Register(p.name, p)
	}
	c.applyChat(ctx, c.Config)
	return nil
}

// chatPlatforms lists the kinds of chats.
func (c *Collector) chatPlatforms() ([]chatPlatform, error) {
	o := platform.Options{Handler: c.chat.core, Rights: c.chat.core.Rights, Store: c.outbox, Clock: c.Clock, Logger: c.Logger,
		Say: func(line string) { fmt.Fprintf(c.Messages, "foghorn: %s\n", plainText(line)) }}
	s, err := slack.New(o)
	if err != nil {
		return nil, err
	}
	m, err := mattermost.New(o)
	if err != nil {
		return nil, err
	}
	return []chatPlatform{{Platform: s, name: config.ChatSlack, run: s.Run, use: s.Use, status: s.Status, endpoints: s.Endpoints()},
		{Platform: m, name: config.ChatMattermost, run: m.Run, use: m.Use, status: m.Status, endpoints: m.Endpoints()}}, nil
}

// applyChat makes what a configuration says of chat, and what is managed beside it, the
// present state.
func (c *Collector) applyChat(ctx context.Context, cfg *config.Config) {
	c.chat.applying.Lock()
	c.chat.file = cfg
	c.chat.applying.Unlock()
	c.reapplyChat(ctx)
}

// chatFile is the configuration of the file.
func (c *Collector) chatFile() *config.Config {
	c.chat.applying.Lock()
	defer c.chat.applying.Unlock()
	return c.chat.file
}

// reapplyChat is applyChat for what is managed. A secret that cannot be fetched keeps
// nobody in who was removed: whose token it is cannot change anything in Mist, and the
// connections of workspaces stay as they were. What is managed and cannot be read removes no
// relay of a channel: one that comes back begins anew, and what waits would be lost.
func (c *Collector) reapplyChat(ctx context.Context) {
	c.chat.applying.Lock()
	defer c.chat.applying.Unlock()
	err := c.chat.file.Fetch(ctx, c.chat.file.ChatOps.Secrets()...)
	merged, unread := c.chat.settings.Merged(ctx, c.chat.file)
	managed := unread
	if unread == nil {
		managed = merged.Fetch(ctx, merged.ChatOps.Secrets()...)
	}
	before := c.chat.trouble
	c.chat.trouble = ""
	if err = errors.Join(err, managed); err != nil {
		c.chat.trouble = err.Error()
	}
	if err != nil && c.chat.trouble != before {
		fmt.Fprintf(c.Messages, "foghorn: something about chat cannot be read; foghorn tries again:\n%s\n", plain(err))
		c.Logger.Error("something about chat cannot be read", "error", err)
	}
	for _, secret := range merged.ChatOps.Secrets() {
		c.Secrets.Add(secret.Reveal())
	}
	for i := range merged.ChatOps.Workspaces { // each, besides all of them in one text
		for _, token := range merged.ChatOps.Workspaces[i].CommandTokens() {
			c.Secrets.Add(token)
		}
	}
	c.chat.core.Use(chatops.NewDirectory(merged.ChatOps))
	if err == nil {
		for _, p := range c.chat.platforms {
			p.use(merged.ChatOps.Workspaces)
		}
	}
	if unread == nil || c.chat.relaysOf != c.chat.file {
		c.chat.relaysOf = c.chat.file
		c.useRelays(func(r *relaying) { r.channels = merged.ChatRelays() })
	}
}

// chatRetry is how often what could not be read about chat is tried again.
const chatRetry = 30 * time.Second

// watchChat takes over what other processes manage, and what could not be read before.
func (c *Collector) watchChat(ctx context.Context) error {
	tick, stop := c.Clock.NewTicker(reloadEvery)
	defer stop()
	tried := c.Clock.Now()
	for {
		stamp, err := c.chat.settings.Stamp(ctx)
		if err != nil && ctx.Err() == nil {
			return err
		}
		now := c.Clock.Now()
		if err == nil && (stamp != c.chat.stamp || c.chat.failed() && now.Sub(tried).Abs() >= chatRetry) {
			c.chat.stamp, tried = stamp, now
			c.reapplyChat(ctx)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
	}
}

// failed reports whether something about chat could not be read.
func (c *chat) failed() bool {
	c.applying.Lock()
	defer c.applying.Unlock()
	return c.trouble != ""
}

// actionsFor are the actions of a person with a Mist token of their own; without one, those
// of the collector. Their calls count against the budget of that token.
func (c *Collector) actionsFor(token config.Secret) *actions.Actions {
	if token.IsZero() {
		return c.actions
	}
	c.chat.mu.Lock()
	defer c.chat.mu.Unlock()
	key := sha256.Sum256([]byte(token.Reveal()))
	if c.chat.actions[key] == nil {
		c.Secrets.Add(token.Reveal())
		c.chat.actions[key] = c.newActionsFor(token)
	}
	return c.chat.actions[key]
}

func (c *Collector) newActionsFor(token config.Secret) *actions.Actions {
	apis := APIs{Current: map[string]func() actions.API{}, Missing: map[string]error{}}
	budget := mist.NewGovernor(0, c.Clock.Now)
	for _, m := range c.Config.Mist {
		m.Token, m.Email = token, ""
		client, err := c.NewClient(m, budget)
		if err != nil {
			apis.Missing[m.Name] = err
			continue
		}
		apis.Current[m.Name] = func() actions.API { return client }
	}
	hands := c.NewActions(c.Journal(), c.log, c.outbox, apis, nil)
	hands.UseJobs(c.jobs)
	return hands
}

// chatHandlers are the paths of chat on the listener.
func (c *Collector) chatHandlers() []webhook.Handler {
	out := []webhook.Handler{{Path: chatops.APIPath, Handler: c.chat.core.API()}}
	for _, p := range c.chat.platforms {
		for _, e := range p.endpoints {
			out = append(out, webhook.Handler{Path: e.Path, Handler: e.Handler})
		}
	}
	return out
}

// chatServices run calls, and the sockets that bring them. Calls append to the log.
func (c *Collector) chatServices() []lifecycle.Service {
	out := []lifecycle.Service{{Name: "chat", Phase: lifecycle.Ingest, Run: c.chat.core.Run, Restart: lifecycle.OnFailure, StopTimeout: chatStop},
		{Name: "chat settings", Phase: lifecycle.Ingest, Run: c.watchChat, Restart: lifecycle.OnFailure}}
	for _, p := range c.chat.platforms {
		out = append(out, lifecycle.Service{Name: p.name, Phase: lifecycle.Ingest, Run: p.run, Restart: lifecycle.OnFailure, StopTimeout: chatStop})
	}
	return out
}
