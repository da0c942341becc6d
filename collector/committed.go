package collector

import (
	"context"
	"sync/atomic"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/projector"
)

// hookBacklog is how many records of a backlog are still handed to the feeds. A
// longer one is history by the time it is projected, and the first poll knows better.
const hookBacklog = 10_000

// hookStart is the record after which commits are handed to the feeds.
func (c *Collector) hookStart(ctx context.Context) (int64, error) {
	at, err := c.view.Position(ctx)
	if err != nil {
		return 0, err
	}
	end, err := c.log.Last(ctx)
	if err != nil {
		return 0, err
	}
	if end-at > hookBacklog {
		return end, nil
	}
	return at, nil
}

// isFollowed reports whether committed has a use for an event.
func isFollowed(e *event.Event) bool { return e.Via == event.ViaJunos || e.Connection != "" }

// committed hands what the projector has just committed to those that follow it:
// the watcher of silent Junos devices, and the state and streams of organizations.
// It runs on the projector's goroutine and must not block.
func (c *Collector) committed(k projector.Commit) {
	var connections []event.Event
	for _, events := range [...][]event.Event{k.Events, k.NotStored} {
		for i := range events {
			e := &events[i]
			if e.Via == event.ViaJunos && !e.Test { // a duplicate shows that its sender is alive, too
				c.silence.Heard(e.Source, e.Device, e.Type, e.Received)
			}
		}
	}
	c.progress.committed(k.Received)
	c.relays.Wake()
	for i := range k.Events {
		if k.Events[i].Connection != "" {
			connections = append(connections, k.Events[i])
		}
	}
	if len(connections)+len(k.Activities) == 0 {
		return
	}
	for _, org := range c.currentOrgs() {
		org.Learn(connections, k.Activities)
	}
}

// progress is how far projection is in time. Its methods are safe for concurrent use.
type progress struct {
	newest  atomic.Pointer[time.Time] // receive time of the newest committed record
	current atomic.Pointer[time.Time] // when nothing waited
}

// committed notes the receive time of a record in the view.
func (p *progress) committed(received time.Time) {
	if before := p.newest.Load(); before == nil || received.After(*before) {
		p.newest.Store(&received)
	}
}

// through is the time up to which the view has what was received: now, unless
// records wait or projection is failing.
func (p *progress) through(now time.Time, s projector.Stats) time.Time {
	if s.Lag() == 0 && s.Problem == "" {
		p.current.Store(&now)
		return now
	}
	var at time.Time
	for _, t := range [...]*time.Time{p.newest.Load(), p.current.Load()} {
		if t != nil && t.After(at) {
			at = *t
		}
	}
	return at
}
