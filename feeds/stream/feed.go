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

// Subscriptions returns the channels that people asked for.
type Subscriptions interface {
	Subscriptions(ctx context.Context) ([]event.Subscription, error)
}

// Options say whose stream it is. Zero values mean the defaults given.
type Options struct {
	Source string // the organization's name in the configuration
	OrgID  string
	// Stream is the address of the stream and its credentials. The feed sets
	// Deliver, Changed and Guard.
	Stream    mist.StreamConfig
	MistEdges bool     // subscribe to the Mist Edges of the organization too
	Extra     []string // further channels; :org and :site are filled in

	// Since is the time from which messages are already missing, and Why says what
	// they were lost to, when this feed replaces one that ended; see Missing.
	Since time.Time
	Why   string

	Sink Sink
	// Streaming is called when the stream becomes complete, with all channels
	// answered, and when it no longer is; may be nil.
	Streaming     func(up bool)
	Frames        FrameSink     // raw messages are not kept
	Subscriptions Subscriptions // nobody can ask for channels
	Clock         clock.Clock   // the machine's
	Logger        *slog.Logger  // silent
}

// Feed is the stream of one organization. It is safe for concurrent use.
type Feed struct {
	o      Options
	stream *mist.Stream
	frames frames
	meter  rate.Meter

	sitesChanged signal.Signal
	viewChanged  atomic.Bool   // somebody may have asked for a channel
	gapEnded     signal.Signal // there is one to report

	mu               sync.Mutex
	running          bool
	over             bool // Run has ended
	sites            []string
	asked            []event.Subscription
	wanted           map[string]bool // the channels that are subscribed
	problem          error           // what is wrong with a channel that should be subscribed
	framesErr        error           // why raw messages cannot be written
	subscriptionsErr error           // why subscriptions cannot be read
	refusal          string          // why the stream ended for good
	gaps             gaps
	ended            gap // the gap to report

	completeMu sync.Mutex // held during Streaming, so that calls come in the order of changes
	complete   bool
}

// flushEvery is how often raw messages are written and subscriptions checked.
const flushEvery = time.Second

// New checks the options. It connects to nothing before Run.
func New(o Options) (*Feed, error) {
	if o.Source == "" || o.OrgID == "" || o.Sink == nil {
		return nil, errors.New("a stream needs the name and the id of its organization, and a sink")
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
	f := &Feed{o: o, sitesChanged: signal.New(), gapEnded: signal.New()}
	f.viewChanged.Store(true)
	if !o.Since.IsZero() {
		f.gaps.lose(0, gap{from: o.Since, reason: o.Why})
	}
	o.Stream.Deliver, o.Stream.Changed, o.Stream.Guard = f.deliver, f.changed, recovery.Wrap
	var err error
	f.stream, err = mist.NewStream(o.Stream)
	return f, err
}

// Watch sets the ids of the sites whose channels are subscribed.
func (f *Feed) Watch(sites []string) {
	f.mu.Lock()
	same := slices.Equal(f.sites, sites)
	f.sites = slices.Clone(sites)
	f.mu.Unlock()
	if !same {
		f.sitesChanged.Notify()
	}
}

// ViewChanged makes the feed read the subscriptions again within a second. It
// returns at once, so it may be called with every change of the view.
func (f *Feed) ViewChanged() { f.viewChanged.Store(true) }

// Hurry makes the stream reconnect now, because the cloud answers again.
func (f *Feed) Hurry() { f.stream.ReconnectSoon() }

// Channels lists the channels and their states.
func (f *Feed) Channels() []mist.ChannelStatus { return f.stream.Channels() }

// Missing returns the time from which messages are missing that no reported gap
// covers, and why; zero when there are none. A feed that replaces this one, as
// after a refused token, takes them as Options.Since and Why.
func (f *Feed) Missing() (since time.Time, why string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	g := f.ended.with(f.gaps.missing())
	return g.from, g.reason
}

// Run runs the stream until ctx ends, and returns nil then. When the cloud refuses
// the credentials, Feed says so and Run waits for the end. It can be called once.
func (f *Feed) Run(ctx context.Context) error {
	f.refresh(ctx)
	f.plan()
	f.mu.Lock()
	f.running = true
	f.mu.Unlock()
	g, gctx := errgroup.WithContext(ctx)
	g.Go(recovery.Wrap(func() error { return f.runStream(gctx) }))
	g.Go(recovery.Wrap(func() error { return f.tick(gctx) }))
	g.Go(recovery.Wrap(func() error { return f.reportGaps(gctx) }))
	err := g.Wait()
	f.mu.Lock()
	f.running, f.over = false, true
	f.mu.Unlock()
	f.reportComplete()
	return err
}

// runStream runs the connections. A refusal is a state and no failure.
func (f *Feed) runStream(ctx context.Context) error {
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

// tick writes raw messages and reads changed subscriptions, once a second.
func (f *Feed) tick(ctx context.Context) error {
	ticks, stop := f.o.Clock.NewTicker(flushEvery)
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-f.sitesChanged:
			f.plan()
		case <-ticks:
			f.flush(ctx)
			if f.refresh(ctx) {
				f.plan()
			}
		}
	}
}

// refresh reads the subscriptions if they may have changed, and reports whether
// they did.
func (f *Feed) refresh(ctx context.Context) bool {
	if f.o.Subscriptions == nil || !f.viewChanged.Swap(false) {
		return false
	}
	asked, err := f.o.Subscriptions.Subscriptions(ctx)
	if err != nil {
		f.viewChanged.Store(true)
		f.set(&f.subscriptionsErr, fmt.Errorf("read subscriptions: %w", err))
		return false
	}
	f.set(&f.subscriptionsErr, nil)
	f.mu.Lock()
	defer f.mu.Unlock()
	same := slices.Equal(f.asked, asked)
	f.asked = asked
	return !same
}

// flush writes the raw messages that came since the last time.
func (f *Feed) flush(ctx context.Context) {
	raw := f.frames.take()
	if f.o.Frames == nil || len(raw) == 0 {
		return
	}
	err := f.o.Frames.PutFrames(ctx, raw)
	if err != nil {
		err = fmt.Errorf("keep frames: %w", err)
	}
	f.set(&f.framesErr, err)
}

// set notes an error, or that there is none.
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
	if ours { // a message of a site that is no longer watched may come late
		f.route(m)
	}
}

// changed is called by the stream with every change of a connection.
func (f *Feed) changed(k mist.Link) {
	f.mu.Lock()
	ended, ok := f.gaps.change(k)
	if ok {
		f.ended = f.ended.with(ended)
	}
	f.mu.Unlock()
	switch {
	case k.State == mist.LinkWaiting:
		f.o.Logger.Warn("stream not connected", "source", f.o.Source, "why", k.Reason, "retry", k.Retry)
	case k.State == mist.LinkReady:
		f.o.Logger.Info("stream connected", "source", f.o.Source, "channels", k.Channels)
	}
	if ok {
		f.gapEnded.Notify()
	}
	f.reportComplete()
}

// reportComplete calls Streaming when the stream became complete or no longer is.
func (f *Feed) reportComplete() {
	f.completeMu.Lock()
	defer f.completeMu.Unlock()
	f.mu.Lock()
	running := f.running
	f.mu.Unlock()
	state, _ := linkState(f.stream.Links(), f.o.Clock.Now())
	complete := running && state == event.FeedUp
	if complete != f.complete && f.o.Streaming != nil {
		f.o.Streaming(complete)
	}
	f.complete = complete
}

// reportGaps hands gaps to the sink, in a goroutine of its own: filling one takes time.
func (f *Feed) reportGaps(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-f.gapEnded:
		}
		f.mu.Lock()
		g := f.ended
		f.ended = gap{}
		f.mu.Unlock()
		f.o.Sink.Gap(g.from, g.to, g.reason)
	}
}
