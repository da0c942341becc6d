package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"foghorn/feeds/junoswatch"
	"foghorn/journal/query"
	"foghorn/junos"
)

// watchJunos makes the watcher that notices Junos devices that fall silent. It
// knows those that sent heartbeats not long ago, and those that are called silent.
func (c *collector) watchJunos(ctx context.Context) (*junoswatch.Watcher, error) {
	after := map[string]time.Duration{}
	for _, j := range c.config.Junos {
		after[j.Name] = time.Duration(j.SilentAfter)
	}
	o := junoswatch.Options{Log: c.log, Clock: c.clock, Logger: c.logger, SilentAfter: after, EnginesApart: c.enginesApart()}
	if len(after) > 0 {
		known, err := c.knownJunos(ctx)
		if err != nil {
			return nil, fmt.Errorf("read which Junos devices send heartbeats: %w", err)
		}
		o.Known = known
	}
	return junoswatch.New(o)
}

// beatsRead bounds the heartbeats that are read at the start: those of some hours
// of hundreds of devices.
const beatsRead = 20_000

func (c *collector) knownJunos(ctx context.Context) ([]junoswatch.Known, error) {
	now := c.clock.Now()
	known := map[junoswatch.Host]junoswatch.Known{}
	beats, err := query.Parse("via:junos type:" + junos.Heartbeat + " age<7d")
	if err != nil {
		return nil, err
	}
	events, err := c.view.Events(ctx, query.Page{Where: beats, Now: now, Limit: beatsRead})
	if err != nil {
		return nil, err
	}
	for _, e := range events { // the newest first
		h := junoswatch.Host{Source: e.Source, Name: e.Device}
		if _, ok := known[h]; !ok {
			known[h] = junoswatch.Known{Host: h, Last: e.Received}
		}
	}
	silent, err := query.Parse("kind:device_silent !state:resolved")
	if err != nil {
		return nil, err
	}
	alerts, err := c.view.Alerts(ctx, query.Page{Where: silent, Now: now, Limit: beatsRead})
	if err != nil {
		return nil, err
	}
	for _, a := range alerts {
		name := strings.TrimSuffix(strings.TrimPrefix(a.Key, "junos:"+a.Source+":"), ":heartbeat")
		h := junoswatch.Host{Source: a.Source, Name: name}
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
