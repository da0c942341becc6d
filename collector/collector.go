package collector

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"foghorn/actions"
	"foghorn/collector/lifecycle"
	"foghorn/config"
	"foghorn/feeds/health"
	"foghorn/feeds/junoswatch"
	"foghorn/feeds/webhook"
	"foghorn/internal/recovery"
	"foghorn/jobs"
	"foghorn/jobs/configs/drift"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/projector"
	"foghorn/journal/store"
	"foghorn/relay"
)

// Options is what differs between the commands that collect.
type Options struct {
	Command string           // serve, screen, demo or listen
	Note    string           // shown in the header of every screen, e.g. "simulated"
	Address string           // where to listen
	Sources []webhook.Source // who may send; nil for the configured ones
	// Handlers are served on the listener beside deliveries.
	Handlers []webhook.Handler
	// ConnectLater leaves it to the command to call Connect before Run, once it
	// knows where the cloud is.
	ConnectLater bool
	// SyncResults receives what Mist answered to acks that this process sent; may be nil.
	SyncResults func([]event.Activity)
}

// Collector owns the feeds of a data directory: the listener that appends to
// the log, the projector that derives the view, retention, and the status that
// attached screens read. At most one per directory.
type Collector struct {
	*Settings
	o         Options
	self      event.Collector
	sources   []webhook.Source
	lock      *store.Lock
	log       *store.Log
	view      *store.View
	outbox    *store.Outbox
	relays    *relay.Service
	jobs      *jobs.Runner
	checks    *configChecks
	drift     *drift.Watcher
	chat      *chat
	relayed   atomic.Pointer[config.Config] // whose relays run
	relaying  relaying
	fetching  sync.Mutex // held while a relay's secrets are fetched
	projector *projector.Projector
	listener  *webhook.Listener
	socket    net.Listener
	silence   *junoswatch.Watcher
	health    *health.Watcher
	conditions
	reloader *reloader
	// rederived says why the view was derived again at the start, if it was of
	// another log.
	rederived string
	problem   atomic.Pointer[string] // of the journal as a whole, see checkJournal
	progress  progress

	organizations []Organization
	orgs          []*orgFeed // of those with an org_id
	actions       *actions.Actions
	runner        *lifecycle.Runner // nil before Connect
}

// New takes the lock, opens the journal and binds the listener's socket. Nothing
// runs before Run. The error is a *store.HeldError when another process collects
// for this directory already.
func New(ctx context.Context, s *Settings, o Options) (_ *Collector, err error) {
	if err := s.EnsureDir(); err != nil {
		return nil, err
	}
	c := &Collector{Settings: s, o: o, self: s.Process(o.Command), reloader: newReloader(s)}
	c.reloader.onLoad(c.applyRelays, c.applyChat, c.applyJobs, c.applyConfigs)
	c.self.Note = o.Note
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	if c.lock, err = s.Lock(ctx, o.Command); err != nil {
		return nil, err
	}
	if err := c.chooseSources(ctx); err != nil {
		return nil, err
	}
	if err := c.open(ctx); err != nil {
		return nil, err
	}
	if err := c.newRelays(ctx); err != nil {
		return nil, err
	}
	if err := c.newJobs(ctx); err != nil {
		return nil, err
	}
	if err := c.newChat(ctx); err != nil {
		return nil, err
	}
	if err := c.checks.watch(ctx); err != nil {
		return nil, err
	}
	if err := c.newDrift(); err != nil {
		return nil, err
	}
	if err := c.makeListener(ctx); err != nil {
		return nil, err
	}
	if c.socket, err = net.Listen("tcp", o.Address); err != nil {
		return nil, fmt.Errorf("listen for webhooks: %w (choose another address with listen.address or --listen)", err)
	}
	c.self.Address, c.self.Help = c.socket.Addr().String(), strings.Join(c.Hints(), "\n")
	if o.ConnectLater {
		return c, nil
	}
	return c, c.Connect()
}

// chooseSources decides who may send: the command's sources, the configured
// ones, or a listener without configuration.
func (c *Collector) chooseSources(ctx context.Context) error {
	c.sources = c.o.Sources
	if c.sources == nil {
		if err := c.Config.ResolveSources(ctx); err != nil {
			return configError(err)
		}
		c.sources = c.configuredSources()
	}
	if len(c.sources) == 0 {
		c.sources = AdHocSources(nil)
	}
	c.Secrets.addSources(c.sources)
	return nil
}

// open opens the journal and makes the projector.
func (c *Collector) open(ctx context.Context) (err error) {
	if c.log, c.view, c.rederived, err = c.OpenJournal(ctx, c.lock); err != nil {
		return err
	}
	if c.checkJournal(ctx); c.journalProblem() != "" {
		c.Logger.Warn("the journal has a problem", "problem", c.journalProblem())
	}
	o := c.projectorOptions(c.log, c.view)
	o.Wake, o.Committed, o.CommittedEvent = c.log.Changed(), c.committed, isFollowed
	if o.CommittedAfter, err = c.hookStart(ctx); err != nil {
		return err
	}
	c.projector, err = projector.New(o)
	return err
}

// makeListener makes the listener and what watches its senders.
func (c *Collector) makeListener(ctx context.Context) (err error) {
	if c.silence, err = c.newSilenceWatcher(ctx); err != nil {
		return err
	}
	o := c.listenerOptions(&outage{log: maskedLog{c.log, c.Secrets}, logger: c.Logger, clock: c.Clock})
	o.Ready, o.Warning, o.Handlers = c.ready, c.warning, slices.Concat(c.o.Handlers, c.chatHandlers())
	if c.listener, err = webhook.New(o); err != nil {
		return err
	}
	registerMetrics(c.listener.Registry(), c.projector, c.silence)
	c.health, err = c.newHealthWatcher(ctx)
	return err
}

// Connect makes the clients and feeds of the organizations that the
// configuration gives tokens for. Nothing is requested before Run.
func (c *Collector) Connect() (err error) {
	if c.organizations, err = c.Settings.Connect(); err != nil {
		return err
	}
	if c.orgs, err = c.newOrgs(); err != nil {
		return err
	}
	c.actions = c.NewActions(c.Journal(), c.log, c.outbox, APIs{Current: c.currentAPIs()}, c.o.SyncResults)
	c.actions.UseJobs(c.jobs)
	c.runner, err = lifecycle.New(lifecycle.Options{Clock: c.Clock, Logger: c.Logger}, c.services()...)
	if err == nil {
		registerServices(c.listener.Registry(), c.runner)
	}
	return err
}

// Run collects until ctx ends or a service fails that cannot be restarted. Then
// it stops in order; see services.
func (c *Collector) Run(ctx context.Context) error {
	err := c.runner.Run(ctx)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// Close gives back everything that New took, each step within closeTimeout. While a
// service that did not stop may still write, it keeps the journal and its lock: the
// end of the process releases both.
func (c *Collector) Close() error {
	steps := []closeStep{{"listener", c.closeSocket}}
	if c.runner == nil || len(c.runner.Overrun()) == 0 {
		if c.outbox != nil {
			steps = append(steps, closeStep{store.OutboxFile, c.outbox.Close})
		}
		if c.view != nil {
			steps = append(steps, closeStep{store.ViewFile, c.view.Close})
		}
		if c.log != nil {
			steps = append(steps, closeStep{store.LogFile, c.log.Close})
		}
		if c.lock != nil {
			steps = append(steps, closeStep{store.LockFile, c.lock.Release})
		}
	}
	var errs []error
	for _, s := range steps {
		if err := s.within(closeTimeout); err != nil {
			c.Logger.Error("could not close", "what", s.name, "error", err)
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// closeSocket closes the listener's socket, which it has done itself if it ran.
func (c *Collector) closeSocket() error {
	if c.socket == nil {
		return nil
	}
	if err := c.socket.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// closeTimeout is how long a file or a socket may take to close.
const closeTimeout = 10 * time.Second

// closeStep closes one thing.
type closeStep struct {
	name  string
	close func() error
}

// within closes it, or gives up after so long.
func (s closeStep) within(limit time.Duration) error {
	done := make(chan error, 1)
	go func() { done <- recovery.Wrap(s.close)() }()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return fmt.Errorf("close %s: not done within %s", s.name, limit)
	}
}

// Addr is where the listener listens.
func (c *Collector) Addr() net.Addr { return c.socket.Addr() }

// Journal is the collector's own journal, for a screen in the same process. It
// is closed by Close.
func (c *Collector) Journal() *journal.Journal {
	return journal.New(c.log, c.view).WithOutbox(c.outbox)
}

// Actions are what the people of this process do. It is nil before Connect.
func (c *Collector) Actions() *actions.Actions { return c.actions }

// Farewell reports, once Run has ended, whether everything that was acknowledged is stored.
func (c *Collector) Farewell() string {
	if err := c.log.CheckDurable(); err != nil {
		return "stopped; some of what was acknowledged may be missing from the journal: " + err.Error()
	}
	return "stopped, everything that was acknowledged is in the journal"
}
