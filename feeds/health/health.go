// Package health records in the log what keeps foghorn from receiving events: a
// sender whose deliveries are refused, a disabled webhook, a certificate that
// expires. With another topic it records other conditions in the same way. The record is an observation, so it becomes an alert that survives
// restarts and rebuilds.
//
// Callers may rely on this:
//   - A condition is recorded when it begins and when it ends, and in between only
//     when its cause changes or its count doubles, at most once in half a minute.
//   - What could not be appended is recorded later.
//   - A condition whose state is unknown stays as it was recorded.
package health

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"

	"foghorn/feeds/observation"
	"foghorn/internal/clock"
	"foghorn/journal/event"
)

// Condition is a fault of reception, or its end.
type Condition struct {
	Source string
	Check  string // event.CheckRefused, ...
	About  string // distinguishes several of one source; may be empty
	Name   string // its name in the alert; the source when empty
	Brief  string // the cause in a few words, for the alert's title
	Cause  string // the cause in full
	Since  time.Time
	Count  int64
	Urgent bool
	Over   bool
	// SiteID is the site that it is about; may be empty.
	SiteID string
	// Severity is that of the alert; the check's own when 0.
	Severity event.Severity
}

func (c *Condition) key() string { return event.HealthKey(c.Check, c.Source, c.About) }

// Options are what a watcher works with. Log and Conditions are required.
type Options struct {
	Log    event.Appender
	Clock  clock.Clock // clock.Real when nil
	Logger *slog.Logger
	// Conditions returns what is known now. A condition that it leaves out stays as
	// it is.
	Conditions func(ctx context.Context, now time.Time) []Condition
	// Open returns the keys of the conditions that are open in the journal, and
	// whether the view has all of the log. It is called until it has; nil means
	// that there are none.
	Open func(ctx context.Context) (keys []string, all bool)
	// Topic is what conditions are recorded as; event.TopicHealth when empty.
	Topic string
	// Idle is when the previous collector was last seen; zero when there was none.
	Idle time.Time
}

const (
	checkEvery = time.Second
	// repeatAfter is the least time between two records of a lasting condition.
	repeatAfter = 30 * time.Second
	// minIdle is the shortest time without a collector that is recorded.
	minIdle = 3 * time.Second
	// maxOpen bounds the conditions that are open at the same time.
	maxOpen = 1000
)

// entry is the last record of an open condition.
type entry struct {
	brief string
	count int64
	at    time.Time
}

// Watcher records conditions. Run owns it, and may be called again after a failure.
type Watcher struct {
	o            Options
	recorded     map[string]entry // open conditions, by key
	restored     bool             // recorded has everything that is open in the journal
	idleRecorded bool
	started      time.Time // of the first Run
}

// New checks the options.
func New(o Options) (*Watcher, error) {
	if o.Log == nil || o.Conditions == nil {
		return nil, errors.New("health: a log and conditions are required")
	}
	if o.Clock == nil {
		o.Clock = clock.Real{}
	}
	if o.Topic == "" {
		o.Topic = event.TopicHealth
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Watcher{o: o, recorded: map[string]entry{}, restored: o.Open == nil}, nil
}

// restore takes over the conditions that are open in the journal. Until the view
// has all of the log, no end can be recorded: the begin may not be known yet.
func (w *Watcher) restore(ctx context.Context) {
	if w.restored {
		return
	}
	keys, all := w.o.Open(ctx)
	for _, k := range keys[:min(len(keys), maxOpen)] {
		if _, open := w.recorded[k]; !open {
			w.recorded[k] = entry{}
		}
	}
	w.restored = all
}

// Run records conditions until ctx ends.
func (w *Watcher) Run(ctx context.Context) error {
	tick, stop := w.o.Clock.NewTicker(checkEvery)
	defer stop()
	if w.started.IsZero() {
		w.started = w.o.Clock.Now()
	}
	failing := false
	for {
		now := w.o.Clock.Now()
		err := error(nil)
		if !w.idleRecorded {
			err = w.recordIdle(ctx, w.started)
			w.idleRecorded = err == nil
		}
		if err == nil {
			err = w.check(ctx, now)
		}
		if err != nil && ctx.Err() == nil && !failing {
			w.o.Logger.Warn("record the health of reception; foghorn tries again", "error", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
	}
}

// recordIdle records the time without a collector before this one.
func (w *Watcher) recordIdle(ctx context.Context, now time.Time) error {
	if w.o.Idle.IsZero() || now.Sub(w.o.Idle) < minIdle {
		return nil
	}
	return w.append(ctx, event.SourceFoghorn, event.TopicUncollected, now, struct {
		Start     float64 `json:"start"`
		Timestamp float64 `json:"timestamp"`
		Seconds   float64 `json:"seconds"`
	}{epoch(w.o.Idle), epoch(now), now.Sub(w.o.Idle).Round(time.Millisecond).Seconds()})
}

// check appends what changed.
func (w *Watcher) check(ctx context.Context, now time.Time) error {
	w.restore(ctx)
	for _, c := range w.o.Conditions(ctx, now) {
		key := c.key()
		before, open := w.recorded[key]
		if open && before == (entry{}) && !c.Over { // recorded by an earlier run, and unchanged
			w.recorded[key] = entry{c.Brief, c.Count, now}
			continue
		}
		switch {
		case c.Over && (!open || !w.restored):
			continue
		case c.Over, !open && len(w.recorded) < maxOpen:
		case !open, now.Sub(before.at) < repeatAfter && !now.Before(before.at), before.brief == c.Brief && c.Count < 2*max(before.count, 1):
			continue
		}
		if err := w.record(ctx, &c, now, open && !c.Over); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if delete(w.recorded, key); !c.Over {
			w.recorded[key] = entry{c.Brief, c.Count, now}
		}
	}
	return nil
}

// recorded is a condition in the log.
type recorded struct {
	Check  string  `json:"check"`
	About  string  `json:"about,omitempty"`
	Name   string  `json:"name,omitempty"`
	Brief  string  `json:"brief,omitempty"`
	Cause  string  `json:"cause,omitempty"`
	Since  float64 `json:"since,omitempty"`
	Stamp  float64 `json:"timestamp"`
	Count  int64   `json:"count,omitempty"`
	Urgent bool    `json:"urgent,omitempty"`
	Over   bool    `json:"over,omitempty"`
	Again  bool    `json:"again,omitempty"` // it was recorded before, and has changed
	SiteID string  `json:"site_id,omitempty"`
	// Severity is set where it is not the check's own.
	Severity string `json:"severity,omitempty"`
}

// record appends a condition; again says that it was recorded before and still holds.
func (w *Watcher) record(ctx context.Context, c *Condition, now time.Time, again bool) error {
	e := recorded{Check: c.Check, About: c.About, Name: c.Name, Brief: c.Brief, Cause: c.Cause, Stamp: epoch(now), Count: c.Count, Urgent: c.Urgent, Over: c.Over, Again: again, SiteID: c.SiteID}
	if c.Severity != event.Debug {
		e.Severity = c.Severity.String()
	}
	if !c.Since.IsZero() {
		e.Since = epoch(c.Since)
	}
	return w.append(ctx, c.Source, w.o.Topic, now, e)
}

// Recorded reads back what a Watcher recorded of a condition: element is an event of
// its topic as it came.
func Recorded(source string, element json.RawMessage) (Condition, error) {
	var e recorded
	if err := json.Unmarshal(element, &e); err != nil {
		return Condition{}, fmt.Errorf("read a recorded condition: %w", err)
	}
	c := Condition{Source: source, Check: e.Check, About: e.About, Name: e.Name, Brief: e.Brief, Cause: e.Cause, Count: e.Count, Urgent: e.Urgent, Over: e.Over, SiteID: e.SiteID}
	if s, err := event.ParseSeverity(e.Severity); err == nil {
		c.Severity = s
	}
	if e.Since != 0 {
		c.Since = time.UnixMilli(int64(math.Round(e.Since * 1000))).UTC()
	}
	return c, nil
}

// append appends one observation.
func (w *Watcher) append(ctx context.Context, source, topic string, now time.Time, what any) error {
	body, err := json.Marshal(what)
	if err != nil {
		return err
	}
	records, err := observation.Records(source, event.ViaLocal, topic, now, body)
	if err != nil {
		return err
	}
	_, err = w.o.Log.Append(ctx, records...)
	return err
}

func epoch(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
