package stream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"foghorn/internal/clock"
	"foghorn/internal/rate"
	"foghorn/internal/recovery"
	"foghorn/internal/signal"
	"foghorn/journal/event"
	"foghorn/mist"
)

// Subscriptions is where the channels are that people asked for.
type Subscriptions interface {
	Subscriptions(ctx context.Context) ([]event.Subscription, error)
}

// Options say whose stream it is. Zero values mean the defaults given.
type Options struct {
	Source string // the organisation's name in the configuration
	OrgID  string
	// Stream says where the stream is and what opens it; the feed sets
	// Deliver, Changed and Guard.
	Stream    mist.StreamConfig
	MistEdges bool     // follow the Mist Edges of the organisation too
	Extra     []string // further channels; :org and :site are filled in

	// Since is from when on messages are missing already and Why they are, when
	// this feed goes on for one that was ended; see Missing.
	Since time.Time
	Why   string

	Sink Sink
	// Streaming is told when the stream becomes whole, all channels answered,
	// and when it no longer is; nobody is told.
	Streaming     func(up bool)
	Frames        FrameSink     // nothing is kept for looking at
	Subscriptions Subscriptions // nobody can ask for more channels
	Clock         clock.Clock   // the machine's
	Logger        *slog.Logger  // silent
}

// Feed is safe for concurrent use.
type Feed struct {
	o      Options
	stream *mist.Stream
	frames frames
	meter  rate.Meter

	plans signal.Signal // the sites changed
	asks  atomic.Bool   // the view changed, so somebody may have asked for a channel
	tells signal.Signal // a gap is to be told

	mu       sync.Mutex
	running  bool
	sites    []string
	asked    []event.Subscription
	wanted   map[string]bool // the channels that are subscribed
	problem  error           // what is wrong with a channel that should be
	noFrames error           // why frames do not reach the journal
	noAsked  error           // why it cannot be asked for subscriptions
	refusal  string          // why the stream is over for good
	gaps     gaps
	told     gap // the gap to be told

	wholeMu sync.Mutex // held while Streaming is told, so that the last word is the right one
	whole   bool
}

const every = time.Second

// New checks the options; nothing is dialled before Run.
func New(o Options) (*Feed, error) {
	if o.Source == "" || o.OrgID == "" || o.Sink == nil {
		return nil, errors.New("a stream needs the name and the id of its organisation and a sink")
	}
	for _, c := range o.Extra {
		if err := Check(c); err != nil {
			return nil, err
		}
	}
	if o.Clock == nil {
		o.Clock = clock.Real{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	f := &Feed{o: o, plans: signal.New(), tells: signal.New()}
	f.asks.Store(true)
	if !o.Since.IsZero() {
		f.gaps.lose(0, gap{from: o.Since, reason: o.Why})
	}
	o.Stream.Deliver, o.Stream.Changed, o.Stream.Guard = f.deliver, f.changed, recovery.Wrap
	var err error
	f.stream, err = mist.NewStream(o.Stream)
	return f, err
}

// Watch says which sites are followed from now on, by their ids.
func (f *Feed) Watch(sites []string) {
	f.mu.Lock()
	same := slices.Equal(f.sites, sites)
	f.sites = slices.Clone(sites)
	f.mu.Unlock()
	if !same {
		f.plans.Notify()
	}
}

// ViewChanged says that somebody may have asked for a channel. It returns at
// once, and may be called with every change of the view.
func (f *Feed) ViewChanged() { f.asks.Store(true) }

// Hurry says that the cloud answers again, so that it is tried at once.
func (f *Feed) Hurry() { f.stream.Hurry() }

// Channels lists the channels and how they stand.
func (f *Feed) Channels() []mist.ChannelStatus { return f.stream.Channels() }

// Missing tells from when on messages are missing that no gap was told of yet,
// and why; zero when there are none. It is for another feed that goes on once
// this one has ended, as after a refused token.
func (f *Feed) Missing() (since time.Time, why string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	g := f.told.with(f.gaps.missing())
	return g.from, g.reason
}

// Run follows the stream until ctx ends, and returns nil then. When the cloud
// refuses the credentials it says so in Feed and waits for the end. It can be
// called once.
func (f *Feed) Run(ctx context.Context) error {
	f.refresh(ctx)
	f.plan()
	f.mu.Lock()
	f.running = true
	f.mu.Unlock()
	g, gctx := errgroup.WithContext(ctx)
	g.Go(recovery.Wrap(func() error { return f.follow(gctx) }))
	g.Go(recovery.Wrap(func() error { return f.tick(gctx) }))
	g.Go(recovery.Wrap(func() error { return f.tell(gctx) }))
	err := g.Wait()
	f.mu.Lock()
	f.running = false
	f.mu.Unlock()
	f.tellWhole()
	return err
}

// follow runs the stream itself. A refusal is a state and no failure of ours.
func (f *Feed) follow(ctx context.Context) error {
	err := f.stream.Run(ctx)
	if err == nil {
		return nil
	}
	f.mu.Lock()
	f.refusal = refusal(f.stream.Links(), err)
	line := f.refusal
	f.mu.Unlock()
	f.o.Logger.Error("stream refused", "source", f.o.Source, "why", line)
	<-ctx.Done()
	return nil
}

// tick hands on frames and looks for new subscriptions, once a second.
func (f *Feed) tick(ctx context.Context) error {
	ticks, stop := f.o.Clock.NewTicker(every)
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-f.plans:
			f.plan()
		case <-ticks:
			f.flush(ctx)
			if f.refresh(ctx) {
				f.plan()
			}
		}
	}
}

// refresh reads what people asked for, if that may have changed, and reports
// whether it did.
func (f *Feed) refresh(ctx context.Context) bool {
	if f.o.Subscriptions == nil || !f.asks.Swap(false) {
		return false
	}
	asked, err := f.o.Subscriptions.Subscriptions(ctx)
	if err != nil {
		f.asks.Store(true)
		f.set(&f.noAsked, fmt.Errorf("read subscriptions: %w", err))
		return false
	}
	f.set(&f.noAsked, nil)
	f.mu.Lock()
	defer f.mu.Unlock()
	same := slices.Equal(f.asked, asked)
	f.asked = asked
	return !same
}

func (f *Feed) flush(ctx context.Context) {
	news := f.frames.take()
	if f.o.Frames == nil || len(news) == 0 {
		return
	}
	err := f.o.Frames.PutFrames(ctx, news)
	if err != nil {
		err = fmt.Errorf("keep frames: %w", err)
	}
	f.set(&f.noFrames, err)
}

// set notes what is wrong, or that nothing is any more.
func (f *Feed) set(where *error, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	*where = err
}

// deliver is called by the stream with every message.
func (f *Feed) deliver(m mist.StreamMessage) {
	f.meter.Count(f.o.Clock.Now(), 1)
	f.frames.add(f.o.Source, m)
	if m.Event != mist.StreamData {
		return
	}
	f.mu.Lock()
	ours := f.wanted[m.Channel]
	f.mu.Unlock()
	if ours { // and not a late one of a site that is not watched any more
		f.route(m)
	}
}

// changed is called by the stream with every change of a connection.
func (f *Feed) changed(k mist.Link) {
	f.mu.Lock()
	ended, ok := f.gaps.change(k)
	if ok {
		f.told = f.told.with(ended)
	}
	f.mu.Unlock()
	switch {
	case k.State == mist.LinkWaiting:
		f.o.Logger.Warn("stream not connected", "source", f.o.Source, "why", k.Reason, "retry", k.Retry)
	case k.State == mist.LinkReady:
		f.o.Logger.Info("stream connected", "source", f.o.Source, "channels", k.Channels)
	}
	if ok {
		f.tells.Notify()
	}
	f.tellWhole()
}

// tellWhole tells of a change from or to whole.
func (f *Feed) tellWhole() {
	f.wholeMu.Lock()
	defer f.wholeMu.Unlock()
	f.mu.Lock()
	running := f.running
	f.mu.Unlock()
	state, _ := standing(f.stream.Links(), f.o.Clock.Now())
	whole := running && state == event.FeedUp
	if whole != f.whole && f.o.Streaming != nil {
		f.o.Streaming(whole)
	}
	f.whole = whole
}

// tell tells of gaps, in a goroutine of its own since filling one takes time.
func (f *Feed) tell(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-f.tells:
		}
		f.mu.Lock()
		g := f.told
		f.told = gap{}
		f.mu.Unlock()
		f.o.Sink.Gap(g.from, g.to, g.reason)
	}
}
