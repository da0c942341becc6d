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

// View is what an organization needs of the view.
type View interface {
	netstate.View
	poll.View
	stream.FrameSink
	stream.Subscriptions
	KnownDevices(ctx context.Context, source string) ([]event.Device, error)
	KnownClients(ctx context.Context, source string) ([]event.LiveClient, error)
}

// Options say which organization is followed, and how. Zero values mean the
// defaults given.
type Options struct {
	Source string
	OrgID  string
	Sites  []string     // names, ids or globs; all
	Client *mist.Client // its governor belongs to the token and is shared by the token's clients
	// Renew makes a client from the credentials that the configuration gives now.
	// It is called when the token was refused. Without it a new token needs a restart.
	Renew func(ctx context.Context) (*mist.Client, error)

	StreamURL string   // empty: no stream
	Channels  []string // further channels of the stream
	// Dial makes the connections of the stream; nil means the usual way.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	View   View
	Log    event.Appender
	Clock  clock.Clock    // the machine's
	Logger *slog.Logger   // silent
	Jitter func() float64 // 0 to 1; random
}

// Org follows one organization. It is safe for concurrent use.
type Org struct {
	o     Options
	state *netstate.State
	poll  *poll.Poll

	changed signal.Signal // there are changes

	mu      sync.Mutex
	stream  *stream.Feed    // nil without one
	sites   []string        // their ids
	renewed signal.Signal   // there is a new client
	ctx     context.Context // of Run; gaps are filled with it
	changes []learned       // in the order of their commits
}

// New makes an organization. It requests nothing before Run.
func New(o Options) (*Org, error) {
	if o.View == nil || o.Log == nil || o.Client == nil {
		return nil, errors.New("an organization needs a client, a view and a log")
	}
	if o.Clock == nil {
		o.Clock = clock.Real{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	org := &Org{o: o, renewed: signal.New(), changed: signal.New()}
	org.state = netstate.New(netstate.Options{Source: o.Source, OrgID: o.OrgID, Sites: o.Sites, View: o.View, Log: o.Log, Clock: o.Clock, Logger: o.Logger})
	var err error
	org.poll, err = poll.New(poll.Options{
		Source: o.Source, OrgID: o.OrgID, Client: o.Client, Renew: org.renewal(), State: org.state, View: o.View, Log: o.Log,
		Sites: org.setSites, Reachable: org.apiRecovered, Clock: o.Clock, Logger: o.Logger, Jitter: o.Jitter,
	})
	if err != nil {
		return nil, err
	}
	if o.StreamURL != "" {
		org.stream, err = org.newStream(time.Time{}, "")
	}
	return org, err
}

// newStream makes a stream with the current client. since is the time from which
// messages are already missing, and why says what they were lost to.
func (o *Org) newStream(since time.Time, why string) (*stream.Feed, error) {
	return stream.New(stream.Options{
		Source: o.o.Source, OrgID: o.o.OrgID, MistEdges: true, Extra: o.o.Channels, Since: since, Why: why,
		Stream: mist.StreamConfig{URL: o.o.StreamURL, UserAgent: "foghorn", Mask: o.o.Client.Masker(), Dial: o.o.Dial,
			Authorize: func(ctx context.Context, h http.Header) error { return o.poll.Client().Authorize(ctx, h) }},
		Sink: o, Frames: o.o.View, Subscriptions: o.o.View, Streaming: o.streamChanged, Clock: o.o.Clock, Logger: o.o.Logger,
	})
}

// renewal is Options.Renew, and makes the stream begin again: a stream ends when
// its token is refused.
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

// streamChanged notes whether the stream is complete. When the stream reaches the
// cloud, the API most likely can too, and the other way round, so whichever
// notices first makes the other try at once.
func (o *Org) streamChanged(up bool) {
	o.state.Streaming(up)
	if up {
		o.poll.RetryNow()
	}
}

// apiRecovered notes that the API answers after an outage.
func (o *Org) apiRecovered() {
	o.mu.Lock()
	feed := o.stream
	o.mu.Unlock()
	if feed != nil {
		feed.Hurry()
	}
}

// setSites sets the sites whose channels the stream subscribes to.
func (o *Org) setSites(sites []netstate.Site) {
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

// Run follows the organization until ctx ends. It fails only when the cloud is not
// the reason: the view cannot be read, or foghorn has a bug.
func (o *Org) Run(ctx context.Context) error {
	devices, err := o.o.View.KnownDevices(ctx, o.o.Source)
	if err != nil {
		return err
	}
	clients, err := o.o.View.KnownClients(ctx, o.o.Source)
	if err != nil {
		return err
	}
	o.state.Restore(devices, clients)

	g, gctx := errgroup.WithContext(ctx)
	o.mu.Lock()
	o.ctx = gctx
	o.mu.Unlock()
	// The state ends last: changes by the others must still be written.
	stateCtx, stop := context.WithCancel(context.WithoutCancel(gctx))
	defer stop()
	g.Go(recovery.Wrap(func() error { return o.state.Run(stateCtx) }))
	g.Go(recovery.Wrap(func() error {
		defer stop()
		feeders, fctx := errgroup.WithContext(gctx)
		feeders.Go(recovery.Wrap(func() error { return o.poll.Run(fctx) }))
		feeders.Go(recovery.Wrap(func() error { return o.runStream(fctx) }))
		feeders.Go(recovery.Wrap(func() error { return o.learn(fctx) }))
		return feeders.Wait()
	}))
	return g.Wait()
}

// runStream runs the stream, and a new one whenever there is a new token.
func (o *Org) runStream(ctx context.Context) error {
	o.mu.Lock()
	feed := o.stream
	o.mu.Unlock()
	for feed != nil {
		up, err := o.runOneStream(ctx, feed)
		if err != nil || ctx.Err() != nil {
			return err
		}
		since, why := feed.Missing()
		if since.IsZero() && up {
			since, why = o.o.Clock.Now(), "another token came"
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

// runOneStream runs a stream until there is a new token, and reports whether it
// was up then. A stream whose token was refused ends by itself, without an error.
func (o *Org) runOneStream(ctx context.Context, feed *stream.Feed) (up bool, err error) {
	own, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- recovery.Wrap(func() error { return feed.Run(own) })() }()
	running := true
	for {
		select {
		case err := <-ended:
			if running = false; err != nil {
				return false, err
			}
			ended = nil // wait for a new token
			continue
		case <-ctx.Done():
		case <-o.renewed:
		}
		up = feed.Feed().State == event.FeedUp
		cancel()
		if running {
			err = <-ended
		}
		return up, err
	}
}

// Feeds is the state of polling and of the stream.
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

// AskWebhooks reads the webhooks of the organization, or of one site, now.
func (o *Org) AskWebhooks(ctx context.Context, site string) error {
	return o.poll.AskWebhooks(ctx, site)
}

// DoubtWebhooks makes polling read the webhooks of the organization soon, because
// something contradicts what was read last.
func (o *Org) DoubtWebhooks() { o.poll.RunSoon("webhooks") }

// Client is the client in use. Renewing the token replaces it.
func (o *Org) Client() *mist.Client { return o.poll.Client() }

// Budget is what was used of the token's hourly limit.
func (o *Org) Budget() event.Budget {
	u := o.poll.Client().Governor().Usage()
	b := event.Budget{Sources: []string{o.o.Source}, Used: u.Used, Limit: u.Limit, Resets: u.Resets, Blocked: u.Blocked}
	for _, s := range u.Spenders {
		b.Callers = append(b.Callers, event.CallerUsage{Name: s.Name, Urgency: s.Urgency.String(), Calls: s.Calls, PerHour: s.PerHour, State: s.State})
	}
	return b
}

// Budgets are those of several organizations. Those that share a token have one.
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
