package poll

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"foghorn/feeds/netstate"
	"foghorn/feeds/observation"
	"foghorn/internal/clock"
	"foghorn/internal/recovery"
	"foghorn/internal/signal"
	"foghorn/journal/event"
	"foghorn/mist"
)

// View is the part of the view that polling reads and writes.
type View interface {
	// KnownNames returns the names of those keys that have one. A key is a kind
	// (site, device, device-site, device-ip) and an id.
	KnownNames(ctx context.Context, keys [][2]string) (map[[2]string]string, error)
	// LastEvent returns the topic's last received event since a time. A via
	// limits it to events received that way.
	LastEvent(ctx context.Context, source, topic string, via event.Via, since time.Time) (e event.Event, ok bool, err error)
	AlertsByMistAlarm(ctx context.Context, ids []string) (map[string]event.Alert, error)
	ActivitiesByID(ctx context.Context, ids ...int64) ([]event.Activity, error)
	// CountNewEvents returns how many new events the records made; a duplicate
	// makes none. It waits until the view has the records.
	CountNewEvents(ctx context.Context, seqs []int64) (int, error)
	Scores(ctx context.Context) ([]event.SLEScore, error)
	PutScores(ctx context.Context, scores []event.SLEScore) error
	Webhooks(ctx context.Context) ([]event.Webhook, error)
	PutWebhooks(ctx context.Context, source string, all []event.Webhook) error
}

// Options configure polling. A zero value means the default in the comment.
type Options struct {
	Source string
	OrgID  string
	Client *mist.Client
	// Renew makes a client from the current configuration, after the cloud
	// refused the token. nil means that the token cannot change.
	Renew func(ctx context.Context) (*mist.Client, error)
	State *netstate.State
	View  View
	Log   event.Appender
	// Sites is called with the followed sites, after each reading.
	Sites func([]netstate.Site)
	// Reachable is called when the cloud is reachable again; not called.
	Reachable func()
	Clock     clock.Clock    // the machine's
	Logger    *slog.Logger   // silent
	Jitter    func() float64 // 0 to 1; random
}

const (
	checkEvery = time.Second
	// maxConcurrent is how many tasks run at the same time, so that one without a
	// response does not block the others.
	maxConcurrent = 4
)

// Poll polls one organization. It is safe for concurrent use.
type Poll struct {
	o        Options
	schedule *schedule
	wake     signal.Signal
	slots    chan struct{}

	mu     sync.Mutex
	client *mist.Client
	sites  []netstate.Site // the followed ones
	line   string          // the last logged one
	found  int64           // observations appended to the log
	last   time.Time       // when the last one was

	names    names
	alarms   alarms
	recent   recent
	webhooks webhookLists
	clients  siteRotation
	caughtUp map[string]bool // topics that are backfilled since the start
	history  history
	empty    bool // the last list of sites was empty, although sites are known
}

// New makes the poller of an organization.
func New(o Options) (*Poll, error) {
	if o.Source == "" || o.OrgID == "" || o.Client == nil || o.State == nil || o.View == nil || o.Log == nil {
		return nil, errors.New("polling needs a source, an organization, a client, a state, a view and a log")
	}
	if o.Clock == nil {
		o.Clock = clock.Real{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Jitter == nil {
		o.Jitter = rand.Float64
	}
	p := &Poll{
		o: o, client: o.Client, wake: signal.New(), slots: make(chan struct{}, maxConcurrent),
		alarms: alarms{seen: map[string]seenAlarm{}}, caughtUp: map[string]bool{},
		clients: siteRotation{quickPace: 6 * time.Second, slowPace: 30 * time.Second, perSite: 15 * time.Minute, maxQuick: 400}, webhooks: newWebhookLists(),
	}
	p.schedule = &schedule{budget: governed{p}, jitter: o.Jitter, probe: probeTask, tasks: p.tasks()}
	return p, nil
}

// governed is the governor of the current client.
type governed struct{ p *Poll }

func (g governed) Stretch(u mist.Urgency) float64 { return g.p.api().Governor().IntervalFactor(u) }
func (g governed) Declare(name string, u mist.Urgency, perHour int) {
	g.p.api().Governor().Declare(name, u, perHour)
}

// api returns the current client.
func (p *Poll) api() *mist.Client {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.client
}

// Run polls until ctx ends, and then returns nil.
func (p *Poll) Run(ctx context.Context) error {
	tick, stop := p.o.Clock.NewTicker(checkEvery)
	defer stop()
	g, gctx := errgroup.WithContext(ctx)
	g.Go(recovery.Wrap(func() error {
		for {
			for _, t := range p.schedule.due(p.o.Clock.Now()) {
				g.Go(recovery.Wrap(func() error {
					p.ask(gctx, t)
					return nil
				}))
			}
			p.logChange()
			select {
			case <-gctx.Done():
				return nil
			case <-tick:
			case <-p.wake:
			}
		}
	}))
	return g.Wait()
}

// Step runs the due tasks, waits for them, and returns when the next one is due.
// Tests that move the clock themselves use it instead of Run.
func (p *Poll) Step(ctx context.Context) time.Time {
	var g errgroup.Group
	for _, t := range p.schedule.due(p.o.Clock.Now()) {
		g.Go(recovery.Wrap(func() error {
			p.ask(ctx, t)
			return nil
		}))
	}
	if err := g.Wait(); err != nil {
		panic(err)
	}
	return p.schedule.next(p.o.Clock.Now())
}

// ask runs a task once and records the result.
func (p *Poll) ask(ctx context.Context, t *task) {
	began := p.o.Clock.Now()
	calls, err := 0, error(nil)
	select {
	case <-ctx.Done():
		err = context.Canceled
	case p.slots <- struct{}{}:
		spend, meter := mist.WithCallLimit(mist.WithCaller(ctx, t.name, t.urgency), t.maxCalls)
		if p.schedule.isBroken() {
			spend = mist.Once(spend)
		}
		err = t.run(spend)
		calls = meter.Calls()
		<-p.slots
	}
	if ctx.Err() != nil {
		err = context.Canceled
	}
	p.schedule.done(t, began, p.o.Clock.Now(), calls, err)
	if p.schedule.cameBack() && p.o.Reachable != nil {
		p.o.Reachable()
	}
	p.wake.Notify()
}

// RetryNow makes polling try an unreachable cloud now, because another feed heard
// from it.
func (p *Poll) RetryNow() {
	p.schedule.runSoon(p.o.Clock.Now())
	p.wake.Notify()
}

// Client returns the current client, which changes when the token is renewed.
func (p *Poll) Client() *mist.Client { return p.api() }

// RunSoon makes tasks due now, by their names.
func (p *Poll) RunSoon(names ...string) {
	p.schedule.nudge(p.o.Clock.Now(), names...)
	p.wake.Notify()
}

// appendElements appends observations, and returns the sequences of their records.
func (p *Poll) appendElements(ctx context.Context, topic string, elements ...[]byte) (seqs []int64, err error) {
	if len(elements) == 0 {
		return nil, nil
	}
	now := p.o.Clock.Now()
	records, err := observation.Records(p.o.Source, event.ViaPoll, topic, now, raws(elements)...)
	if err != nil {
		return nil, err
	}
	if seqs, err = p.o.Log.Append(ctx, records...); err != nil {
		return nil, fmt.Errorf("append observations of %s: %w", topic, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found, p.last = p.found+int64(len(elements)), now
	return seqs, nil
}

// wanted returns the followed sites.
func (p *Poll) wanted() []netstate.Site {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sites
}

// cloudTime converts a time of this machine's clock to the cloud's clock.
func (p *Poll) cloudTime(t time.Time) time.Time { return t.Add(p.o.State.Stats().Skew) }
