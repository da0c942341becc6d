package collector

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"foghorn/actions"
	"foghorn/feeds"
	"foghorn/feeds/health"
	"foghorn/feeds/junoswatch"
	"foghorn/feeds/webhook"
	"foghorn/internal/recovery"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/projector"
	"foghorn/journal/store"
)

// Options is what differs between the commands that collect.
type Options struct {
	Command string           // serve, screen, demo or listen
	Note    string           // shown in the header of every screen, e.g. "simulated"
	Address string           // where to listen
	Sources []webhook.Source // who may send; nil for the configured ones
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

	organizations []Organization
	orgs          []*feeds.Org // the feeds of those with an org_id
	actions       *actions.Actions
}

// New takes the lock, opens the journal and binds the listener's socket. Nothing
// runs before Run. The error is a *store.HeldError when another process collects
// for this directory already.
func New(ctx context.Context, s *Settings, o Options) (_ *Collector, err error) {
	if err := s.EnsureDir(); err != nil {
		return nil, err
	}
	c := &Collector{Settings: s, o: o, self: s.Process(o.Command), reloader: newReloader(s)}
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
		if err := c.Config.Resolve(ctx); err != nil {
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
	c.projector, err = c.NewProjector(c.log, c.view, c.log.Changed())
	return err
}

// makeListener makes the listener and what watches its senders.
func (c *Collector) makeListener(ctx context.Context) (err error) {
	if c.silence, err = c.newSilenceWatcher(ctx); err != nil {
		return err
	}
	o := c.listenerOptions(&outage{log: c.silence.Tap(maskedLog{c.log, c.Secrets}), logger: c.Logger, clock: c.Clock})
	o.Ready, o.Warning = c.ready, c.warning
	if c.listener, err = webhook.New(o); err != nil {
		return err
	}
	registerMetrics(c.listener.Registry(), c.projector)
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
	c.actions = c.NewActions(c.Journal(), c.log, APIs{Current: c.currentAPIs()}, c.o.SyncResults)
	return nil
}

// Run collects until ctx ends, then stops in order: what brings records in
// first, so that nothing new comes; then the log's writer, once all that came in
// is safe; then the rest.
func (c *Collector) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	logCtx, stopLog := context.WithCancel(context.WithoutCancel(ctx))
	defer stopLog()
	g.Go(recovery.Wrap(func() error { return c.log.Run(logCtx) }))
	g.Go(recovery.Wrap(func() error {
		defer stopLog()
		return c.runIngest(ctx)
	}))
	runAll(ctx, g, c.others())
	err := g.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// runIngest runs all that appends to the log, until all of it has ended.
func (c *Collector) runIngest(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	runAll(ctx, g, c.ingest())
	return g.Wait()
}

// loop works until its context ends. Each loop of the collector is listed once:
// two of one would tell the same thing twice.
type loop func(context.Context) error

func runAll(ctx context.Context, g *errgroup.Group, loops []loop) {
	for _, run := range loops {
		g.Go(recovery.Wrap(func() error { return run(ctx) }))
	}
}

// ingest are the loops that append to the log, so they end before its writer does.
func (c *Collector) ingest() []loop {
	out := []loop{c.listen, c.silence.Run, c.health.Run}
	for _, org := range c.orgs {
		out = append(out, org.Run)
	}
	return append(out, c.actions.Send, c.actions.RetryPending)
}

// others are the loops that append nothing, but for the log's writer itself.
func (c *Collector) others() []loop {
	return []loop{c.view.Run, c.reloader.Run, c.projector.Run, c.trim, c.publish}
}

func (c *Collector) listen(ctx context.Context) error { return c.listener.Run(ctx, c.socket) }

// Close gives back everything that New took.
func (c *Collector) Close() error {
	var errs []error
	if c.socket != nil {
		if err := c.socket.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	if c.view != nil {
		errs = append(errs, c.view.Close())
	}
	if c.log != nil {
		errs = append(errs, c.log.Close())
	}
	if c.lock != nil {
		errs = append(errs, c.lock.Release())
	}
	return errors.Join(errs...)
}

// Addr is where the listener listens.
func (c *Collector) Addr() net.Addr { return c.socket.Addr() }

// Journal is the collector's own journal, for a screen in the same process. It
// is closed by Close.
func (c *Collector) Journal() *journal.Journal { return journal.New(c.log, c.view) }

// Actions are what the people of this process do. It is nil before Connect.
func (c *Collector) Actions() *actions.Actions { return c.actions }

// Farewell says, once Run has ended, what became of what was acknowledged.
func (c *Collector) Farewell() string {
	if err := c.log.Kept(); err != nil {
		return "stopped; some of what was acknowledged may be missing from the journal: " + err.Error()
	}
	return "stopped, everything that was acknowledged is in the journal"
}
