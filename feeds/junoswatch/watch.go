// Package junoswatch notices Junos devices that fall silent: those whose timer
// sent a heartbeat once and of which nothing was heard for too long since. A
// device that never sent one is not waited for.
//
// Callers may rely on this: a silence is told once, as an observation in the log,
// and its end once, with the next post of any kind; what could not be appended is
// told later. Time in which nobody listened does not count as silence: not that
// before the start, and not that in which the machine slept.
package junoswatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"foghorn/feeds/observation"
	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/junos"
)

// Appender is the way into the log.
type Appender interface {
	Append(ctx context.Context, records ...event.Record) ([]int64, error)
}

// Host is a device, by the source it posts to and the name it gives itself, or, of
// two Routing Engines, the name they have in common.
type Host struct{ Source, Name string }

// Known is what the journal has of a host.
type Known struct {
	Host
	Last   time.Time // when something was heard of it last
	Silent bool      // an alert says so
}

// Options are what a watcher works with. Log is required.
type Options struct {
	Log    Appender
	Clock  clock.Clock // clock.Real when nil
	Logger *slog.Logger
	// SilentAfter is how long a host of a source may be silent, by the source's
	// name. Sources that are not in it are not watched.
	SilentAfter map[string]time.Duration
	// EnginesApart are the sources whose Routing Engines are watched one by one.
	EnginesApart map[string]bool
	Known        []Known
}

// lookEvery is how often hosts are looked at. A look that comes much later than
// that means that the machine slept.
const (
	lookEvery = 5 * time.Second
	slept     = 6 * lookEvery
)

// maxHosts bounds the hosts that are waited for, of all sources together.
const maxHosts = 20_000

// host is what is known of one that sends heartbeats.
type host struct {
	last   time.Time
	silent bool // told so
}

// Watcher waits for hosts. Its methods may be used by any goroutine.
type Watcher struct {
	o    Options
	wake chan struct{}
	runs atomic.Bool

	mu    sync.Mutex
	hosts map[Host]*host
	since time.Time // since when there was somebody to hear
}

// New checks the options and returns a watcher that hears from now on.
func New(o Options) (*Watcher, error) {
	if o.Log == nil {
		return nil, errors.New("junoswatch: a log is required")
	}
	for name, d := range o.SilentAfter {
		if d < lookEvery {
			return nil, fmt.Errorf("junoswatch: source %s: %v is too short to call a host silent", name, d)
		}
	}
	if o.Clock == nil {
		o.Clock = clock.Real{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	w := &Watcher{o: o, wake: make(chan struct{}, 1), hosts: map[Host]*host{}, since: o.Clock.Now()}
	for _, k := range o.Known[:min(len(o.Known), maxHosts)] {
		if o.SilentAfter[k.Source] > 0 && k.Name != "" {
			w.hosts[k.Host] = &host{last: k.Last, silent: k.Silent}
		}
	}
	return w, nil
}

// Run tells of silences until ctx ends. It may run once at a time: what is told
// is marked as told only after it was appended, so two would tell it twice.
func (w *Watcher) Run(ctx context.Context) error {
	if !w.runs.CompareAndSwap(false, true) {
		return errors.New("junoswatch: this watcher is already running")
	}
	defer w.runs.Store(false)
	tick, stop := w.o.Clock.NewTicker(lookEvery)
	defer stop()
	at := w.o.Clock.Now()
	for {
		now := w.o.Clock.Now()
		if now.Sub(at) > slept || now.Before(at) {
			w.restart(now)
		}
		at = now
		if err := w.look(ctx, now); err != nil && ctx.Err() == nil {
			w.o.Logger.Warn("tell of silent Junos devices; tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		case <-w.wake:
		}
	}
}

// restart gives every host its whole time anew.
func (w *Watcher) restart(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.since = now
}

// told is a change that the log has to hear of.
type told struct {
	Host
	last time.Time
	over bool
}

// look appends what changed.
func (w *Watcher) look(ctx context.Context, now time.Time) error {
	for _, c := range w.changes(now) {
		if err := w.tell(ctx, c, now); err != nil {
			return fmt.Errorf("%s of %s: %w", c.Name, c.Source, err)
		}
	}
	return nil
}

// changes lists hosts that fell silent or were heard of again, in a fixed order.
func (w *Watcher) changes(now time.Time) []told {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []told
	for k, h := range w.hosts {
		quiet := now.Sub(clock.Later(h.last, w.since)) >= w.o.SilentAfter[k.Source]
		switch {
		case quiet && !h.silent:
			out = append(out, told{k, h.last, false})
		case h.silent && h.last.After(w.since) && !quiet:
			out = append(out, told{k, h.last, true})
		}
	}
	slices.SortFunc(out, func(a, b told) int {
		return strings.Compare(a.Source+"\x00"+a.Name, b.Source+"\x00"+b.Name)
	})
	return out
}

// silence is the element of the observation.
type silence struct {
	Kind    string `json:"source_kind"`
	Host    string `json:"host"`
	Since   int64  `json:"since"` // when it was heard of last, before or after the silence
	Seconds int64  `json:"seconds"`
	Stamp   int64  `json:"timestamp"`
	Over    bool   `json:"over,omitempty"`
}

func (w *Watcher) tell(ctx context.Context, c told, now time.Time) error {
	at := now
	if c.over {
		at = c.last // it ended with the post, whenever that is told
	}
	element, err := json.Marshal(silence{
		Kind: "junos", Host: c.Name, Since: c.last.Unix(), Seconds: int64(now.Sub(c.last).Seconds()), Stamp: at.Unix(), Over: c.over,
	})
	if err != nil {
		return err
	}
	records, err := observation.Records(c.Source, event.ViaLocal, event.TopicSilence, now, element)
	if err != nil {
		return err
	}
	if _, err := w.o.Log.Append(ctx, records...); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if h := w.hosts[c.Host]; h != nil {
		h.silent = !c.over
	}
	return nil
}

// Heard takes in that a post of a host was stored.
func (w *Watcher) Heard(source, name, eventID string, at time.Time) {
	if !w.o.EnginesApart[source] {
		name = junos.Device(name)
	}
	if w.o.SilentAfter[source] <= 0 || name == "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	k := Host{source, name}
	h := w.hosts[k]
	if h == nil {
		if eventID != junos.Heartbeat || len(w.hosts) >= maxHosts {
			return
		}
		h = &host{}
		w.hosts[k] = h
	}
	h.last = clock.Later(h.last, at)
	if h.silent {
		select {
		case w.wake <- struct{}{}:
		default:
		}
	}
}

// Tap returns a way into the log that lets the watcher hear what goes through it.
func (w *Watcher) Tap(log Appender) Appender { return tap{w, log} }

type tap struct {
	w   *Watcher
	log Appender
}

// Append appends, and listens only once the records are safe.
func (t tap) Append(ctx context.Context, records ...event.Record) ([]int64, error) {
	seqs, err := t.log.Append(ctx, records...)
	if err != nil {
		return nil, err
	}
	for i := range records {
		r := &records[i]
		if r.Kind != event.RecordDelivery || r.Group != topic {
			continue
		}
		d, err := r.Delivery()
		if err != nil || !d.Verdict.Accepted() {
			continue
		}
		if p, err := junos.Parse(r.Body); err == nil {
			t.w.Heard(d.Source, p.Hostname, p.Event, d.Received)
		}
	}
	return seqs, nil
}

// topic is that of all posts of Junos devices.
const topic = "junos"
