package poll_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"foghorn/feeds/netstate"
	"foghorn/feeds/poll"
	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/mist"
	"foghorn/mist/mistsim"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// book is a log and a view that remember what they were given.
type book struct {
	mu       sync.Mutex
	told     []told
	acts     []event.Activity
	done     map[int64]event.Activity // what people did before
	seq      int64
	names    map[[2]string]string
	asked    map[[2]string]int         // how often each name was
	last     map[event.Via]event.Event // answers of LastEvent
	alerts   map[string]event.Alert
	devices  map[event.MAC]event.Device
	clients  map[event.MAC]event.LiveClient
	webhooks []event.Webhook
	scores   []event.SLEScore
	known    []event.SLEScore
	refuse   error
}

// told is an element that reached the log.
type told struct {
	topic string
	raw   map[string]any
}

func newBook() *book {
	return &book{names: map[[2]string]string{}, asked: map[[2]string]int{}, last: map[event.Via]event.Event{}, alerts: map[string]event.Alert{},
		devices: map[event.MAC]event.Device{}, clients: map[event.MAC]event.LiveClient{}}
}

func (b *book) Append(_ context.Context, records ...event.Record) ([]int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.refuse != nil {
		return nil, b.refuse
	}
	var seqs []int64
	for _, r := range records {
		b.seq++
		seqs = append(seqs, b.seq)
		if r.Kind == event.RecordActivity {
			a, err := r.Activity()
			if err != nil {
				return nil, err
			}
			b.acts = append(b.acts, a)
			continue
		}
		d, err := r.Observation()
		if err != nil {
			return nil, err
		}
		var body struct{ Events []map[string]any }
		if err := json.Unmarshal(d.Body, &body); err != nil {
			return nil, err
		}
		for _, e := range body.Events {
			b.told = append(b.told, told{d.Topic, e})
		}
	}
	return seqs, nil
}

// of returns what was told of a topic.
func (b *book) of(topic string) (out []map[string]any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, t := range b.told {
		if t.topic == topic {
			out = append(out, t.raw)
		}
	}
	return out
}

func (b *book) KnownNames(_ context.Context, keys [][2]string) (map[[2]string]string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	known := map[[2]string]string{}
	for _, k := range keys {
		b.asked[k]++
		if name, ok := b.names[k]; ok {
			known[k] = name
		}
	}
	return known, b.refuse
}

func (b *book) LastEvent(_ context.Context, _, topic string, via event.Via, since time.Time) (event.Event, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e, ok := b.last[via]
	return e, ok && e.Topic == topic && !e.Received.Before(since), b.refuse
}

func (b *book) AlertsByMistAlarm(_ context.Context, ids []string) (map[string]event.Alert, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := map[string]event.Alert{}
	for _, id := range ids {
		if a, ok := b.alerts[id]; ok {
			out[id] = a
		}
	}
	return out, b.refuse
}

func (b *book) ActivitiesByID(_ context.Context, ids ...int64) (found []event.Activity, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range ids {
		if a, ok := b.done[id]; ok {
			found = append(found, a)
		}
	}
	return found, b.refuse
}

func (b *book) CountNewEvents(_ context.Context, seqs []int64) (int, error) {
	return len(seqs), nil
}
func (b *book) Scores(context.Context) ([]event.SLEScore, error) { return b.known, nil }

func (b *book) PutScores(_ context.Context, scores []event.SLEScore) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.scores = append(b.scores, scores...)
	return nil
}

func (b *book) Webhooks(context.Context) ([]event.Webhook, error) { return b.webhooks, nil }

func (b *book) PutWebhooks(_ context.Context, _ string, all []event.Webhook) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.webhooks = slices.Clone(all)
	return nil
}

func (b *book) PutDevices(_ context.Context, _ string, changed []event.Device, gone []event.MAC) error {
	for _, d := range changed {
		b.devices[d.MAC] = d
	}
	for _, m := range gone {
		delete(b.devices, m)
	}
	return nil
}

func (b *book) PutClients(_ context.Context, _ string, changed []event.LiveClient, gone []event.MAC) error {
	for _, c := range changed {
		b.clients[c.MAC] = c
	}
	for _, m := range gone {
		delete(b.clients, m)
	}
	return nil
}

// stage is an organization of the simulated cloud that is polled with time sped up.
type stage struct {
	*book
	t        testing.TB
	cloud    *mistsim.Cloud
	clock    *clock.Fake
	state    *netstate.State
	poll     *poll.Poll
	governor *mist.Governor
	sites    [][]netstate.Site // as they were told
}

type choice func(*mistsim.Options, *poll.Options)

// small is an organization of two sites, for stories that are long and about no device.
func small(sim *mistsim.Options, _ *poll.Options) { sim.Sites, sim.Devices, sim.Clients = 2, 3, 3 }

func newStage(t testing.TB, choices ...choice) *stage {
	t.Helper()
	return newStageBehind(t, func(api http.Handler) http.Handler { return api }, choices...)
}

// newStageBehind is newStage with something between it and the cloud.
func newStageBehind(t testing.TB, between func(api http.Handler) http.Handler, choices ...choice) *stage {
	t.Helper()
	s := &stage{book: newBook(), t: t, clock: clock.NewFake(noon)}
	sim := organization
	sim.Seed, sim.Clock, sim.Unposted = 7, s.clock, true
	o := poll.Options{Source: "acme", View: s.book, Log: s.book, Clock: s.clock, Jitter: func() float64 { return 0.5 },
		Sites: func(sites []netstate.Site) { s.sites = append(s.sites, sites) }}
	for _, c := range choices {
		c(&sim, &o)
	}
	var err error
	if s.cloud, err = mistsim.New(sim); err != nil {
		t.Fatal(err)
	}
	api := &http.Client{Transport: mistsim.Transport{Handler: between(s.cloud.API())}}
	s.governor = mist.NewGovernor(0, s.clock.Now)
	o.OrgID = s.cloud.Org().ID
	o.Client = s.client(api, mistsim.AdminToken)
	if o.Renew != nil {
		o.Renew = func(context.Context) (*mist.Client, error) { return s.client(api, "fresh"), nil }
	}
	if o.State == nil {
		o.State = netstate.New(netstate.Options{Source: "acme", OrgID: o.OrgID, View: s.book, Log: s.book, Clock: s.clock})
	}
	s.state = o.State
	if s.poll, err = poll.New(o); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *stage) client(api *http.Client, token string) *mist.Client {
	c, err := mist.NewClient(mist.WithBaseURL("https://api.mist.test"), mist.WithHTTPClient(api), mist.WithToken(token), mist.WithGovernor(s.governor), mist.WithNow(s.clock.Now),
		mist.WithPause(func(ctx context.Context, _ time.Duration) error { return ctx.Err() }))
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// run lets so much time pass, as fast as it can. Nothing may spin meanwhile.
func (s *stage) run(length time.Duration) {
	s.t.Helper()
	end := s.clock.Now().Add(length)
	idle := 0
	for {
		before := s.cloud.TotalCalls()
		next := s.poll.Step(s.t.Context())
		if err := s.state.Flush(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
		if s.cloud.TotalCalls() == before && !next.After(s.clock.Now()) {
			if idle++; idle > 50 {
				s.t.Fatalf("a spin at %v", s.clock.Now())
			}
			continue
		}
		idle = 0
		if next.After(end) {
			s.clock.Set(end)
			return
		}
		s.clock.Set(next)
	}
}

// line is the one line that the screen shows.
func (s *stage) line() (event.FeedState, string) {
	f := s.poll.Feed()
	return f.State, f.Detail
}
