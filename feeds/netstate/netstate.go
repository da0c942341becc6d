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

// Options configure a State. Zero values mean the defaults given.
type Options struct {
	Source string
	OrgID  string
	Sites  []string // names, ids or globs of the sites to keep; none or "*" means all
	View   View
	Log    event.Appender
	Clock  clock.Clock  // the machine's
	Logger *slog.Logger // silent

	MaxDevices int // 50,000
	MaxClients int // 100,000
}

const (
	flushEvery = time.Second
	// maxRows bounds one transaction of the view.
	maxRows = 4000
	// rewriteEvery is how often a row is written of which only the times move on.
	rewriteEvery = 20 * time.Second
	// maxEmitted bounds the changes of status that wait for the log.
	maxEmitted = 50_000
)

// Stats counts what a State holds.
type Stats struct {
	Devices, Clients           int
	LeftDevices, LeftClients   int64         // left out, as there was no room
	Skew                       time.Duration // how far the cloud's clock is ahead, when that is worth a warning
	DeviceFrames, ClientFrames int64
	Unreadable                 int64 // rows and frames without a MAC
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
	emitted                     []json.RawMessage // device-status elements for the log, by stream and poll
	emittedVia                  []event.Via
	sweeps                      int // of device rows, see Devices
	streaming                   time.Time
	swept                       time.Time
	skew                        skew
	stats                       Stats
	warned                      map[string]bool
}

// New makes an empty State.
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
			// A change that is lost now would never be reported again.
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
	if err := m.flushStatus(ctx); err != nil {
		return err
	}
	return errors.Join(m.flushDevices(ctx), m.flushClients(ctx))
}

// Stats returns what the State holds.
func (m *State) Stats() Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.stats
	s.Devices, s.Clients, s.Skew = len(m.devices), len(m.clients), m.skew.correction()
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

// Restore loads what the view had before this process started, so that a device
// that went down meanwhile counts as a change, and rows of what is gone leave.
func (m *State) Restore(devices []event.Device, clients []event.LiveClient) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range devices {
		if d.MAC != "" && len(m.devices) < m.o.MaxDevices && m.devices[d.MAC] == nil {
			m.devices[d.MAC] = &device{Device: d, cloudSeen: d.LastSeen, written: d.Updated, reported: reportedStatus(d.Status)}
		}
	}
	for _, c := range clients {
		if c.MAC != "" && len(m.clients) < m.o.MaxClients && m.clients[c.MAC] == nil {
			m.clients[c.MAC] = &client{LiveClient: c, written: c.Updated}
		}
	}
}

// Streaming records whether the stream is up. Clients are dropped for silence
// only while it is: without a stream everyone is silent.
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

// reportedStatus is the status that the log has of a device, given the view's.
func reportedStatus(status string) string {
	if status == "" || status == event.DeviceDisconnected {
		return status
	}
	return event.DeviceConnected
}
