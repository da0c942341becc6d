package collector

import (
	"context"
	"fmt"
	"time"

	"foghorn/config"
	"foghorn/internal/human"
	"foghorn/journal/store"
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
func (c *Collector) trim(ctx context.Context) error {
	t, err := store.NewTrimmer(c.log, c.view, retention(c.Config.Retention))
	if err != nil {
		return err
	}
	defer t.Close()
	idle, stopIdle := c.Clock.NewTicker(trimEvery)
	defer stopIdle()
	step, stopStep := c.Clock.NewTicker(trimPause)
	defer stopStep()
	var sum trimmed
	stuck := ""
	for {
		wait := idle
		res, err := t.Trim(ctx, c.Clock.Now())
		if err != nil && ctx.Err() == nil && err.Error() != stuck {
			stuck = err.Error()
			c.Logger.Warn("retention failed; foghorn tries again", "error", err)
		}
		if err == nil {
			stuck = ""
		}
		if res.Clock != "" {
			c.Logger.Warn("retention: " + res.Clock)
		}
		if said := sum.step(res); said != "" {
			c.Logger.Warn(said)
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

// trimmed adds up what retention removes at one go, and knows what is usual.
type trimmed struct {
	records, usual int // of this go, and about of those before
	bytes          int64
	told           bool
}

// trimTold is how many records at one go are never worth a line.
const trimTold = 1000

// step counts a step. It returns what to say of a go that is larger than usual:
// when that shows, and at its end.
func (t *trimmed) step(res store.TrimResult) (said string) {
	t.records += res.Records
	t.bytes += res.Bytes
	much := t.records > max(trimTold, 4*t.usual)
	so := fmt.Sprintf("%s records, %s", human.Count(int64(t.records)), human.Bytes(t.bytes))
	switch {
	case res.More && much && !t.told:
		t.told = true
		return "retention is removing more than usual: " + so + " so far"
	case res.More:
		return ""
	case much:
		said = "retention removed more than usual: " + so
	}
	if t.records > 0 {
		*t = trimmed{usual: (3*t.usual + t.records) / 4}
	}
	return said
}
