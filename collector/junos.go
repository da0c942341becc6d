package collector

import (
	"context"
	"fmt"
	"time"

	"foghorn/feeds/junoswatch"
	"foghorn/journal/query"
	"foghorn/junos"
)

// newSilenceWatcher makes the watcher of silent Junos devices. It restores from the
// view the devices that sent heartbeats lately, and those with an open alert.
func (c *Collector) newSilenceWatcher(ctx context.Context) (*junoswatch.Watcher, error) {
	after := map[string]time.Duration{}
	for _, j := range c.Config.Junos {
		after[j.Name] = time.Duration(j.SilentAfter)
	}
	o := junoswatch.Options{Log: c.log, Clock: c.Clock, Logger: c.Logger, SilentAfter: after, EnginesApart: c.enginesApart(),
		Through: func(now time.Time) time.Time { return c.progress.through(now, c.projector.Stats()) }}
	if len(after) > 0 {
		known, err := c.knownJunos(ctx)
		if err != nil {
			return nil, fmt.Errorf("read which Junos devices send heartbeats: %w", err)
		}
		o.Known = known
	}
	return junoswatch.New(o)
}

// readLimit bounds the rows that are read at the start: the heartbeats of some
// hours of hundreds of devices.
const readLimit = 20_000

var (
	recentHeartbeats = query.MustParse("via:junos type:" + junos.Heartbeat + " age<7d")
	silentDevices    = query.MustParse("kind:device_silent !state:resolved")
)

// knownJunos reads the devices that were watched before the start.
func (c *Collector) knownJunos(ctx context.Context) ([]junoswatch.Known, error) {
	now := c.Clock.Now()
	known := map[junoswatch.Host]junoswatch.Known{}
	events, err := c.view.Events(ctx, query.Page{Where: recentHeartbeats, Now: now, Limit: readLimit})
	if err != nil {
		return nil, err
	}
	for _, e := range events { // the newest first
		h := junoswatch.Host{Source: e.Source, Name: e.Device}
		if _, ok := known[h]; !ok {
			known[h] = junoswatch.Known{Host: h, Last: e.Received}
		}
	}
	alerts, err := c.view.Alerts(ctx, query.Page{Where: silentDevices, Now: now, Limit: readLimit})
	if err != nil {
		return nil, err
	}
	for _, a := range alerts {
		h := junoswatch.Host{Source: a.Source, Name: a.Device}
		k, ok := known[h]
		if !ok {
			k = junoswatch.Known{Host: h, Last: a.Opened}
		}
		k.Silent = true
		known[h] = k
	}
	out := make([]junoswatch.Known, 0, len(known))
	for _, k := range known {
		out = append(out, k)
	}
	return out, nil
}
