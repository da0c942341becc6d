// Package junoswatch records Junos devices that fall silent: devices that sent a
// heartbeat at least once and then posted nothing for too long. A device that
// never sent a heartbeat is not watched.
//
// Callers may rely on this: a silence is recorded once, as an observation in the
// log, and its end once, with the next post of any kind; what could not be
// appended is recorded later. Time in which nobody listened is no silence: not the
// time before the start, nor that in which the machine slept, nor that of posts
// that still wait to be worked off.
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

// Host is a device: the source it posts to, and the name it gives itself. Two
// Routing Engines share the name they have in common.
type Host struct{ Source, Name string }

// Known is what the journal has of a host.
type Known struct {
	Host
	Last   time.Time // its last post
	Silent bool      // an open alert says so
}

// Options are what a watcher works with. Log is required.
type Options struct {
	Log    event.Appender
	Clock  clock.Clock // clock.Real when nil
	Logger *slog.Logger
	// SilentAfter is how long a host may be silent, by the name of its source.
	// Other sources are not watched.
	SilentAfter map[string]time.Duration
	// EnginesApart are the sources whose Routing Engines are separate hosts.
	EnginesApart map[string]bool
	Known        []Known
	// Through returns the time up to which Heard has been called for everything
	// that was received; nil means that it is never late. Silence is counted to
	// there: a host is not silent because its posts still wait to be worked off.
	Through func(now time.Time) time.Time
}

// Hosts are checked every checkEvery. A check that is later than sleepGap means
// that the machine slept.
const (
	checkEvery = 5 * time.Second
	sleepGap   = 6 * checkEvery
)

// maxHosts bounds the watched hosts of all sources together.
const maxHosts = 20_000

// host is one that sends heartbeats.
type host struct {
	last   time.Time
	silent bool // the log says so
}

// Watcher watches hosts. Its methods are safe for concurrent use.
type Watcher struct {
	o    Options
	wake chan struct{}
	runs atomic.Bool

	mu    sync.Mutex
	hosts map[Host]*host
	since time.Time // when listening began
}

// New checks the options. Silence counts from now on.
func New(o Options) (*Watcher, error) {
	if o.Log == nil {
		return nil, errors.New("junoswatch: a log is required")
	}
	for name, d := range o.SilentAfter {
		if d < checkEvery {
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

// Run records silences until ctx ends. It may run once at a time: a silence is
// marked as recorded only after it was appended, so two runs would record it twice.
func (w *Watcher) Run(ctx context.Context) error {
	if !w.runs.CompareAndSwap(false, true) {
		return errors.New("junoswatch: this watcher is already running")
	}
	defer w.runs.Store(false)
	tick, stop := w.o.Clock.NewTicker(checkEvery)
	defer stop()
	at := w.o.Clock.Now()
	for {
		now := w.o.Clock.Now()
		if now.Sub(at) > sleepGap || now.Before(at) {
			w.restart(now)
		}
		at = now
		if err := w.check(ctx, now); err != nil && ctx.Err() == nil {
			w.o.Logger.Warn("record silent Junos devices; foghorn tries again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		case <-w.wake:
		}
	}
}

// restart begins the silence of every host again.
func (w *Watcher) restart(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.since = now
}

// change is a silence that began or ended and is not in the log yet.
type change struct {
	Host
	last time.Time
	over bool
}

// check appends what changed.
func (w *Watcher) check(ctx context.Context, now time.Time) error {
	for _, c := range w.changes(now) {
		if err := w.record(ctx, c, now); err != nil {
			return fmt.Errorf("%s of %s: %w", c.Name, c.Source, err)
		}
	}
	return nil
}

// changes lists the hosts that fell silent or posted again, in a fixed order.
func (w *Watcher) changes(now time.Time) []change {
	through := now
	if w.o.Through != nil {
		through = w.o.Through(now)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []change
	for k, h := range w.hosts {
		quiet := through.Sub(clock.Later(h.last, w.since)) >= w.o.SilentAfter[k.Source]
		switch {
		case quiet && !h.silent:
			out = append(out, change{k, h.last, false})
		case h.silent && h.last.After(w.since) && !quiet:
			out = append(out, change{k, h.last, true})
		}
	}
	slices.SortFunc(out, func(a, b change) int {
		return strings.Compare(a.Source+"\x00"+a.Name, b.Source+"\x00"+b.Name)
	})
	return out
}

// silence is the element of the observation.
type silence struct {
	Kind    string `json:"source_kind"`
	Host    string `json:"host"`
	Since   int64  `json:"since"` // its last post: before the silence, or the one that ended it
	Seconds int64  `json:"seconds"`
	Stamp   int64  `json:"timestamp"`
	Over    bool   `json:"over,omitempty"`
}

// record appends a change and marks it as recorded.
func (w *Watcher) record(ctx context.Context, c change, now time.Time) error {
	at := now
	if c.over {
		at = c.last // it ended with the post, whenever this is recorded
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

// Hosts is how many hosts are watched.
func (w *Watcher) Hosts() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.hosts)
}

// Heard notes that a post of a host was stored.
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
