package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"time"

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
	"foghorn/tui/port"
)

// collectorOptions is what differs between the commands that collect.
type collectorOptions struct {
	command string           // serve, screen, demo or listen
	note    string           // shown in the header of every screen, e.g. "simulated"
	address string           // where to listen
	sources []webhook.Source // who may send; nil for the configured ones
	// connectLater leaves it to the command to call connect before Run, once
	// it knows where the cloud is.
	connectLater bool
}

// collector owns the feeds of a data directory: the listener that appends to
// the log, the projector that derives the view, retention, and the status that
// attached screens read. At most one per directory.
type collector struct {
	*settings
	self      event.Collector
	sources   []webhook.Source
	lock      *store.Lock
	log       *store.Log
	view      *store.View
	projector *projector.Projector
	listener  *webhook.Listener
	socket    net.Listener
	watch     *junoswatch.Watcher
	health    *health.Watcher
	// The health watcher's alone: the webhooks that are disabled, by key, and what
	// lasted of sources that are gone.
	disabled map[string]health.Condition
	former   []health.Condition
	doubts   map[string]doubted // by source
	reloader *reloader
	// derivedAnew says why the view was derived anew at the start, if it was of
	// another log.
	derivedAnew string
	problem     atomic.Pointer[string] // of the journal as a whole, see lookAtJournal

	clouds  []organisation
	orgs    []*feeds.Org // what is live of them
	acts    *actions.Actions
	notices <-chan port.Notice
}

// newCollector takes the lock, opens the journal and binds the listener's
// socket. Nothing runs before Run. The error is a *store.HeldError when another
// process collects for this directory already.
func newCollector(ctx context.Context, s *settings, o collectorOptions) (_ *collector, err error) {
	if err := s.ensureDir(); err != nil {
		return nil, err
	}
	c := &collector{settings: s, self: s.collector(o.command)}
	c.self.Note = o.note
	c.reloader = s.newReloader()
	defer func() {
		if err != nil {
			c.Close()
		}
	}()
	if c.lock, err = lockCollector(ctx, s, o.command); err != nil {
		return nil, err
	}
	if o.sources == nil {
		if err := s.config.Resolve(ctx); err != nil {
			return nil, usageError(err)
		}
		o.sources = s.sources()
	}
	if len(o.sources) == 0 {
		o.sources = adHocSources(nil)
	}
	c.sources = o.sources
	s.secrets.addSources(c.sources)
	if c.log, c.view, c.derivedAnew, err = openJournal(ctx, s, c.lock); err != nil {
		return nil, err
	}
	if c.lookAtJournal(ctx); c.journalProblem() != "" {
		s.logger.Warn("the journal has a problem", "problem", c.journalProblem())
	}
	c.projector, err = projector.New(projector.Options{
		Log: c.log, View: c.view, Clock: s.clock, Wake: c.log.Changed(), Logger: s.logger, Priorities: s.priorities, ReplayAfter: s.replayAfter(), Decode: s.decode(),
	})
	if err != nil {
		return nil, err
	}
	if c.watch, err = c.watchJunos(ctx); err != nil {
		return nil, err
	}
	listener := s.listenerOptions(o, &outage{log: c.watch.Tap(maskedLog{c.log, s.secrets}), logger: s.logger, clock: s.clock})
	listener.Ready, listener.Warning = c.ready, c.warning
	if c.listener, err = webhook.New(listener); err != nil {
		return nil, err
	}
	if c.health, err = c.healthWatch(ctx); err != nil {
		return nil, err
	}
	registerMetrics(c.listener.Registry(), c.projector)
	if c.socket, err = net.Listen("tcp", o.address); err != nil {
		return nil, fmt.Errorf("listen for webhooks: %w (choose another address with listen.address or --listen)", err)
	}
	c.self.Address, c.self.Help = c.socket.Addr().String(), strings.Join(c.hints(), "\n")
	if o.connectLater {
		return c, nil
	}
	return c, c.connect()
}

// connect makes the clients of the clouds that the configuration gives tokens
// for. Nothing is asked before Run.
func (c *collector) connect() (err error) {
	if c.clouds, err = c.settings.connect(); err != nil {
		return err
	}
	if c.orgs, err = c.follow(); err != nil {
		return err
	}
	var told func([]event.Activity)
	c.notices, told = notices()
	c.acts = c.actions(c.journal(), reached{present: c.present()}, told)
	return nil
}

// Run collects until ctx ends, then stops in order: what brings records in
// first, so that nothing new comes; then the log's writer, once all that came in
// is safe; then the rest.
func (c *collector) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	logCtx, stopLog := context.WithCancel(context.WithoutCancel(ctx))
	defer stopLog()
	g.Go(recovery.Wrap(func() error { return c.log.Run(logCtx) }))
	g.Go(recovery.Wrap(func() error {
		defer stopLog()
		return c.bring(ctx)
	}))
	runAll(ctx, g, c.others())
	err := g.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// bring runs all that appends to the log, until all of it has ended.
func (c *collector) bring(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	runAll(ctx, g, c.bringers())
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

// bringers append to the log, so they end before its writer does.
func (c *collector) bringers() []loop {
	out := []loop{c.listen, c.watch.Run, c.health.Run}
	for _, org := range c.orgs {
		out = append(out, org.Run)
	}
	return append(out, c.acts.Run, c.acts.Collect)
}

// others are the loops that append nothing, but for the log's writer itself.
func (c *collector) others() []loop {
	return []loop{c.view.Run, c.reloader.Run, c.projector.Run, c.trim, c.publish}
}

func (c *collector) listen(ctx context.Context) error { return c.listener.Run(ctx, c.socket) }

// Close gives everything back that newCollector took.
func (c *collector) Close() error {
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

// journal is the collector's own journal, for a screen in the same process.
func (c *collector) journal() *journal.Journal { return journal.New(c.log, c.view) }

// The collector looks at its feeds every lookEvery and tells what changed. When
// nothing does it still shows every beatEvery that it is alive; a screen calls
// it gone when beats have been missing for a while.
const (
	lookEvery = time.Second
	beatEvery = 2 * time.Second
)

// joinNotes puts what is said of the collector in one line.
func joinNotes(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}

// publish keeps the collector's status in the view, where every screen of every
// process reads it.
func (c *collector) publish(ctx context.Context) error {
	tick, stop := c.clock.NewTicker(lookEvery)
	defer stop()
	var told []event.Feed
	var spent []event.Budget
	position, damaged := int64(0), int64(0)
	for {
		if n := c.projector.Stats().Damaged; n != damaged {
			damaged = n
			c.lookAtJournal(ctx)
		}
		if at := c.projector.Stats().Position; at != position {
			position = at
			c.viewChanged()
		}
		standing, budgets, now := c.feeds(), feeds.Budgets(c.orgs...), c.clock.Now()
		if !slices.Equal(standing, told) || !reflect.DeepEqual(budgets, spent) || now.Sub(c.self.Heartbeat) >= beatEvery || now.Before(c.self.Heartbeat) {
			told, spent, c.self.Heartbeat = standing, budgets, now
			self := c.self
			self.Note = joinNotes(joinNotes(self.Note, c.reloader.Note()), c.journalNote())
			if err := c.view.PutFeeds(ctx, self, standing, c.listener.Dropped(), budgets); err != nil && ctx.Err() == nil {
				c.logger.Warn("publish status", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
	}
}
