package main

import (
	"cmp"
	"fmt"
	"log/slog"

	"foghorn/collector"
	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/journal/priority"
	"foghorn/mist"
)

// settings is the configuration of a command: flags, file and environment combined.
type settings struct {
	config   *config.Config
	dir      string // the data directory
	exports  string // where the screen's exports go, if the data directory does not last
	readOnly bool
	clock    clock.Clock
	logger   *slog.Logger
	logs     *logSink
	secrets  *collector.Secrets
	actor    string
	// priorities are the rules in force; a collector exchanges them when the
	// configuration changes.
	priorities *priority.Live
	// configPath is the file's place, reload reads it again, and reloadNow gets a
	// signal to do so. reload is nil without a configuration file.
	configPath string
	reload     func() (*config.Config, error)
	reloadNow  <-chan struct{}
}

// settings loads the configuration without the secrets: most commands need none, and
// should not fail because a variable is not set or a password store is locked. The
// error lists every problem of the file.
func (e *env) settings() (*settings, error) {
	cfg, err := e.loadConfig()
	if err != nil {
		return nil, usageError(err)
	}
	s, err := e.settingsOf(cfg)
	if err != nil {
		return nil, err
	}
	if s.configPath, err = config.Path(e.configPath, e.getenv); err != nil {
		return s, nil // no $HOME: there is no place where a file could appear
	}
	s.reload, s.reloadNow = e.loadConfig, e.reloadNow
	return s, nil
}

func (e *env) loadConfig() (*config.Config, error) {
	return config.Load(e.configPath, e.configOptions())
}

func (e *env) configOptions() config.Options {
	var regions []string
	for _, r := range mist.Regions() {
		regions = append(regions, r.Name)
	}
	return config.Options{Regions: regions, Getenv: e.getenv, SecretsLater: true, Fetched: e.secrets.Add}
}

// settingsOf applies the flags to a configuration.
func (e *env) settingsOf(cfg *config.Config) (*settings, error) {
	dir, err := cfg.DataDirectory(e.dataDir)
	if err != nil {
		return nil, usageError(err)
	}
	logs := &logSink{w: e.stderr}
	return &settings{
		config:   cfg,
		dir:      dir,
		readOnly: e.readOnly || cfg.ReadOnly,
		clock:    clock.Real{},
		logger:   slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelWarn})),
		logs:     logs,
		secrets:  e.secrets,
		actor:    actor(e.getenv),

		priorities: priority.NewLive(priority.Compile(cfg.Priority)),
	}, nil
}

// notice prints a remark on standard error.
func (s *settings) notice(text string) { fmt.Fprintln(s.logs, "foghorn: "+text) }

// collecting returns the settings of a collector, which opening the journal takes too.
func (s *settings) collecting() *collector.Settings {
	return &collector.Settings{
		Config: s.config, Dir: s.dir, ReadOnly: s.readOnly, Clock: s.clock, Logger: s.logger, Messages: s.logs,
		Secrets: s.secrets, Actor: s.actor, Version: version(), Priorities: s.priorities,
		ConfigPath: s.configPath, Load: s.reload, ReloadNow: s.reloadNow,
	}
}

// collectorOptions is the collector that the configuration describes; a
// non-empty listen overrides its address.
func (s *settings) collectorOptions(command, listen string) collector.Options {
	return collector.Options{Command: command, Address: cmp.Or(listen, s.config.Listen.Address)}
}
