package netstate

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"foghorn/internal/clock"
	"foghorn/journal/event"
)

// View is where the rows go.
type View interface {
	PutDevices(ctx context.Context, source string, changed []event.Device, gone []event.MAC) error
	PutClients(ctx context.Context, source string, changed []event.LiveClient, gone []event.MAC) error
}

// Log is where a change of status is told.
type Log interface {
	Append(ctx context.Context, records ...event.Record) ([]int64, error)
}

// Options say whose mirror it is. Zero values mean the defaults given.
type Options struct {
	Source string
	OrgID  string
	Sites  []string // names, ids or globs of the sites to keep; none or "*" means all
	View   View
	Log    Log
	Clock  clock.Clock  // the machine's
	Logger *slog.Logger // silent

	MaxDevices int // 50,000
	MaxClients int // 100,000
}

const (
	flushEvery = time.Second
	// mostRows bounds one transaction of the view.
	mostRows = 4000
	// restless is how often a row is written of which only the times move on.
	restless = 20 * time.Second
	// mostTold bounds the changes of status that wait for the log.
	mostTold = 50_000
)

// Stats says what a mirror holds.
type Stats struct {
	Devices, Clients           int
	LeftDevices, LeftClients   int64         // left out, as there was no room
	Skew                       time.Duration // how far the cloud's clock is ahead, when that is worth a word
	DeviceFrames, ClientFrames int64
	Unreadable                 int64 // rows and frames that said nothing that could be used
}

// State is safe for concurrent use.
type State struct {
	o      Options
	filter filter

	mu      sync.Mutex
	sites   map[string]string // names by id, of the sites to keep; nil until they are known
	devices map[event.MAC]*device
	clients map[event.MAC]*client
	// changed rows, and those that are in the view and must leave it.
	changedDevices, goneDevices map[event.MAC]bool
	changedClients, goneClients map[event.MAC]bool
	told                        []json.RawMessage // device-status elements for the log, by stream and poll
	toldVia                     []event.Via
	round                       int // of device rows, see Devices
	streaming                   time.Time
	swept                       time.Time
	skew                        skew
	stats                       Stats
	warned                      map[string]bool
}

// New makes an empty mirror.
func New(o Options) *State {
	if o.Clock == nil {
		o.Clock = clock.Real{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.MaxDevices = cmp.Or(o.MaxDevices, 50_000)
	o.MaxClients = cmp.Or(o.MaxClients, 100_000)
	return &State{
		o: o, filter: newFilter(o.Sites),
		devices: map[event.MAC]*device{}, clients: map[event.MAC]*client{},
		changedDevices: map[event.MAC]bool{}, goneDevices: map[event.MAC]bool{},
		changedClients: map[event.MAC]bool{}, goneClients: map[event.MAC]bool{},
		warned: map[string]bool{},
	}
}

// Run writes what changed until ctx ends, and once more then. It fails only
// when the log or the view cannot be written for good, which ends with ctx too.
func (m *State) Run(ctx context.Context) error {
	tick, stop := m.o.Clock.NewTicker(flushEvery)
	defer stop()
	for {
		select {
		case <-ctx.Done():
			// What was seen to change must not be lost: it would not be told again.
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
			defer cancel()
			m.flush(last)
			return nil
		case <-tick:
			m.flush(ctx)
		}
	}
}

// flush is Flush for Run, which goes on: what could not be written is kept and
// tried again with the next tick.
func (m *State) flush(ctx context.Context) {
	err := m.Flush(ctx)
	m.mu.Lock()
	defer m.mu.Unlock()
	if err == nil {
		delete(m.warned, "flush")
		return
	}
	if ctx.Err() == nil {
		m.warnOnce("flush", "write what the cloud told", "source", m.o.Source, "error", err)
	}
}

// Flush writes what changed since the last time: the log first, so that a row
// never shows a status that no record explains.
func (m *State) Flush(ctx context.Context) error {
	if err := m.flushTold(ctx); err != nil {
		return err
	}
	return errors.Join(m.flushDevices(ctx), m.flushClients(ctx))
}

// Stats returns what the mirror holds.
func (m *State) Stats() Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.stats
	s.Devices, s.Clients, s.Skew = len(m.devices), len(m.clients), m.skew.worth()
	return s
}

// Warning is one line about what is odd about the cloud's answers; empty when
// nothing is.
func (m *State) Warning() string {
	s := m.Stats()
	switch {
	case s.Skew > 0:
		return fmt.Sprintf("the cloud's clock is %s ahead of this machine's; check the time here", s.Skew)
	case s.Skew < 0:
		return fmt.Sprintf("the cloud's clock is %s behind this machine's; check the time here", -s.Skew)
	case s.LeftDevices > 0:
		return fmt.Sprintf("more than %d devices; further ones are left out", m.o.MaxDevices)
	case s.LeftClients > 0:
		return fmt.Sprintf("more than %d clients; further ones are left out", m.o.MaxClients)
	}
	return ""
}

// warnOnce logs a line the first time its cause turns up; m.mu is held.
func (m *State) warnOnce(cause, text string, args ...any) {
	if !m.warned[cause] {
		m.warned[cause] = true
		m.o.Logger.Warn(text, args...)
	}
}

// Restore tells what the view knew before this process: a device that went
// down while nobody looked is then a change, and rows of what is gone leave.
func (m *State) Restore(devices []event.Device, clients []event.LiveClient) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range devices {
		if d.MAC != "" && len(m.devices) < m.o.MaxDevices && m.devices[d.MAC] == nil {
			m.devices[d.MAC] = &device{Device: d, heard: d.LastSeen, written: d.Updated, told: toldOf(d.Status)}
		}
	}
	for _, c := range clients {
		if c.MAC != "" && len(m.clients) < m.o.MaxClients && m.clients[c.MAC] == nil {
			m.clients[c.MAC] = &client{LiveClient: c, written: c.Updated}
		}
	}
}

// Streaming says whether the stream is up. Clients are given up for silence
// only while it is: when nobody can be heard, silence says nothing.
func (m *State) Streaming(up bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case !up:
		m.streaming = time.Time{}
	case m.streaming.IsZero():
		m.streaming = m.o.Clock.Now()
	}
}

// toldOf is what the log was told of a device that the view has with a status.
func toldOf(status string) string {
	if status == "" || status == event.DeviceDisconnected {
		return status
	}
	return event.DeviceConnected
}
