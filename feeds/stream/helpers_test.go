package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/journal/event"
	"foghorn/mist"
	"foghorn/mist/streamtest"
)

const (
	org  = "o1"
	host = "127.0.0.1:7"
)

// recorder keeps what a feed hands to its sinks.
type recorder struct {
	mu     sync.Mutex
	lines  []string // "devices s1 {...}"
	gaps   []gap
	hold   chan struct{} // what the sink waits for, if anything
	frames [][]event.Frame
	full   error // why frames cannot be kept
	asked  []event.Subscription
	reads  int
	denied error // why subscriptions cannot be read
}

func (s *recorder) line(format string, args ...any) {
	s.mu.Lock()
	hold := s.hold
	s.mu.Unlock()
	if hold != nil {
		<-hold
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, fmt.Sprintf(format, args...))
}

func (s *recorder) DeviceStats(siteID string, raw []byte) { s.line("device %s %s", siteID, raw) }
func (s *recorder) ClientStats(siteID string, raw []byte) { s.line("client %s %s", siteID, raw) }

func (s *recorder) Gap(from, to time.Time, reason string) {
	s.mu.Lock()
	s.gaps = append(s.gaps, gap{from, to, reason})
	hold := s.hold
	s.mu.Unlock()
	if hold != nil {
		<-hold
	}
}

func (s *recorder) PutFrames(_ context.Context, frames []event.Frame) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.full != nil {
		return s.full
	}
	s.frames = append(s.frames, frames)
	return nil
}

func (s *recorder) Subscriptions(context.Context) ([]event.Subscription, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	return slices.Clone(s.asked), s.denied
}

func (s *recorder) readings() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reads
}

func (s *recorder) set(change func(*recorder)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

// take returns what came since the last time.
func (s *recorder) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := s.lines
	s.lines = nil
	return lines
}

func (s *recorder) allGaps() []gap {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.gaps)
}

func (s *recorder) allFrames() [][]event.Frame {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.frames)
}

// running is a feed that runs in a bubble.
type running struct {
	*Feed
	sink  *recorder
	cloud *streamtest.Cloud
	stop  context.CancelFunc
	ended chan error
}

func start(t *testing.T, adjust func(*Options), sites ...string) *running {
	t.Helper()
	r := &running{sink: &recorder{}, cloud: streamtest.New(t), ended: make(chan error, 1)}
	o := Options{
		Source: "acme", OrgID: org, MistEdges: true, Sink: r.sink, Frames: r.sink, Subscriptions: r.sink,
		Stream: mist.StreamConfig{URL: "ws://" + host, Authorize: mist.StreamToken("sesame"), Dial: r.cloud.Dial},
	}
	if adjust != nil {
		adjust(&o)
	}
	f, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	r.Feed = f
	f.Watch(sites)
	ctx, cancel := context.WithCancel(t.Context())
	r.stop = cancel
	go func() { r.ended <- f.Run(ctx) }()
	synctest.Wait()
	return r
}

func (r *running) finish(t *testing.T) {
	t.Helper()
	r.stop()
	if err := <-r.ended; err != nil {
		t.Errorf("the feed ended with %v", err)
	}
	if f := r.Feed.Feed(); f.State == event.FeedUp || f.Detail == "" {
		t.Errorf("ended, it says %+v", f)
	}
}

// expect compares how the feed stands.
func (r *running) expect(t *testing.T, state event.FeedState, detail string) {
	t.Helper()
	f := r.Feed.Feed()
	if f.Name != "acme" || f.Kind != event.FeedMistStream || f.State != state || f.Detail != detail {
		t.Errorf("the feed is %s, %q; want %s, %q", f.State, f.Detail, state, detail)
	}
}

// names lists the channels that are subscribed.
func (r *running) names() []string {
	var names []string
	for _, c := range r.Channels() {
		if c.State == mist.ChannelSubscribed {
			names = append(names, c.Name)
		}
	}
	return names
}

// pass lets time go by.
func pass(d time.Duration) {
	<-time.After(d) // by the clock of the bubble: nobody waits
	synctest.Wait()
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

var errFull = errors.New("disk full")
