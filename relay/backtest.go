package relay

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"time"

	"foghorn/config"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// BackTestOptions are what a back-test works with. It reads a journal, and writes only
// into a directory of its own, which it removes.
type BackTestOptions struct {
	Config      config.Relay
	Destination Destination
	Journal     History
	Link        func(*event.Alert) string // may be nil
	From, To    time.Time
	Show        int // how many requests to keep
}

// BackTest is what a relay would have sent over recorded history.
type BackTest struct {
	Relay string    `json:"relay"`
	Kind  string    `json:"kind"`
	Send  string    `json:"send"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	// Until is how far it came; Cut says why that is not To, or why From is later than asked.
	Until time.Time `json:"until"`
	Cut   string    `json:"cut,omitempty"`

	Read     int            `json:"read"`             // transitions, or chosen events
	Alerts   int            `json:"alerts,omitempty"` // that the query chose
	Told     int            `json:"told,omitempty"`   // of them, at least once
	Messages int            `json:"messages"`         // messages, or batches of events
	Items    int            `json:"items"`            // events, or changes of alerts, in them
	Whys     map[string]int `json:"whys,omitempty"`   // messages by reason
	Requests int            `json:"requests"`
	Steps    map[string]int `json:"steps"` // requests by what they do
	Grouped  int            `json:"grouped,omitempty"`
	Folded   int            `json:"folded,omitempty"` // transitions that were told together with a later one
	Capped   int            `json:"capped,omitempty"` // messages that told what the cap of a minute held back
	Dropped  int64          `json:"dropped,omitempty"`
	Refused  int            `json:"refused,omitempty"` // items that cannot be encoded
	Refusal  string         `json:"refusal,omitempty"`
	Waiting  int64          `json:"waiting,omitempty"` // at the end

	Busiest         time.Time     `json:"busiest,omitzero"` // minute
	BusiestMessages int           `json:"busiest_messages,omitempty"`
	Limits          []LimitHit    `json:"limits,omitempty"`
	Longest         time.Duration `json:"longest_delay,omitempty"` // of an item, beyond what it was held
	Samples         []Sample      `json:"samples,omitempty"`
}

// LimitHit is a limit of the service that requests had to wait for.
type LimitHit struct {
	Limit   string        `json:"limit"`
	Waits   int           `json:"waits"`
	Longest time.Duration `json:"longest"`
}

// glance is how often at most a back-test looks at what has arrived: a batch of events
// gathers for longer, and the first message about an alert too.
const glance = 100 * time.Millisecond

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// after is how long past its end a back-test goes on, for what waits for a limit.
const after = 2 * time.Hour

// backTest runs one back-test.
type backTest struct {
	BackTestOptions
	out    *BackTest
	time   *virtual
	past   *past
	relay  *Relay
	veil   veil
	minute map[time.Time]int
	chosen map[int64]bool
	told   map[int64]bool
	seen   int                  // latencies that were looked at
	ends   map[string]time.Time // of the newest wait for a limit
}

// RunBackTest sends recorded history to a service that takes everything, with the code
// that sends, in virtual time. It ends early when ctx has a deadline, and says so.
func RunBackTest(ctx context.Context, o BackTestOptions) (*BackTest, error) {
	dir, err := os.MkdirTemp("", "foghorn-backtest-")
	if err != nil {
		return nil, fmt.Errorf("create a directory for the back-test: %w", err)
	}
	defer os.RemoveAll(dir)
	outbox, err := store.OpenOutbox(context.WithoutCancel(ctx), dir, store.Options{})
	if err != nil {
		return nil, err
	}
	defer outbox.Close()
	b := &backTest{BackTestOptions: o, time: &virtual{now: o.From}, veil: newVeil(o.Config), minute: map[time.Time]int{}, chosen: map[int64]bool{}, told: map[int64]bool{},
		ends: map[string]time.Time{}}
	b.out = &BackTest{Relay: o.Config.Name, Kind: o.Config.Kind, Send: o.Config.Send, From: o.From, To: o.To, Whys: map[string]int{}, Steps: map[string]int{}}
	if err := b.prepare(ctx, outbox); err != nil {
		return nil, err
	}
	switch err := b.run(ctx); {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		b.out.Cut = "it took too long"
	case err != nil:
		return nil, err
	}
	b.finish(context.WithoutCancel(ctx))
	return b.out, nil
}

// prepare reads the history and makes the relay.
func (b *backTest) prepare(ctx context.Context, outbox *store.Outbox) error {
	where, err := b.Config.Where()
	if err != nil {
		return fmt.Errorf("relay %s: query: %w", b.Config.Name, err)
	}
	b.past = newPast(b.Journal, b.time, b.From)
	if b.Config.Send == config.SendEvents {
		err = b.past.readEvents(ctx, where, b.To)
		b.out.Read = len(b.past.events)
	} else {
		err = b.past.readSteps(ctx, b.To)
		b.out.Read = len(b.past.steps)
	}
	if err != nil {
		return err
	}
	if b.past.cut {
		b.cutShort()
	}
	dest := &rehearsal{Destination: b.Destination, now: b.time.Now, made: b.request}
	b.relay, err = New(Options{Config: b.Config, Destination: dest, Do: dest.do, Journal: b.past, Outbox: &recorder{outbox, b},
		Logger: slog.New(slog.DiscardHandler), Link: b.Link, time: b.time})
	if err != nil {
		return err
	}
	b.time.waits = func() { b.limited(b.relay.sender.pace.limit(b.relay.sender.channel, b.time.now)) }
	return b.relay.restore(ctx)
}

// cutShort says which part of the history is left out: of transitions the oldest, of
// events the newest.
func (b *backTest) cutShort() {
	if n := len(b.past.events); n > 0 {
		b.To = b.past.events[n-1].Received
		b.out.Cut = fmt.Sprintf("only the first %d events are looked at", n)
		return
	}
	if n := len(b.past.steps); n > 0 {
		b.From, b.time.now = b.past.steps[0].at, b.past.steps[0].at.Add(-time.Millisecond)
		b.out.From = b.From
		b.out.Cut = fmt.Sprintf("only the last %d transitions are looked at", n)
	}
}

// run moves virtual time from one thing to the next.
func (b *backTest) run(ctx context.Context) error {
	for ctx.Err() == nil {
		now := b.time.now
		arrives := b.past.next()
		if now.After(b.To.Add(after)) {
			return nil
		}
		waiting, _, err := b.relay.queue.backlog(ctx)
		if err != nil {
			return err
		}
		if arrives.IsZero() && waiting == 0 && !now.Before(b.To) {
			return nil
		}
		if waiting > 0 {
			b.limited(b.relay.sender.pace.limit(b.relay.sender.channel, now))
		}
		next, err := b.relay.step(ctx)
		if err != nil {
			return err
		}
		b.delays()
		if next.IsZero() {
			continue
		}
		if arrives.After(now) {
			next = earlier(next, latest(arrives, now.Add(glance)))
		}
		if !next.After(now) {
			next = now.Add(time.Millisecond)
		}
		b.time.to(next)
	}
	return ctx.Err()
}

// limited notes that a request waits for a limit until a time.
func (b *backTest) limited(until time.Time, limit string) {
	wait := until.Sub(b.time.now)
	if until.IsZero() || wait <= 0 {
		return
	}
	i := slices.IndexFunc(b.out.Limits, func(l LimitHit) bool { return l.Limit == limit })
	if i < 0 {
		i = len(b.out.Limits)
		b.out.Limits = append(b.out.Limits, LimitHit{Limit: limit})
	}
	b.out.Limits[i].Longest = max(b.out.Limits[i].Longest, wait)
	if !until.Equal(b.ends[limit]) { // the same wait is met with each step in it
		b.ends[limit] = until
		b.out.Limits[i].Waits++
	}
}

// delays looks at how long the items took that were sent since the last look.
func (b *backTest) delays() {
	l := &b.relay.latency
	for ; b.seen < l.n; b.seen++ {
		b.out.Longest = max(b.out.Longest, l.last[b.seen%len(l.last)])
	}
}

// request notes a request.
func (b *backTest) request(r *Request) {
	b.out.Requests++
	b.out.Steps[r.Step]++
	if len(b.out.Samples) < b.Show {
		s := b.veil.sample(r)
		s.At = b.time.now
		b.out.Samples = append(b.out.Samples, s)
	}
}

// recorder is the outbox of a back-test. It notes what was sent.
type recorder struct {
	*store.Outbox
	test *backTest
}

func (r *recorder) CommitRelay(ctx context.Context, k *store.OutboxCommit) error {
	r.test.note(k)
	return r.Outbox.CommitRelay(ctx, k)
}

func (b *backTest) note(k *store.OutboxCommit) {
	out := b.out
	for i := range k.Sent {
		s := &k.Sent[i]
		out.Messages++
		out.Items += s.Items
		if s.Why != "" {
			out.Whys[s.Why]++
			out.Folded += max(0, s.Steps-s.Items)
		}
		if s.Items > 1 && s.AlertID != 0 {
			out.Grouped += s.Items - 1
		}
		b.minute[s.At.Truncate(time.Minute)]++
	}
	for i := range k.Messages {
		if m := &k.Messages[i]; m.Posted && m.Group == "" && len(m.Members) > 1 && m.Opened.Equal(m.Updated) {
			out.Capped++
		}
	}
	for i := range k.Lanes {
		l := &k.Lanes[i]
		if b.chosen[l.AlertID] = true; l.SentN > 0 && l.Message != 0 {
			b.told[l.AlertID] = true
		}
	}
	for i := range k.Dropped {
		out.Dropped += k.Dropped[i].Count
	}
	for i := range k.Letters {
		if l := &k.Letters[i]; l.ID == 0 {
			out.Refused++
			out.Refusal = l.Answer
		}
	}
}

func (b *backTest) finish(ctx context.Context) {
	b.out.Until = b.time.now
	if b.out.Until.After(b.To) {
		b.out.Until = b.To
	}
	b.out.Alerts, b.out.Told = len(b.chosen), len(b.told)
	b.out.Waiting, _, _ = b.relay.queue.backlog(ctx) // the rest says enough when it cannot be counted
	for at, n := range b.minute {
		if n > b.out.BusiestMessages || n == b.out.BusiestMessages && at.Before(b.out.Busiest) {
			b.out.Busiest, b.out.BusiestMessages = at, n
		}
	}
}
