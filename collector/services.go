package collector

import (
	"context"
	"errors"
	"fmt"
	"time"

	"foghorn/collector/lifecycle"
	"foghorn/journal/event"
)

// services lists everything that runs in a collector, each exactly once: two
// watchers of one thing would report it twice.
//
// Whatever appends to the log is in the ingest phase, so that it has ended before
// the log's writer does. A service that only brings in or shows something may be
// restarted. The listener, the writer, the view's keeper and the projector may
// not: without one of them the collector would accept what it cannot keep, or
// show nothing of it, and the process that supervises foghorn must know.
func (c *Collector) services() []lifecycle.Service {
	out := []lifecycle.Service{
		{Name: "listener", Phase: lifecycle.Ingest, Run: c.listen, Started: c.listener.Started(), StopTimeout: listenerStop},
		{Name: "junos silence", Phase: lifecycle.Ingest, Run: c.silence.Run, Restart: lifecycle.OnFailure},
		{Name: "health checks", Phase: lifecycle.Ingest, Run: c.health.Run, Restart: lifecycle.OnFailure},
	}
	for _, org := range c.orgs {
		out = append(out, lifecycle.Service{Name: "mist " + org.name, Phase: lifecycle.Ingest, Run: org.Run, Restart: lifecycle.OnFailure})
	}
	out = append(out, c.chatServices()...)
	out = append(out,
		lifecycle.Service{Name: "configuration checks", Phase: lifecycle.Ingest, Run: c.checks.Run, Restart: lifecycle.OnFailure},
		lifecycle.Service{Name: "configuration alerts", Phase: lifecycle.Ingest, Run: c.checks.record, Restart: lifecycle.OnFailure},
		lifecycle.Service{Name: "configuration drift", Phase: lifecycle.Ingest, Run: c.drift.Run, Restart: lifecycle.OnFailure})
	out = append(out, lifecycle.Service{Name: "jobs", Phase: lifecycle.Ingest, Run: c.jobs.Run, Restart: lifecycle.OnFailure, StopTimeout: jobsStop})
	return append(out,
		lifecycle.Service{Name: "actions", Phase: lifecycle.Ingest, Run: c.actions.Send, Restart: lifecycle.OnFailure},
		lifecycle.Service{Name: "pending actions", Phase: lifecycle.Ingest, Run: c.actions.RetryPending, Restart: lifecycle.OnFailure},
		lifecycle.Service{Name: "log writer", Phase: lifecycle.Derive, Run: c.log.Run},
		lifecycle.Service{Name: "view", Phase: lifecycle.Derive, Run: c.view.Run},
		lifecycle.Service{Name: "projector", Phase: lifecycle.Derive, Run: c.projector.Run, Drain: c.drainProjector, DrainTimeout: projectorDrain},
		lifecycle.Service{Name: "retention", Phase: lifecycle.Derive, Run: c.trim, Restart: lifecycle.OnFailure},
		lifecycle.Service{Name: "relays", Phase: lifecycle.Serve, Run: c.relays.Run, Restart: lifecycle.OnFailure, StopTimeout: relaysStop},
		lifecycle.Service{Name: "changed configuration", Phase: lifecycle.Serve, Run: c.followConfigs, Restart: lifecycle.OnFailure},
		lifecycle.Service{Name: "configuration", Phase: lifecycle.Serve, Run: c.reloader.Run, Restart: lifecycle.OnFailure},
		lifecycle.Service{Name: "status", Phase: lifecycle.Serve, Run: c.publish, Restart: lifecycle.OnFailure},
	)
}

const (
	// listenerStop leaves the listener the time that it gives requests in flight.
	listenerStop = 15 * time.Second
	// projectorDrain bounds how long leaving waits for the view. A long catch-up
	// goes on at the next start.
	projectorDrain = 2 * time.Second
	drainPoll      = 10 * time.Millisecond
	// relaysStop leaves relays the time to read the answers to what they have sent.
	relaysStop = 10 * time.Second
)

func (c *Collector) listen(ctx context.Context) error { return c.listener.Run(ctx, c.socket) }

// drainProjector waits until the view has all of the log, so that the next
// command need not catch up. Nothing is appended any more when it is called.
func (c *Collector) drainProjector(ctx context.Context) error {
	end, err := c.log.Last(ctx)
	if err != nil {
		return err
	}
	tick, stop := c.Clock.NewTicker(drainPoll)
	defer stop()
	for {
		at := c.projector.Stats()
		switch {
		case at.Position >= end:
			return nil
		case at.Problem != "":
			return errors.New(at.Problem)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick:
		}
	}
}

// failedServices are the services that do not run because they failed, as feeds:
// the header of every screen shows them beside the others.
func (c *Collector) failedServices() []event.Feed {
	var out []event.Feed
	for _, h := range c.runner.Health() {
		if h.State != lifecycle.Restarting && h.State != lifecycle.Failed {
			continue
		}
		out = append(out, event.Feed{
			Name: h.Service, Kind: event.FeedService, State: event.FeedDown, Since: h.Since,
			Brief: string(h.State), Detail: fmt.Sprintf("%s after a failure: %s", h.State, h.Problem),
		})
	}
	return out
}
