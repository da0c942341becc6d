package relaytest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Slack is a stand-in for Slack: the Web API under /api/, one incoming webhook under
// SlackHook, and the channels as text under /history. As Slack does, it answers most
// errors with status 200 and "ok": false; it takes more than a message a second in a
// channel with "ok": true, and hides them; and it takes a reply to a message that was
// deleted, and shows it outside of any thread.
type Slack struct {
	Faults
	// Token is what the Authorization header must bear, and Scopes what it is good for.
	Token  string
	Scopes []string

	now      func() time.Time
	mu       sync.Mutex
	channels []*slackChannel
	updates  *rate.Limiter // of the workspace
	last     int           // number of the last message, so that each has a ts of its own
}

// SlackHook is the path of the incoming webhook, which posts in the first channel.
const SlackHook = "/services/T0123456789/B0123456789/synthetichooksecret000"

// Slack's rates. A message costs ten tokens of a channel, which gets ten a second and
// holds twelve: one that comes a little early, because the one before it took longer on its
// way, is still shown.
const (
	slackPostCost       = 10
	slackPostBurst      = 12
	slackUpdatesAMinute = 50
	slackRetryAfter     = 30 // seconds
)

// slackChannel is a channel, with what was posted in it.
type slackChannel struct {
	id, name string
	archived bool
	member   bool // the bot is in it
	posts    *rate.Limiter
	messages []*SlackMessage
}

// SlackMessage is a message that the stand-in took.
type SlackMessage struct {
	TS     string
	Thread string // ts of the message that it replies to
	By     string // "bot", or "webhook"
	Text   string
	Lines  []string // of its blocks, as a person reads them
	Blocks int
	// Pings are the mentions in it that make telephones ring: "<!channel>", "<@U1>".
	Pings   []string
	Edits   int
	Hidden  bool // above one message a second: Slack said ok, and shows it to nobody
	Deleted bool
	Locked  bool // it is too old to be edited
}

// NewSlack makes a stand-in with the channel C0123456789, called alerts, which the bot is in.
func NewSlack(token string, now func() time.Time) *Slack {
	s := &Slack{Token: token, Scopes: []string{"chat:write"}, now: now, updates: rate.NewLimiter(slackUpdatesAMinute/60.0, slackUpdatesAMinute)}
	s.AddChannel("C0123456789", "alerts")
	return s
}

// AddChannel makes a channel that the bot is in.
func (s *Slack) AddChannel(id, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &slackChannel{id: id, name: name, member: true, posts: rate.NewLimiter(slackPostCost, slackPostBurst)}
	s.channels = append(s.channels, c)
}

// Archive archives a channel, or takes it out of the archive.
func (s *Slack) Archive(channel string, archived bool) {
	s.channel(channel, func(c *slackChannel) { c.archived = archived })
}

// Invite takes the bot into a channel, or throws it out.
func (s *Slack) Invite(channel string, in bool) {
	s.channel(channel, func(c *slackChannel) { c.member = in })
}

// In reports whether the bot is in a channel.
func (s *Slack) In(channel string) (in bool) {
	s.channel(channel, func(c *slackChannel) { in = c.member })
	return in
}

// Delete deletes a message, as a person may; its replies stay.
func (s *Slack) Delete(channel, ts string) {
	s.channel(channel, func(c *slackChannel) {
		if m := c.find(ts); m != nil {
			m.Deleted = true
		}
	})
}

// Lock says that all messages of a channel are too old to be edited, by the
// workspace's settings.
func (s *Slack) Lock(channel string) {
	s.channel(channel, func(c *slackChannel) {
		for _, m := range c.messages {
			m.Locked = true
		}
	})
}

// Messages are those that a channel took, in order, the hidden and deleted ones too.
func (s *Slack) Messages(channel string) []SlackMessage {
	var out []SlackMessage
	s.channel(channel, func(c *slackChannel) {
		for _, m := range c.messages {
			copied := *m
			copied.Lines, copied.Pings = slices.Clone(m.Lines), slices.Clone(m.Pings)
			out = append(out, copied)
		}
	})
	return out
}

// channel calls f with a channel, by its id or name; not at all when there is none.
func (s *Slack) channel(name string, f func(*slackChannel)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.find(name); c != nil {
		f(c)
	}
}

func (s *Slack) find(name string) *slackChannel {
	for _, c := range s.channels {
		if name == c.id || strings.TrimPrefix(name, "#") == c.name {
			return c
		}
	}
	return nil
}

func (c *slackChannel) find(ts string) *SlackMessage {
	for _, m := range c.messages {
		if m.TS == ts && !m.Deleted {
			return m
		}
	}
	return nil
}

// post keeps a message that was found to be in order.
func (s *Slack) post(c *slackChannel, m *SlackMessage) {
	now := s.now()
	s.last++
	m.TS = fmt.Sprintf("%d.%06d", now.Unix(), s.last)
	m.Hidden = !c.posts.AllowN(now, slackPostCost)
	c.messages = append(c.messages, m)
}

// ServeHTTP answers as Slack does.
func (s *Slack) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet && r.URL.Path == "/history" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = fmt.Fprint(w, s.History())
		return
	}
	s.Through(w, r, func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if method, api := strings.CutPrefix(r.URL.Path, "/api/"); api {
			s.serveAPI(w, r, method)
			return
		}
		s.serveHook(w, r)
	})
}

// History is every channel as a person sees it, threads below their messages. What
// Slack would not show is there too, and says so.
func (s *Slack) History() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for _, c := range s.channels {
		fmt.Fprintf(&b, "#%s (%s)%s\n", c.name, c.id, mark(c.archived, " archived"))
		for _, m := range c.messages {
			if m.Thread != "" {
				continue
			}
			m.write(&b, "  ")
			for _, reply := range c.messages {
				if reply.Thread == m.TS {
					reply.write(&b, "    > ")
				}
			}
		}
	}
	return b.String()
}

func mark(set bool, text string) string {
	if set {
		return text
	}
	return ""
}

func (m *SlackMessage) write(b *strings.Builder, indent string) {
	seconds, _, _ := strings.Cut(m.TS, ".")
	at := m.TS
	if unix, err := time.ParseDuration(seconds + "s"); err == nil {
		at = time.Unix(0, 0).Add(unix).UTC().Format("15:04:05")
	}
	fmt.Fprintf(b, "%s%s %s%s%s%s", indent, at, m.By, mark(m.Hidden, " HIDDEN"), mark(m.Deleted, " deleted"), mark(len(m.Pings) > 0, " PINGS "+strings.Join(m.Pings, " ")))
	if m.Edits > 0 {
		fmt.Fprintf(b, ", edits: %d", m.Edits)
	}
	lines := m.Lines
	if len(lines) == 0 {
		lines = strings.Split(m.Text, "\n")
	}
	b.WriteString("\n")
	for _, line := range lines {
		fmt.Fprintf(b, "%s  %s\n", strings.ReplaceAll(indent, ">", " "), line)
	}
}
