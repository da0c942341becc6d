package mist

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v5"

	"foghorn/internal/signal"
)

// LinkState is how a connection stands.
type LinkState string

// The states of a connection.
const (
	LinkIdle        LinkState = "idle" // no channel needs it
	LinkConnecting  LinkState = "connecting"
	LinkSubscribing LinkState = "subscribing" // connected, and not all channels are answered
	LinkReady       LinkState = "ready"
	LinkWaiting     LinkState = "waiting" // not connected; the next try is at Retry
	LinkRefused     LinkState = "refused" // credentials refused, for good
)

// Link is one connection and how it stands.
type Link struct {
	Number   int
	State    LinkState
	At       time.Time // when it became so
	Channels int
	// Lost is since when messages may be missing, from the loss of a ready
	// connection to its next being ready, that one told included. The cloud
	// replays nothing, so whoever needs them asks for what happened from Lost
	// to At. It is zero on a first connection.
	Lost   time.Time
	Reason string    // why it was lost, or could not be made
	Retry  time.Time // of the next try, while waiting
	Why    string    // why messages are missing since Lost: the first Reason
}

// link makes one connection again and again. Its run owns all but what is
// marked; that is guarded by Stream.mu.
type link struct {
	s        *Stream
	number   int
	delays   *backoff.ExponentialBackOff
	wake     signal.Signal       // something is to be sent or looked at
	hurry    chan struct{}       // there is reason to try again now
	cookie   bool                // a login authorises it, not a token
	refusals int                 // of that, one after the other
	redact   func(string) string // takes what authorises it out of a text

	channels   map[string]*channel // guarded
	ops        []op                // guarded: what is to be sent, in order
	online     bool                // guarded: ops are being taken
	state      Link                // guarded
	heard      time.Time           // guarded: last sign of life on this connection
	lastAnswer time.Time           // guarded
	answers    int                 // guarded: of this connection
	readyAt    time.Time           // guarded: zero while not all channels were answered
}

// cookieTries is how often more the cookies of a login are tried when they are refused.
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

// ask notes what is to be sent; the caller holds the lock. Without a
// connection nothing is noted, since the next one begins with all channels.
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

// Crowded reports whether the connection is close to as many channels as the
// cloud allows.
func (l Link) Crowded() bool { return float64(l.Channels) >= crowdedShare*MaxChannelsPerLink }

// run keeps the connection up for as long as there are channels.
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
			l.become(LinkIdle, "", time.Time{})
			continue
		}
		if !l.lost(ctx, err) {
			return err
		}
	}
}

// needed waits until there is a channel to follow.
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

// lost tells of a connection that ended, or was not made, and waits until it
// is time for the next. It reports false when there must be none.
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
		l.become(LinkRefused, reason, time.Time{})
		return false
	}
	least := leastWait(err)
	wait := max(l.delays.NextBackOff(), least)
	l.become(LinkWaiting, reason, time.Now().Add(wait))
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

// Hurry says that the cloud answers again: connections that wait for their next
// try make it now, but for those that the cloud itself told to wait.
func (s *Stream) Hurry() {
	s.mu.Lock()
	links := slices.Clone(s.links)
	s.mu.Unlock()
	for _, l := range links {
		select {
		case l.hurry <- struct{}{}:
		default: // it does not wait
		}
	}
}

// isOver reports whether asking again is of no use. The cookies of a login may
// just have ended: whoever made them gets the time to notice and log in again.
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

// become changes the state and tells of it.
func (l *link) become(state LinkState, reason string, retry time.Time) {
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

// lastSure is until when nothing can have been missed. A connection that went
// silent died somewhere after its last sign of life; any other was there until
// it ended. The caller holds the lock.
func (l *link) lastSure(err error) time.Time {
	if isTimeout(err) && !l.heard.IsZero() {
		return l.heard
	}
	return time.Now()
}
