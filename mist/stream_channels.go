package mist

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// ChannelState is the state of a subscription.
type ChannelState string

// The states of a channel.
const (
	ChannelWaiting    ChannelState = "waiting"    // not connected, or not answered yet
	ChannelSubscribed ChannelState = "subscribed" // the cloud accepted it
	ChannelRefused    ChannelState = "refused"    // the cloud refused it; retried on the next connection
	ChannelUnanswered ChannelState = "unanswered" // the cloud answers for other channels, but never for this one
)

// unansweredAfter is how many connections may end because the cloud does not
// answer for a channel. After that, the stream still subscribes to it but does
// not wait for the answer: one misspelled channel must not break all others.
const unansweredAfter = 3

// ChannelStatus is a channel and its state.
type ChannelStatus struct {
	Name   string
	State  ChannelState
	Detail string // the cloud's reason for a refusal
	Since  time.Time
	Link   int
}

// channel is a subscribed channel; Stream.mu guards it.
type channel struct {
	ChannelStatus
	link    *link
	sent    time.Time // when the request was sent on this connection; zero before
	strikes int       // connections that ended because it was not answered
}

// setState changes the state. An unchanged state keeps its time.
func (c *channel) setState(state ChannelState, detail string, now time.Time) {
	if c.State != state || c.Detail != detail {
		c.State, c.Detail, c.Since = state, detail, now
	}
}

// op is a request to subscribe or unsubscribe that waits to be sent.
type op struct {
	name  string
	leave bool
}

// Subscribe adds channels, and leaves existing ones unchanged. It returns at
// once; Channels has the results. If one name is invalid, or the channels would
// need more connections than the stream may open, it adds none.
func (s *Stream) Subscribe(names ...string) error {
	for _, n := range names {
		if err := CheckChannel(n); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	fresh := names[:0:0]
	for _, n := range names {
		if s.channels[n] == nil && !slices.Contains(fresh, n) {
			fresh = append(fresh, n)
		}
	}
	if most := maxLinks * s.cfg.ChannelsPerLink; len(s.channels)+len(fresh) > most {
		return fmt.Errorf("cannot add %d channels to %d: the limit is %d", len(fresh), len(s.channels), most)
	}
	now := time.Now()
	for _, n := range fresh {
		l := s.linkWithRoom()
		c := &channel{ChannelStatus: ChannelStatus{Name: n, State: ChannelWaiting, Since: now, Link: l.number}, link: l}
		s.channels[n], l.channels[n] = c, c
		l.ask(op{name: n})
	}
	return nil
}

// Unsubscribe removes channels, and ignores unknown ones.
func (s *Stream) Unsubscribe(names ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range names {
		c := s.channels[n]
		if c == nil {
			continue
		}
		delete(s.channels, n)
		delete(c.link.channels, n)
		c.link.ask(op{name: n, leave: true})
	}
}

// CheckChannel returns an error for a name that cannot be a channel. Only the
// cloud knows whether the channel exists.
func CheckChannel(name string) error {
	odd := func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsGraphic(r) || r == ' ' }
	switch {
	case len(name) > maxChannelName:
		return fmt.Errorf("the channel name has %d bytes; the limit is %d", len(name), maxChannelName)
	case !strings.HasPrefix(name, "/") || strings.ContainsFunc(name, odd):
		return fmt.Errorf("%q is not a channel; one looks like /sites/<id>/stats/devices", name)
	}
	return nil
}

// Channels lists the channels in any of the given states, or all channels, by
// name.
func (s *Stream) Channels(states ...ChannelState) []ChannelStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []ChannelStatus
	for _, c := range s.channels {
		if len(states) == 0 || slices.Contains(states, c.State) {
			all = append(all, c.ChannelStatus)
		}
	}
	slices.SortFunc(all, func(a, b ChannelStatus) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// linkWithRoom returns the first connection with room for a channel, or adds one.
func (s *Stream) linkWithRoom() *link {
	for _, l := range s.links {
		if len(l.channels) < s.cfg.ChannelsPerLink {
			return l
		}
	}
	l := newLink(s, len(s.links))
	s.links = append(s.links, l)
	s.linkAdded.Notify()
	return l
}

// handleAnswer records the cloud's answer to a subscription.
func (l *link) handleAnswer(m StreamMessage, now time.Time) {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	c := l.channels[m.Channel]
	if c == nil && m.Channel == "" {
		c = l.soleUnanswered() // a refusal need not name its channel
	}
	if c == nil || c.sent.IsZero() {
		return // unsubscribed meanwhile, or never subscribed
	}
	if m.Event == StreamSubscribed {
		c.setState(ChannelSubscribed, "", now)
	} else {
		c.setState(ChannelRefused, l.redact(oneLine(m.Detail, maxDetail)), now)
	}
	c.strikes = 0
	l.lastAnswer = now
	l.answers++
	l.wake.Notify()
}

// soleUnanswered returns the channel that waits for an answer, if it is the only
// one.
func (l *link) soleUnanswered() *channel {
	var only *channel
	for _, c := range l.channels {
		if c.State != ChannelWaiting || c.sent.IsZero() {
			continue
		}
		if only != nil {
			return nil
		}
		only = c
	}
	return only
}
