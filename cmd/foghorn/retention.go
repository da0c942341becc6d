package main

import (
	"context"
	"time"

	"foghorn/config"
	"foghorn/store"
)

// Retention looks for something to trim every trimEvery; while there is, it
// takes a small step each trimPause, so that ingestion never waits for long.
const (
	trimEvery = 10 * time.Second
	trimPause = 200 * time.Millisecond
)

// retention tells the trimmer what the configuration says about keeping.
func retention(r config.Retention) store.Retention {
	return store.Retention{
		GroupOf: r.GroupOf,
		Limits: func(group string) (time.Duration, int64) {
			age, size := r.Limits(group)
			return time.Duration(age), int64(size)
		},
	}
}

// trim keeps the journal within its limits until ctx ends. A step that fails is
// tried again: a full disk is when trimming is needed most.
func (c *collector) trim(ctx context.Context) error {
	t, err := store.NewTrimmer(c.log, c.view, retention(c.config.Retention))
	if err != nil {
		return err
	}
	defer t.Close()
	idle, stopIdle := c.clock.NewTicker(trimEvery)
	defer stopIdle()
	step, stopStep := c.clock.NewTicker(trimPause)
	defer stopStep()
	for {
		wait := idle
		res, err := t.Trim(ctx, c.clock.Now())
		if err != nil && ctx.Err() == nil {
			c.logger.Warn("retention", "error", err)
		}
		if err == nil && res.More {
			wait = step
		}
		select {
		case <-ctx.Done():
			return nil
		case <-wait:
		}
	}
}
