package mistsim

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"foghorn/internal/clock"

	"golang.org/x/sync/errgroup"
)

// Options configure where a cloud posts, and its story.
type Options struct {
	Seed        uint64       // the same seed gives the same story; any value works
	Clock       clock.Clock  // nil: the machine's
	Client      *http.Client // nil: one of its own
	MistURL     string       // the listener's path for the organization, e.g. http://127.0.0.1:8484/mist/acme
	JunosURL    string       // the listener's path for the router; empty: it stays silent
	MistSecret  []byte       // empty: unsigned
	JunosSecret []byte       // empty: unsigned
	Speed       float64      // how many times as fast as a clock; 0 means 1
	Rate        float64      // extra load: client joins per second on top; 0 means none
	// History is how much of the past is told at once at the start; 0 means one
	// hour, less than 0 none.
	History time.Duration
	Logger  *slog.Logger // nil: silent

	// Unposted is a cloud without a webhook of its own: MistURL may be empty, and
	// only webhooks made through the API get posts.
	Unposted bool
	// Tokens are who may call the API; nil: AdminToken, ReadToken and SiteToken.
	Tokens      []Token
	HourlyLimit int // calls a token may make in an hour; 0 means 5000
	// StatsEvery is how often a device or client reports on the stream, as the
	// clock counts; 0 means five seconds, less than 0 never.
	StatsEvery time.Duration
	// Sites makes an organization of so many sites of one size, instead of the
	// one that the stories know by name. Devices are those of each site, gateway
	// and switches included (0 means 10, at least 3), and Clients its people's
	// (0 means twice as many as devices).
	Sites, Devices, Clients int
}

// maxOutgoing is how many posts beside the story may wait.
const maxOutgoing = 4096

// Cloud is a simulated Mist cloud with one organization.
type Cloud struct {
	options Options
	clock   clock.Clock
	poster  *poster
	own     bool // the HTTP client is ours to close

	mu        sync.Mutex // guards world and what hangs on it
	world     *world
	populated bool
	pending   []consequence // what requests lead to a while later

	running atomic.Bool // set by the first Run

	hooks      *hooks
	outgoing   chan job    // posts beside the story, to be sent while Run is at work
	delivering atomic.Bool // somebody takes them off outgoing

	access *access
	calls  tally
	faults *Faults

	streams streams

	tl     *timeline // Run's events; only its goroutine uses it
	start  time.Time // the wall time of the timeline's zero
	rounds int
}

// The most that Options take.
const (
	MaxSpeed = 1000
	MaxRate  = 1_000_000
)

// New builds the organization of the seed. It fails when an address is no
// http(s) URL or a number is out of range.
func New(o Options) (*Cloud, error) {
	for _, u := range []string{o.MistURL, o.JunosURL} {
		if p, err := url.Parse(u); err != nil || u != "" && (p.Host == "" || p.Scheme != "http" && p.Scheme != "https") {
			return nil, fmt.Errorf("simulated cloud: %q is not an http or https address to post to", u)
		}
	}
	if o.MistURL == "" && !o.Unposted {
		return nil, errors.New("simulated cloud: no address to post to")
	}
	if !(o.Speed >= 0 && o.Speed <= MaxSpeed) || !(o.Rate >= 0 && o.Rate <= MaxRate) {
		return nil, fmt.Errorf("simulated cloud: speed %v must be 0 to %d and rate %v 0 to %d", o.Speed, MaxSpeed, o.Rate, MaxRate)
	}
	plans, err := planned(o)
	if err != nil {
		return nil, err
	}
	if o.Speed == 0 {
		o.Speed = 1
	}
	if o.Clock == nil {
		o.Clock = clock.Real{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.History == 0 {
		o.History = time.Hour
	}
	o.History = max(o.History, 0)
	if o.StatsEvery == 0 {
		o.StatsEvery = 5 * time.Second
	}
	c := &Cloud{options: o, clock: o.Clock, own: o.Client == nil, world: newWorld(o.Seed, plans), tl: &timeline{}}
	c.access = newAccess(c.world.org, o.Tokens, o.HourlyLimit)
	c.faults = &Faults{cloud: c}
	if c.own {
		o.Client = newClient(loadWorkers + 2)
	}
	c.hooks = newHooks(o, c.world.org)
	c.outgoing = make(chan job, maxOutgoing)
	c.poster = &poster{client: o.Client, clock: o.Clock, log: o.Logger, record: c.hooks.record}
	return c, nil
}

// Org returns a copy of the organization as it stands. Ids and names stay the
// same for the life of the cloud.
func (c *Cloud) Org() *Org {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.world.org.clone()
}

// Stats returns what was posted so far.
func (c *Cloud) Stats() Stats {
	p := c.poster
	return Stats{Accepted: p.accepted.Load(), Events: p.events.Load(), Refused: p.refused.Load(), Retries: p.retries.Load()}
}

// Run tells the history at once, then the present round after round, until ctx
// ends; then it returns nil. While nobody listens it waits and tries again. A
// second call is an error: the story has only one beginning.
func (c *Cloud) Run(ctx context.Context) error {
	if c.running.Swap(true) {
		return errors.New("simulated cloud: it was run before; make a new one")
	}
	if c.own {
		defer c.poster.client.CloseIdleConnections()
	}
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return c.emit(gctx) })
	g.Go(func() error { return c.deliver(gctx) })
	if c.options.Rate > 0 {
		g.Go(func() error { return c.load(gctx) })
	}
	if err := g.Wait(); ctx.Err() == nil {
		return err
	}
	return nil
}

// Play tells one story at once, with times as if it had ended just now, and
// returns when its last event was answered.
func (c *Cloud) Play(ctx context.Context, name string) error {
	s, ok := storyNamed(name)
	if !ok {
		return fmt.Errorf("simulated cloud: no story %q; there are %s", name, strings.Join(storyNames(), ", "))
	}
	if c.own {
		defer c.poster.client.CloseIdleConnections()
	}
	tl := &timeline{}
	c.mu.Lock()
	c.world.now = c.clock.Now().Truncate(time.Millisecond)
	c.populate()
	length := c.world.perform(tl, s, 0, 1)
	c.mu.Unlock()
	// What clients do a moment after the last step shall not lie in the future.
	start := c.clock.Now().Add(-length - 5*time.Second).Truncate(time.Millisecond)
	for {
		at, more := tl.next()
		if !more {
			return nil
		}
		posts, err := c.step(tl, start.Add(at), true)
		if err != nil {
			return err
		}
		if err := c.post(ctx, posts); err != nil {
			return err
		}
	}
}

// populate lets people in, once.
func (c *Cloud) populate() {
	if !c.populated {
		c.populated = true
		c.world.populate()
	}
}

// step runs the next entry of a timeline at its moment and returns what is to
// be posted.
func (c *Cloud) step(tl *timeline, now time.Time, flush bool) ([]post, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.world
	w.now, w.gain = now, liveGain
	if tl == c.tl && now.Before(c.start) {
		w.gain = 1 // what is history took as long as it took
	}
	w.later = func(after time.Duration, do func()) { tl.at(tl.now+after, do) }
	tl.pop().do()
	if tl == c.tl {
		c.takeUp()
	}
	if flush {
		w.out.flush()
	}
	return w.out.take(), w.out.err
}

// post sends posts one after the other, so that they arrive in order: to the
// webhook of the options until it answers, to the others once.
func (c *Cloud) post(ctx context.Context, posts []post) error {
	for _, p := range posts {
		c.dispatch(ctx, []post{p}, false)
		send := c.toOwn
		if p.via == toJunos {
			send = c.toRouterListener
		}
		if err := send(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// toOwn sends a post to the webhook of the options, if it still wants it.
func (c *Cloud) toOwn(ctx context.Context, p post) error {
	return c.poster.send(ctx, func() (target, bool) { return c.hooks.toOwn(p.topic) }, p)
}

// toRouterListener sends a post as the router does.
func (c *Cloud) toRouterListener(ctx context.Context, p post) error {
	to := target{url: c.options.JunosURL, secret: c.options.JunosSecret}
	return c.poster.send(ctx, func() (target, bool) { return to, true }, p)
}
