package mist

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v5"

	"foghorn/internal/signal"
)

// LinkState is the state of a connection.
type LinkState string

// The states of a connection.
const (
	LinkIdle        LinkState = "idle" // no channel needs it
	LinkConnecting  LinkState = "connecting"
	LinkSubscribing LinkState = "subscribing" // connected; some channels are not answered yet
	LinkReady       LinkState = "ready"
	LinkWaiting     LinkState = "waiting" // not connected; reconnects at Retry
	LinkRefused     LinkState = "refused" // credentials refused; final
)

// Link is one connection and its state.
type Link struct {
	Number   int
	State    LinkState
	At       time.Time // when the state began
	Channels int
	// Lost is the time since which messages may be missing. It is set from the
	// loss of a ready connection up to and including the change to ready again.
	// The cloud replays nothing, so a caller that needs the messages must fetch
	// the time from Lost to At by REST. It is zero on a first connection.
	Lost   time.Time
	Reason string    // why it was lost, or could not be made
	Retry  time.Time // of the next attempt, while waiting
	Why    string    // why messages are missing since Lost: the first Reason
}

// link keeps one connection up. Its run goroutine owns the fields, except for
// those marked as guarded by Stream.mu.
type link struct {
	s        *Stream
	number   int
	delays   *backoff.ExponentialBackOff
	wake     signal.Signal       // there is something to send or check
	hurry    chan struct{}       // reconnect now
	cookie   bool                // authorized by a login, not a token
	refusals int                 // consecutive refusals of the login
	redact   func(string) string // removes the credentials from a text

	channels   map[string]*channel // guarded
	ops        []op                // guarded: requests to send, in order
	online     bool                // guarded: the connection sends ops
	state      Link                // guarded
	heard      time.Time           // guarded: last sign of life on this connection
	lastAnswer time.Time           // guarded
	answers    int                 // guarded: of this connection
	readyAt    time.Time           // guarded: zero until all channels are answered
}

// cookieTries is how many refusals of a login's cookies are retried.
const cookieTries = 3

var errIdle = errors.New("no channel needs this connection")

func newLink(s *Stream, number int) *link {
	return &link{
		s: s, number: number,
		delays: &backoff.ExponentialBackOff{
			InitialInterval: firstDelay, Multiplier: 2, RandomizationFactor: 0.25, MaxInterval: longestDelay,
		},
		wake:     signal.New(),
		hurry:    make(chan struct{}),
		redact:   func(s string) string { return s },
		channels: map[string]*channel{},
		state:    Link{Number: number, State: LinkIdle, At: time.Now()},
	}
}

// ask queues a request; the caller holds the lock. Without a connection it does
// nothing, because the next connection subscribes to all channels.
func (l *link) ask(o op) {
	if l.online {
		l.ops = append(l.ops, o)
	}
	l.wake.Notify()
}

// Links lists the connections.
func (s *Stream) Links() []Link {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Link, 0, len(s.links))
	for _, l := range s.links {
		st := l.state
		st.Channels = len(l.channels)
		all = append(all, st)
	}
	return all
}

// Crowded reports whether the connection is close to the cloud's limit of
// channels.
func (l Link) Crowded() bool { return float64(l.Channels) >= crowdedShare*MaxChannelsPerLink }

// run keeps the connection up while it has channels.
func (l *link) run(ctx context.Context) error {
	for {
		if !l.needed(ctx) {
			return nil
		}
		err := l.session(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if crash, ok := errors.AsType[crashed](err); ok {
			return crash.error
		}
		if errors.Is(err, errIdle) {
			l.delays.Reset()
			l.setState(LinkIdle, "", time.Time{})
			continue
		}
		if !l.lost(ctx, err) {
			return err
		}
	}
}

// needed waits until the link has a channel.
func (l *link) needed(ctx context.Context) bool {
	for {
		l.s.mu.Lock()
		n := len(l.channels)
		l.s.mu.Unlock()
		if n > 0 {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-l.wake:
		}
	}
}

// lost reports a connection that ended or failed, and waits for the time to
// reconnect. It returns false if the link must not reconnect.
func (l *link) lost(ctx context.Context, err error) bool {
	reason := l.explain(err)
	l.s.mu.Lock()
	if !l.readyAt.IsZero() {
		if time.Since(l.readyAt) >= settled {
			l.delays.Reset()
		}
		l.state.Lost, l.state.Why = l.lastSure(err), reason
	}
	l.s.mu.Unlock()
	if l.isOver(err) {
		l.setState(LinkRefused, reason, time.Time{})
		return false
	}
	least := leastWait(err)
	wait := max(l.delays.NextBackOff(), least)
	l.setState(LinkWaiting, reason, time.Now().Add(wait))
	t := time.NewTimer(wait)
	defer t.Stop()
	hurry := l.hurry
	if least > 0 {
		hurry = nil // the cloud said how long to wait
	}
	select {
	case <-ctx.Done():
	case <-t.C:
	case <-hurry:
		l.delays.Reset()
	}
	return true
}

// ReconnectSoon makes waiting connections reconnect now, because the cloud answers again.
// Connections that wait by the cloud's order (Retry-After) keep waiting.
func (s *Stream) ReconnectSoon() {
	s.mu.Lock()
	links := slices.Clone(s.links)
	s.mu.Unlock()
	for _, l := range links {
		select {
		case l.hurry <- struct{}{}:
		default: // the link is not waiting
		}
	}
}

// isOver reports whether a retry is useless. The cookies of a login may just have
// expired, so a few refusals are retried, to let the client log in again.
func (l *link) isOver(err error) bool {
	switch {
	case !IsKind(err, KindAuth):
		l.refusals = 0
		return false
	case l.cookie && l.refusals < cookieTries:
		l.refusals++
		return false
	}
	return true
}

// setState changes the state and calls Changed.
func (l *link) setState(state LinkState, reason string, retry time.Time) {
	now := time.Now()
	l.s.mu.Lock()
	st := &l.state
	if state == LinkIdle {
		st.Lost, st.Why = time.Time{}, ""
	}
	st.State, st.At, st.Retry, st.Channels = state, now, retry, len(l.channels)
	if reason != "" || state == LinkReady || state == LinkIdle {
		st.Reason = reason
	}
	told := *st
	if state == LinkReady {
		st.Lost, st.Why = time.Time{}, ""
	}
	l.readyAt = time.Time{}
	if state == LinkReady {
		l.readyAt = now
	}
	l.s.mu.Unlock()
	if l.s.cfg.Changed != nil {
		l.s.cfg.Changed(told)
	}
}

// lastSure is the time until which no message can be missing. A connection that
// went silent may have died any time after its last sign of life; any other was
// alive until it ended. The caller holds the lock.
func (l *link) lastSure(err error) time.Time {
	if isTimeout(err) && !l.heard.IsZero() {
		return l.heard
	}
	return time.Now()
}
