package mist

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"foghorn/internal/signal"
)

// Limits and times of the stream. The times follow the vendor's own client where
// it has them (docs/mist-api.md, Stream).
const (
	// MaxChannelsPerLink is the cloud's limit of channels on a connection.
	MaxChannelsPerLink = 2000
	// MaxFrame is the largest accepted message. Mist's messages stay far
	// below; a larger one ends the connection, and the stream reconnects.
	MaxFrame = 4 << 20

	streamPath     = "/api-ws/v1/stream"
	crowdedShare   = 0.75 // of the channels of a connection: the vendor's client warns from 1,500 of 2,000
	maxLinks       = 10
	maxChannelName = 512
	pingEvery      = 60 * time.Second
	pongWithin     = 45 * time.Second
	ackWithin      = 10 * time.Second
	dialWithin     = 30 * time.Second
	writeWithin    = 10 * time.Second
	closeWithin    = time.Second
	firstDelay     = 2 * time.Second
	longestDelay   = 40 * time.Second // with jitter, the stream reconnects within a minute of the cloud's return
	leastOn429     = 30 * time.Second
	// settled is how long a connection must be ready before its loss resets
	// the reconnect delay. Without it, a connection that breaks as soon as it
	// is up would be retried every two seconds forever.
	settled = 10 * time.Second
)

// StreamConfig configures a stream.
type StreamConfig struct {
	// URL is the address: a region's (Region.Stream) or any other. If it has
	// no path, the stream's path is added. ws:// is allowed only for this
	// machine, because it would expose the token.
	URL string
	// Authorize adds the credentials to each upgrade request: a token, as
	// StreamToken does, or the cookies of a login.
	Authorize func(ctx context.Context, h http.Header) error
	UserAgent string
	// Mask removes secrets from each message; may be nil.
	Mask Masker
	// Deliver receives every message, in order, in one goroutine. If it is
	// slow, up to QueueLen messages wait; beyond that the oldest are dropped
	// and counted.
	Deliver func(StreamMessage)
	// Changed is called on each change of a connection's state, concurrently
	// for several connections, and must return quickly. May be nil.
	Changed func(Link)
	// Dial and TLS replace the default dialer and TLS configuration; may be nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	TLS  *tls.Config
	// Guard wraps the function of each of the stream's goroutines, for a
	// program that must survive a panic in one; may be nil.
	Guard func(run func() error) func() error
	// ChannelsPerLink and QueueLen lower the default limits; 0 keeps them.
	ChannelsPerLink int
	QueueLen        int
}

// Stream subscribes to channels of the cloud over as few connections as they
// need, and reconnects for as long as it runs. Its methods are safe for
// concurrent use, before and while it runs.
type Stream struct {
	cfg  StreamConfig
	url  string
	host string
	path string

	mu        sync.Mutex
	channels  map[string]*channel
	links     []*link
	linkAdded signal.Signal // a link was added

	queue     *streamQueue
	frames    atomic.Int64
	malformed atomic.Int64
}

// NewStream makes a stream from a valid configuration. It does not connect; Run
// does.
func NewStream(cfg StreamConfig) (*Stream, error) {
	if cfg.Authorize == nil || cfg.Deliver == nil {
		return nil, errors.New("a stream needs the functions Authorize and Deliver")
	}
	if cfg.Mask == nil {
		cfg.Mask = noMask{}
	}
	if cfg.ChannelsPerLink <= 0 || cfg.ChannelsPerLink > MaxChannelsPerLink {
		cfg.ChannelsPerLink = MaxChannelsPerLink
	}
	if cfg.QueueLen <= 0 || cfg.QueueLen > defaultQueueLen {
		cfg.QueueLen = defaultQueueLen
	}
	if cfg.Guard == nil {
		cfg.Guard = func(run func() error) func() error { return run }
	}
	if cfg.Dial == nil {
		cfg.Dial = (&net.Dialer{}).DialContext
	}
	u, err := streamURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	return &Stream{
		cfg: cfg, url: u.String(), host: u.Host, path: u.Path,
		channels:  map[string]*channel{},
		linkAdded: signal.New(),
		queue:     newStreamQueue(cfg.QueueLen),
	}, nil
}

// StreamToken returns an Authorize function for an API token.
func StreamToken(token string) func(context.Context, http.Header) error {
	return func(_ context.Context, h http.Header) error {
		h.Set("Authorization", "Token "+token)
		return nil
	}
}

// streamURL completes and checks an address. Its errors do not contain the
// address, which may hold a password by mistake.
func streamURL(base string) (*url.URL, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Opaque != "" {
		return nil, errors.New("the address of the stream must look like wss://api-ws.eu.mist.com")
	}
	switch {
	case u.User != nil:
		return nil, errors.New("the address of the stream must not contain a user or password")
	case u.Scheme == "ws" && !loopback(u.Hostname()):
		return nil, fmt.Errorf("the stream at %q must be wss://: over ws:// the token could be read on the way", u.Host)
	case u.Scheme != "ws" && u.Scheme != "wss":
		return nil, fmt.Errorf("the address of the stream begins with %q; it must be wss://", u.Scheme)
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = streamPath
	}
	u.Fragment = ""
	return u, nil
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// Run keeps the channels subscribed until ctx ends, and then returns nil. It
// returns an *Error of KindAuth when the cloud refuses the credentials, because a
// retry would not help and may lock the account. Call it only once.
func (s *Stream) Run(ctx context.Context) error {
	g, gctx := errgroup.WithContext(ctx)
	g.Go(s.cfg.Guard(func() error { return s.queue.run(gctx, s.cfg.Deliver) }))
	running := 0
	for {
		s.mu.Lock()
		fresh := s.links[running:]
		running = len(s.links)
		s.mu.Unlock()
		for _, l := range fresh {
			g.Go(s.cfg.Guard(func() error { return l.run(gctx) }))
		}
		select {
		case <-gctx.Done():
			return g.Wait()
		case <-s.linkAdded:
		}
	}
}

// StreamStats are counters since NewStream.
type StreamStats struct {
	Frames    int64 // messages received
	Malformed int64 // of those, not recognizable as messages of the stream
	Dropped   int64 // of those, not delivered because the receiver was slow
}

// Stats returns the counts.
func (s *Stream) Stats() StreamStats {
	return StreamStats{Frames: s.frames.Load(), Malformed: s.malformed.Load(), Dropped: s.queue.dropped()}
}
