package collector

import (
	"context"
	"fmt"
	"time"

	"foghorn/config"
	"foghorn/internal/human"
	"foghorn/journal/store"
)

// Retention looks for records to trim every trimEvery. While there are some, it
// takes a small step every trimPause, so that ingestion never waits for long.
const (
	trimEvery = 10 * time.Second
	trimPause = 200 * time.Millisecond
)

// retention is the configuration of the trimmer.
func retention(r config.Retention) store.Retention {
	return store.Retention{
		GroupOf: r.GroupOf,
		Limits: func(group string) (time.Duration, int64) {
			age, size := r.Limits(group)
			return time.Duration(age), int64(size)
		},
	}
}

// trim keeps the journal within its limits until ctx ends. It tries again after a
// failed step: a full disk is when trimming is needed most.
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
		if line := sum.step(res); line != "" {
			c.Logger.Warn(line)
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

// trimmed adds up the steps of one run of retention, and compares runs.
type trimmed struct {
	records, usual int // of this run, and the average of earlier ones
	bytes          int64
	reported       bool // that this run is unusual
}

// trimUsual is how many records of one run are never reported.
const trimUsual = 1000

// step counts a step. It returns a line about a run that removes more than usual:
// as soon as that is known, and at the end of the run.
func (t *trimmed) step(res store.TrimResult) (line string) {
	t.records += res.Records
	t.bytes += res.Bytes
	unusual := t.records > max(trimUsual, 4*t.usual)
	sum := fmt.Sprintf("%s records, %s", human.Count(int64(t.records)), human.Bytes(t.bytes))
	switch {
	case res.More && unusual && !t.reported:
		t.reported = true
		return "retention is removing more than usual: " + sum + " so far"
	case res.More:
		return ""
	case unusual:
		line = "retention removed more than usual: " + sum
	}
	if t.records > 0 {
		*t = trimmed{usual: (3*t.usual + t.records) / 4}
	}
	return line
}
