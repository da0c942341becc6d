package feeds

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"foghorn/feeds/netstate"
	"foghorn/feeds/poll"
	"foghorn/feeds/stream"
	"foghorn/internal/clock"
	"foghorn/internal/recovery"
	"foghorn/internal/signal"
	"foghorn/journal/event"
	"foghorn/mist"
)

// Log is where what was found goes.
type Log interface {
	Append(ctx context.Context, records ...event.Record) ([]int64, error)
}

// View is what an organisation needs of the view.
type View interface {
	netstate.View
	poll.View
	stream.FrameSink
	stream.Subscriptions
	KnownDevices(ctx context.Context, source string) ([]event.Device, error)
	KnownClients(ctx context.Context, source string) ([]event.LiveClient, error)
}

// Options say which organisation is followed, and how. Zero values mean the
// defaults given.
type Options struct {
	Source string
	OrgID  string
	Sites  []string     // names, ids or globs; all
	Client *mist.Client // its governor is that of the token, shared by all clients of it
	// Renew makes a client of what the configuration gives now, for when the
	// token was refused; nil means that a new token takes a restart.
	Renew func(ctx context.Context) (*mist.Client, error)

	StreamURL string   // of the region or of the configuration; empty: no stream
	Channels  []string // further channels of the stream
	// Dial replaces the usual way of making a connection of the stream.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	View   View
	Log    Log
	Clock  clock.Clock    // the machine's
	Logger *slog.Logger   // silent
	Jitter func() float64 // 0 to 1; random
}

// Org follows one organisation. It is safe for concurrent use.
type Org struct {
	o      Options
	mirror *netstate.State
	poll   *poll.Poll

	changed signal.Signal // there are changes

	mu      sync.Mutex
	stream  *stream.Feed // nil without one
	sites   []string     // their ids
	renewed signal.Signal
	ctx     context.Context // of Run; gaps are filled with it
	changes []learned       // in the order of their commits
}

// New makes an organisation; nothing is asked before Run.
func New(o Options) (*Org, error) {
	if o.View == nil || o.Log == nil || o.Client == nil {
		return nil, errors.New("an organisation needs a client, a view and a log")
	}
	if o.Clock == nil {
		o.Clock = clock.Real{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	org := &Org{o: o, renewed: signal.New(), changed: signal.New()}
	org.mirror = netstate.New(netstate.Options{Source: o.Source, OrgID: o.OrgID, Sites: o.Sites, View: o.View, Log: o.Log, Clock: o.Clock, Logger: o.Logger})
	var err error
	org.poll, err = poll.New(poll.Options{
		Source: o.Source, OrgID: o.OrgID, Client: o.Client, Renew: org.renewal(), Mirror: org.mirror, View: o.View, Log: o.Log,
		Sites: org.watch, Back: org.answersAgain, Clock: o.Clock, Logger: o.Logger, Jitter: o.Jitter,
	})
	if err != nil {
		return nil, err
	}
	if o.StreamURL != "" {
		org.stream, err = org.newStream(time.Time{}, "")
	}
	return org, err
}

// newStream makes the stream with the present client. Since is from when on
// messages are missing already, and why they are.
func (o *Org) newStream(since time.Time, why string) (*stream.Feed, error) {
	return stream.New(stream.Options{
		Source: o.o.Source, OrgID: o.o.OrgID, MistEdges: true, Extra: o.o.Channels, Since: since, Why: why,
		Stream: mist.StreamConfig{URL: o.o.StreamURL, UserAgent: "foghorn", Mask: o.o.Client.Masker(), Dial: o.o.Dial,
			Authorize: func(ctx context.Context, h http.Header) error { return o.poll.Client().Authorize(ctx, h) }},
		Sink: o, Frames: o.o.View, Subscriptions: o.o.View, Streaming: o.streaming, Clock: o.o.Clock, Logger: o.o.Logger,
	})
}

// renewal is Options.Renew that also gives the stream another try: it does not
// go on by itself once its token was refused.
func (o *Org) renewal() func(ctx context.Context) (*mist.Client, error) {
	if o.o.Renew == nil {
		return nil
	}
	return func(ctx context.Context) (*mist.Client, error) {
		c, err := o.o.Renew(ctx)
		if err == nil {
			o.renewed.Notify()
		}
		return c, err
	}
}

// streaming takes that the stream became whole or is no longer. Where it can be
// reached the API can be too, most likely, and the other way round: so whichever
// notices first that the cloud is back has the other try it at once.
func (o *Org) streaming(up bool) {
	o.mirror.Streaming(up)
	if up {
		o.poll.Hurry()
	}
}

// answersAgain takes that the API answers after it had been out of reach.
func (o *Org) answersAgain() {
	o.mu.Lock()
	feed := o.stream
	o.mu.Unlock()
	if feed != nil {
		feed.Hurry()
	}
}

// watch takes which sites are followed.
func (o *Org) watch(sites []netstate.Site) {
	ids := make([]string, len(sites))
	for i, s := range sites {
		ids[i] = s.ID
	}
	slices.Sort(ids) // a changed order must not look like other sites
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sites = ids
	if o.stream != nil {
		o.stream.Watch(ids)
	}
}

// Run follows the organisation until ctx ends. It fails only for what is not
// the cloud's doing: a view that cannot be read, a bug.
func (o *Org) Run(ctx context.Context) error {
	devices, err := o.o.View.KnownDevices(ctx, o.o.Source)
	if err != nil {
		return err
	}
	clients, err := o.o.View.KnownClients(ctx, o.o.Source)
	if err != nil {
		return err
	}
	o.mirror.Restore(devices, clients)

	g, gctx := errgroup.WithContext(ctx)
	o.mu.Lock()
	o.ctx = gctx
	o.mu.Unlock()
	// The mirror ends last: what the others told it must still be written.
	mirrored, stop := context.WithCancel(context.WithoutCancel(gctx))
	defer stop()
	g.Go(recovery.Wrap(func() error { return o.mirror.Run(mirrored) }))
	g.Go(recovery.Wrap(func() error {
		defer stop()
		feeders, fctx := errgroup.WithContext(gctx)
		feeders.Go(recovery.Wrap(func() error { return o.poll.Run(fctx) }))
		feeders.Go(recovery.Wrap(func() error { return o.follow(fctx) }))
		feeders.Go(recovery.Wrap(func() error { return o.learn(fctx) }))
		return feeders.Wait()
	}))
	return g.Wait()
}

// follow runs the stream, and another one each time there is a new token.
func (o *Org) follow(ctx context.Context) error {
	o.mu.Lock()
	feed := o.stream
	o.mu.Unlock()
	for feed != nil {
		sctx, cancel := context.WithCancel(ctx)
		var g errgroup.Group
		g.Go(recovery.Wrap(func() error { return feed.Run(sctx) }))
		select {
		case <-ctx.Done():
		case <-o.renewed:
		}
		up, ended := feed.Feed().State == event.FeedUp, o.o.Clock.Now()
		cancel()
		if err := g.Wait(); err != nil || ctx.Err() != nil {
			return err
		}
		since, why := feed.Missing()
		if since.IsZero() && up {
			since, why = ended, "another token came"
		}
		next, err := o.newStream(since, why)
		if err != nil {
			return err
		}
		o.mu.Lock()
		next.Watch(o.sites)
		o.stream, feed = next, next
		o.mu.Unlock()
	}
	return nil
}

// Feeds tells how polling and the stream stand.
func (o *Org) Feeds() []event.Feed {
	o.mu.Lock()
	feed := o.stream
	o.mu.Unlock()
	out := []event.Feed{o.poll.Feed()}
	if feed != nil {
		out = append(out, feed.Feed())
	}
	return out
}

// AskWebhooks asks now for the webhooks of the organisation, or of one site.
func (o *Org) AskWebhooks(ctx context.Context, site string) error {
	return o.poll.AskWebhooks(ctx, site)
}

// DoubtWebhooks has those of the organisation asked for soon: something speaks
// against what was read last.
func (o *Org) DoubtWebhooks() { o.poll.Nudge("webhooks") }

// Client is the present client: another one after the token was renewed.
func (o *Org) Client() *mist.Client { return o.poll.Client() }

// Budget tells how the token stands with its limit.
func (o *Org) Budget() event.Budget {
	u := o.poll.Client().Governor().Usage()
	b := event.Budget{Sources: []string{o.o.Source}, Used: u.Used, Limit: u.Limit, Resets: u.Resets, Blocked: u.Blocked}
	for _, s := range u.Spenders {
		b.Callers = append(b.Callers, event.CallerUsage{Name: s.Name, Urgency: s.Urgency.String(), Calls: s.Calls, PerHour: s.PerHour, State: s.State})
	}
	return b
}

// Budgets tells how the tokens of several organisations stand; those that share
// one have one budget.
func Budgets(orgs ...*Org) []event.Budget {
	var out []event.Budget
	at := map[*mist.Governor]int{}
	for _, o := range orgs {
		g := o.poll.Client().Governor()
		if i, known := at[g]; known {
			out[i].Sources = append(out[i].Sources, o.o.Source)
			continue
		}
		at[g] = len(out)
		out = append(out, o.Budget())
	}
	return out
}
