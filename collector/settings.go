package collector

import (
	"cmp"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/journal/decode"
	"foghorn/journal/event"
	"foghorn/journal/priority"
	"foghorn/journal/projector"
	"foghorn/journal/store"
)

// Settings is what a process knows before it opens the journal: flags, file and
// environment put together. All fields but the reload ones are required.
type Settings struct {
	Config   *config.Config
	Dir      string // the data directory
	ReadOnly bool
	Clock    clock.Clock
	Logger   *slog.Logger
	Messages io.Writer // for lines that people read
	Secrets  *Secrets
	Actor    string // the person at this process
	Version  string // of this build
	// Priorities are the rules in effect. The reloader replaces them.
	Priorities *priority.Live

	// ConfigPath is the configuration file, Load reads it again, and ReloadNow
	// receives when somebody asks for that. Without Load nothing is reloaded.
	ConfigPath string
	Load       func() (*config.Config, error)
	ReloadNow  <-chan struct{}

	// reloaded is the configuration that was loaded last while this process runs, for what
	// follows it without a restart: [configs] and the schedule of jobs.
	reloaded atomic.Pointer[config.Config]
	paces    configPaces
}

// current is the configuration as it was loaded last.
func (s *Settings) current() *config.Config {
	return cmp.Or(s.reloaded.Load(), s.Config)
}

// ConfigError is a mistake in the configuration, in contrast to a failure.
type ConfigError struct{ Err error }

func (e *ConfigError) Error() string { return e.Err.Error() }

func (e *ConfigError) Unwrap() error { return e.Err }

func configError(err error) error { return &ConfigError{err} }

// Process describes this process, for the lock and for attached screens.
func (s *Settings) Process(command string) event.Collector {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	now := s.Clock.Now()
	return event.Collector{PID: os.Getpid(), Host: host, User: s.Actor, Command: command, Started: now, Heartbeat: now, Version: s.Version}
}

// StoreOptions is how the journal's files are opened.
func (s *Settings) StoreOptions() store.Options { return store.Options{Clock: s.Clock} }

// NewProjector returns the projector that derives view from log by this
// configuration, for a process that does not collect.
func (s *Settings) NewProjector(log *store.Log, view *store.View) (*projector.Projector, error) {
	return projector.New(s.projectorOptions(log, view))
}

func (s *Settings) projectorOptions(log *store.Log, view *store.View) projector.Options {
	return projector.Options{
		Log: log, View: view, Clock: s.Clock, Logger: s.Logger,
		Priorities: s.Priorities, ReplayAfter: s.replayAfter(), Decode: s.decode(),
	}
}

// replayAfter is the age at which a signed delivery counts as a replay.
func (s *Settings) replayAfter() time.Duration {
	if d := time.Duration(s.Config.Listen.ReplayAfter); d > 0 {
		return d
	}
	return -1 // "forever"
}

// decode is how deliveries are read by this configuration.
func (s *Settings) decode() func(*event.Delivery) decode.Decoded {
	return decode.Options{EnginesApart: s.enginesApart()}.Delivery
}

// enginesApart are the Junos sources whose Routing Engines are separate devices.
func (s *Settings) enginesApart() map[string]bool {
	apart := map[string]bool{}
	for _, j := range s.Config.Junos {
		apart[j.Name] = j.SeparateRoutingEngines
	}
	return apart
}

// EnsureDir makes the data directory, readable by its owner only: the journal
// holds names, addresses and whatever else the network reports.
func (s *Settings) EnsureDir() error {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return fmt.Errorf("make the data directory: %w (choose another with --data)", err)
	}
	return nil
}
