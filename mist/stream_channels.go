package mist

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// ChannelState is how a subscription stands.
type ChannelState string

// The states of a channel.
const (
	ChannelWaiting    ChannelState = "waiting"    // no connection, or no answer yet
	ChannelSubscribed ChannelState = "subscribed" // the cloud said yes
	ChannelRefused    ChannelState = "refused"    // the cloud said no; asked again on the next connection
	ChannelUnanswered ChannelState = "unanswered" // the cloud answers for others and never for this one
)

// unansweredAfter is how many connections a channel may cost by being the one
// that is not answered. After that it is asked for and not waited for: a typing
// error of somebody must not take all other channels away.
const unansweredAfter = 3

// ChannelStatus is a channel and how it stands.
type ChannelStatus struct {
	Name   string
	State  ChannelState
	Detail string // why it was refused, in the cloud's words
	Since  time.Time
	Link   int
}

// channel is a wanted channel; Stream.mu guards it.
type channel struct {
	ChannelStatus
	link    *link
	sent    time.Time // when it was asked for on this connection; zero before
	strikes int       // connections that ended because it was not answered
}

// setState changes the state; a state that stays keeps its time.
func (c *channel) setState(state ChannelState, detail string, now time.Time) {
	if c.State != state || c.Detail != detail {
		c.State, c.Detail, c.Since = state, detail, now
	}
}

// op is one thing to be sent.
type op struct {
	name  string
	leave bool
}

// Subscribe adds channels; those that are there already stay as they are. It
// returns at once, and Channels tells what became of them. It adds none if one
// cannot be a channel or if there would be more than connections may be opened for.
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
		return fmt.Errorf("no room for %d more beside %d channels; at most %d are followed", len(fresh), len(s.channels), most)
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

// Unsubscribe ends channels; those that are not there are none of its business.
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

// CheckChannel reports why something cannot be a channel. Whether there is
// such a channel is for the cloud to say.
func CheckChannel(name string) error {
	odd := func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsGraphic(r) || r == ' ' }
	switch {
	case len(name) > maxChannelName:
		return fmt.Errorf("a channel of %d bytes is too long; the most is %d", len(name), maxChannelName)
	case !strings.HasPrefix(name, "/") || strings.ContainsFunc(name, odd):
		return fmt.Errorf("%q is not a channel; one looks like /sites/<id>/stats/devices", name)
	}
	return nil
}

// Channels lists the channels in any of the states, or all, by name.
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
		c = l.soleUnanswered() // a refusal need not repeat what it refuses
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

// soleUnanswered returns the channel that waits for an answer if only one does.
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
