// Package health records in the log what keeps foghorn from receiving events: a
// sender whose deliveries are refused, a disabled webhook, a certificate that
// expires. The record is an observation, so it becomes an alert that survives
// restarts and rebuilds.
//
// Callers may rely on this: a condition is recorded when it begins and when it
// ends, and in between only when its cause changes or its count doubles, at most
// once in half a minute; what could not be appended is recorded later. A condition
// whose state is unknown stays as it was recorded.
package health

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"foghorn/feeds/observation"
	"foghorn/internal/clock"
	"foghorn/journal/event"
)

// Appender is the way into the log.
type Appender interface {
	Append(ctx context.Context, records ...event.Record) ([]int64, error)
}

// Condition is something that is wrong, or no longer is.
type Condition struct {
	Source string
	Check  string // event.CheckRefused, ...
	About  string // distinguishes several of one source; may be empty
	Name   string // what it is called in the alert; the source when empty
	Brief  string // the cause in a few words, for the alert's title
	Cause  string // the cause in full
	Since  time.Time
	Count  int64
	Urgent bool
	Over   bool
}

func (c *Condition) key() string { return event.HealthKey(c.Check, c.Source, c.About) }

// Options are what a watcher works with. Log and Look are required.
type Options struct {
	Log    Appender
	Clock  clock.Clock // clock.Real when nil
	Logger *slog.Logger
	// Look returns what is known now. A condition that it leaves out stays as it is.
	Look func(ctx context.Context, now time.Time) []Condition
	// Open returns the keys of the conditions that are open in the journal, and
	// whether the journal has read all of its log. It is called until it has; nil
	// means that there are none.
	Open func(ctx context.Context) (keys []string, all bool)
	// Idle is when the previous collector was last seen; zero when there was none.
	Idle time.Time
}

const (
	lookEvery = time.Second
	// againAfter is the least time between two records of a lasting condition.
	againAfter = 30 * time.Second
	// leastIdle is the shortest while without a collector that is worth a line.
	leastIdle = 3 * time.Second
	// maxTold bounds the conditions that are open at the same time.
	maxTold = 1000
)

// told is what the log last recorded of a lasting condition.
type told struct {
	brief string
	count int64
	at    time.Time
}

// Watcher records conditions. Run owns it.
type Watcher struct {
	o     Options
	told  map[string]told
	known bool // everything open in the journal is in told
}

// New checks the options.
func New(o Options) (*Watcher, error) {
	if o.Log == nil || o.Look == nil {
		return nil, errors.New("health: a log and something to look at are required")
	}
	if o.Clock == nil {
		o.Clock = clock.Real{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Watcher{o: o, told: map[string]told{}, known: o.Open == nil}, nil
}

// recall takes over what is open in the journal. Until the journal has read its
// log, nothing can be recorded as over: nobody knows whether it was recorded.
func (w *Watcher) recall(ctx context.Context) {
	if w.known {
		return
	}
	keys, all := w.o.Open(ctx)
	for _, k := range keys[:min(len(keys), maxTold)] {
		if _, lasts := w.told[k]; !lasts {
			w.told[k] = told{}
		}
	}
	w.known = all
}

// Run records conditions until ctx ends.
func (w *Watcher) Run(ctx context.Context) error {
	tick, stop := w.o.Clock.NewTicker(lookEvery)
	defer stop()
	begun, said, failing := w.o.Clock.Now(), false, false
	for {
		now := w.o.Clock.Now()
		err := error(nil)
		if !said {
			err = w.idle(ctx, begun)
			said = err == nil
		}
		if err == nil {
			err = w.look(ctx, now)
		}
		if err != nil && ctx.Err() == nil && !failing {
			w.o.Logger.Warn("record the state of foghorn's health; foghorn tries again", "error", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
	}
}

// idle records the time without a collector before this one.
func (w *Watcher) idle(ctx context.Context, now time.Time) error {
	if w.o.Idle.IsZero() || now.Sub(w.o.Idle) < leastIdle {
		return nil
	}
	return w.append(ctx, event.SourceFoghorn, event.TopicUncollected, now, struct {
		Start     float64 `json:"start"`
		Timestamp float64 `json:"timestamp"`
		Seconds   float64 `json:"seconds"`
	}{epoch(w.o.Idle), epoch(now), now.Sub(w.o.Idle).Round(time.Millisecond).Seconds()})
}

// look appends what changed.
func (w *Watcher) look(ctx context.Context, now time.Time) error {
	w.recall(ctx)
	for _, c := range w.o.Look(ctx, now) {
		key := c.key()
		before, lasts := w.told[key]
		if lasts && before == (told{}) && !c.Over { // recorded by an earlier run, and unchanged
			w.told[key] = told{c.Brief, c.Count, now}
			continue
		}
		switch {
		case c.Over && (!lasts || !w.known):
			continue
		case c.Over, !lasts && len(w.told) < maxTold:
		case !lasts, now.Sub(before.at) < againAfter && !now.Before(before.at), before.brief == c.Brief && c.Count < 2*max(before.count, 1):
			continue
		}
		if err := w.tell(ctx, &c, now); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if delete(w.told, key); !c.Over {
			w.told[key] = told{c.Brief, c.Count, now}
		}
	}
	return nil
}

// element is a condition as the log has it.
type element struct {
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
}

func (w *Watcher) tell(ctx context.Context, c *Condition, now time.Time) error {
	e := element{Check: c.Check, About: c.About, Name: c.Name, Brief: c.Brief, Cause: c.Cause, Stamp: epoch(now), Count: c.Count, Urgent: c.Urgent, Over: c.Over}
	if !c.Since.IsZero() {
		e.Since = epoch(c.Since)
	}
	return w.append(ctx, c.Source, event.TopicHealth, now, e)
}

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
