package collector

import (
	"context"
	"reflect"
	"slices"
	"time"

	"foghorn/feeds"
	"foghorn/journal/event"
)

// The collector compares its feeds every statusEvery and writes what changed.
// Without a change it still writes every heartbeatEvery; a screen calls it gone
// when heartbeats have been missing for a while.
const (
	statusEvery    = time.Second
	heartbeatEvery = 2 * time.Second
)

// joinNotes puts two notes in one line.
func joinNotes(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}

// chatLinks is how the workspaces of chat are connected.
func (c *Collector) chatLinks() (out []event.ChatLink) {
	for _, p := range c.chat.platforms {
		for _, s := range p.status() {
			out = append(out, event.ChatLink{Workspace: s.Workspace, Platform: p.name, HTTP: s.HTTP, Sockets: s.Sockets, Wanted: s.Wanted,
				Problem: c.Secrets.Text(s.Problem), Stopped: s.Stopped})
		}
	}
	return out
}

// publish keeps the collector's status in the view, where every screen of every
// process reads it.
func (c *Collector) publish(ctx context.Context) error {
	tick, stop := c.Clock.NewTicker(statusEvery)
	defer stop()
	var lastFeeds []event.Feed
	var lastBudgets []event.Budget
	damaged := int64(0)
	for {
		if n := c.projector.Stats().Damaged; n != damaged {
			damaged = n
			c.checkJournal(ctx)
		}
		current, budgets, now := c.feeds(), feeds.Budgets(c.currentOrgs()...), c.Clock.Now()
		if !slices.Equal(current, lastFeeds) || !reflect.DeepEqual(budgets, lastBudgets) || now.Sub(c.self.Heartbeat) >= heartbeatEvery || now.Before(c.self.Heartbeat) {
			lastFeeds, lastBudgets, c.self.Heartbeat = current, budgets, now
			self := c.self
			self.Chat = c.chatLinks()
			self.Problem = joinNotes(c.reloader.Problem(), c.journalNote())
			if err := c.view.PutFeeds(ctx, self, current, c.listener.Dropped(), budgets); err != nil && ctx.Err() == nil {
				c.Logger.Warn("publish status", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
	}
}
