package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"foghorn/collector"
	"foghorn/config"
	"foghorn/feeds/webhook"
	"foghorn/internal/recovery"
	"foghorn/journal/event"
	"foghorn/mist/mistsim"
)

const demoLong = `Show a simulated organization: real webhooks, signed and posted to the real listener
over loopback HTTP, and a Mist API and stream served on loopback. The journal is
removed at the end, unless --data names a directory to keep it in; what x exports then
goes there, and else to the current folder. The same --seed gives the same events.

With --config FILE the relays of that file send what is simulated, to see an outage
arrive in a chat; nothing else of the file counts.`

// demoFlags are the flags of "foghorn demo".
type demoFlags struct {
	screen screenFlags
	lines  lineFlags
	plain  bool
	seed   uint64
	rate   float64
	speed  float64
}

func (f *demoFlags) add(cmd *cobra.Command) {
	f.lines.add(cmd)
	flags := cmd.Flags()
	f.screen.addLooks(flags)
	flags.StringVar(&f.screen.listen, "listen", "127.0.0.1:0", "`address` to listen on")
	flags.BoolVar(&f.plain, "lines", false, "print lines instead of opening the screen (also when the output is not a terminal)")
	flags.Uint64Var(&f.seed, "seed", 1, "seed of the simulation")
	flags.Float64Var(&f.rate, "rate", 0, "extra load in events per second")
	flags.Float64Var(&f.speed, "speed", 1, "speed of the simulation, as a multiple of real time")
}

// check checks what the simulation can do.
func (f *demoFlags) check() error {
	switch {
	case !(f.speed >= 0 && f.speed <= mistsim.MaxSpeed):
		return fmt.Errorf("--speed %v: it takes 0 to %d", f.speed, mistsim.MaxSpeed)
	case !(f.rate >= 0 && f.rate <= mistsim.MaxRate):
		return fmt.Errorf("--rate %v: it takes 0 to %d events a second", f.rate, mistsim.MaxRate)
	}
	return nil
}

func runDemo(ctx context.Context, e *env, f *demoFlags) error {
	if err := f.screen.check(); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return usageError(err)
	}
	s, cleanup, err := e.demoSettings(ctx)
	if err != nil {
		return err
	}
	defer cleanup()
	notes, results := notices()
	sim, err := newSimulation(ctx, s, f, results)
	if err != nil {
		return err
	}
	defer sim.collector.Close()
	if f.screen.linear {
		return screenWithCollector(ctx, e, s, sim.collector, &f.screen, notes, sim.run)
	}
	if f.plain || !isTerminal(e.stdin) || !isTerminal(e.stdout) {
		fmt.Fprintf(e.stderr, "foghorn demo: simulated organization, listening on %s%s\n", sim.base(), relaysOfDemo(s.config))
		return collectAndPrint(ctx, e, sim.collector, &f.lines, sim.run)
	}
	if err := e.checkTerminal("foghorn demo"); err != nil {
		return err
	}
	return screenWithCollector(ctx, e, s, sim.collector, &f.screen, notes, sim.run)
}

// simulation is a collector and the simulated organization that it follows.
type simulation struct {
	collector *collector.Collector
	cloud     *mistsim.Cloud
	api       *demoAPI
}

// secrets are what the simulated senders and the collector share.
type secrets struct{ mist, junos, token []byte }

// newSimulation makes both, and tells each where the other is. The caller closes the
// collector.
func newSimulation(ctx context.Context, s *settings, f *demoFlags, results func([]event.Activity)) (*simulation, error) {
	shared := secrets{mist: newSecret(), junos: newSecret(), token: newSecret()}
	c, err := collector.New(ctx, s.collecting(), collector.Options{
		Command: "demo", Note: "simulated" + relaysOfDemo(s.config), Address: f.screen.listen, ConnectLater: true, SyncResults: results,
		Sources: []webhook.Source{
			{Name: "acme", Via: event.ViaWebhook, Secrets: []webhook.Secret{{Name: "current", Key: shared.mist}}},
			{Name: "core", Via: event.ViaJunos, Secrets: []webhook.Secret{{Name: "current", Key: shared.junos}}},
		},
	})
	if err != nil {
		return nil, explainHeld(err)
	}
	sim := &simulation{collector: c}
	if err := sim.connect(s, f, shared); err != nil {
		c.Close()
		return nil, err
	}
	return sim, nil
}

// connect makes the organization, and has the collector follow it.
func (sim *simulation) connect(s *settings, f *demoFlags, shared secrets) (err error) {
	sim.cloud, err = mistsim.New(mistsim.Options{
		Seed: f.seed, Clock: s.clock, Speed: f.speed, Rate: f.rate,
		MistURL: sim.base() + "/mist/acme", MistSecret: shared.mist,
		JunosURL: sim.base() + "/junos/core", JunosSecret: shared.junos,
		Tokens: []mistsim.Token{{Key: string(shared.token), Name: "foghorn", Role: "admin"}},
	})
	if err != nil {
		return err
	}
	if sim.api, err = serveDemo(sim.cloud); err != nil {
		return err
	}
	s.config.Mist = []config.Mist{{
		Name: "acme", OrgID: sim.cloud.Org().ID, Token: config.NewSecret(string(shared.token)), WebhookSecret: config.NewSecret(string(shared.mist)),
		APIURL: "http://" + sim.api.address, StreamURL: "ws://" + sim.api.address,
	}}
	return sim.collector.Connect()
}

// base is where the collector listens.
func (sim *simulation) base() string { return "http://" + sim.collector.Addr().String() }

// run runs the organization until ctx ends.
func (sim *simulation) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(recovery.Wrap(func() error { return sim.cloud.Run(ctx) }))
	g.Go(recovery.Wrap(func() error { return sim.api.run(ctx) }))
	return g.Wait()
}

// demoSettings returns settings that use no configuration file, with a temporary data
// directory unless one was named. Of a file that --config names, the relays count.
func (e *env) demoSettings(ctx context.Context) (*settings, func(), error) {
	cfg, err := e.demoConfig(ctx)
	if err != nil {
		return nil, nil, usageError(err)
	}
	plain := *e
	dir, cleanup := e.dataDir, func() {}
	if dir == "" {
		if dir, err = os.MkdirTemp("", "foghorn-demo-"); err != nil {
			return nil, nil, fmt.Errorf("create a directory for the journal of the demo: %w", err)
		}
		cleanup = func() { _ = os.RemoveAll(dir) }
	}
	plain.dataDir = dir
	s, err := plain.settingsOf(cfg)
	if err != nil {
		cleanup()
		return nil, nil, err
	}
	if e.dataDir == "" { // an export in a directory that is removed at the end would be lost
		s.exports, _ = os.Getwd() // without a current folder exports go there after all
	}
	return s, cleanup, nil
}

// demoConfig is the configuration of a demo: the default one, with the relays of the file
// that --config names.
func (e *env) demoConfig(ctx context.Context) (*config.Config, error) {
	if e.configPath == "" {
		return config.Default(), nil
	}
	whole, err := e.loadConfig()
	if err != nil {
		return nil, err
	}
	cfg := whole.OnlyRelays()
	var secrets []*config.Secret
	for i := range cfg.Relays {
		secrets = append(secrets, cfg.Relays[i].Secrets()...)
	}
	return cfg, cfg.Fetch(ctx, secrets...)
}

// relaysOfDemo says which relays a demo sends by: what it invents arrives for real.
func relaysOfDemo(cfg *config.Config) string {
	if len(cfg.Relays) == 0 {
		return ""
	}
	return ", sent by " + strings.Join(relayNames(cfg.Relays), ", ")
}

// newSecret returns a random secret.
func newSecret() []byte {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails, by its contract
	return []byte(hex.EncodeToString(b))
}
