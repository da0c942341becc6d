package relay

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"sync"
	"time"

	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/internal/recovery"
	"foghorn/internal/signal"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// ServiceOptions are what all relays of a process work with.
type ServiceOptions struct {
	Journal func() Journal // one for each relay
	Outbox  Outbox
	Clock   clock.Clock
	Logger  *slog.Logger
	Mask    func(string) string // hides secrets
	Env     Env
	// New makes the destination of a kind.
	New  func(config.Relay, Env) (Destination, error)
	Link func(*event.Alert) string
}

// Service runs the relays of a configuration, and changes to another one while it
// runs. Its methods are safe for concurrent use.
type Service struct {
	o       ServiceOptions
	changed signal.Signal
	turns   turns

	mu      sync.Mutex
	wanted  []config.Relay
	running map[string]*running
}

// running is one relay that runs.
type running struct {
	config config.Relay
	relay  *Relay
	cancel context.CancelFunc
	done   chan struct{}
	fault  error     // why it cannot start; nil when it runs
	since  time.Time // of the fault
}

const (
	// restartPause is how long a relay that ended with an error waits.
	restartPause = 5 * time.Second
	// graceful is how long a request in flight may still take when the relay stops.
	graceful = 5 * time.Second
)

// NewService makes a service that runs no relay yet.
func NewService(o ServiceOptions) *Service {
	return &Service{o: o, changed: signal.New(), running: map[string]*running{}}
}

// Apply makes a configuration the present one. Relays that it does not change go on.
func (s *Service) Apply(relays []config.Relay) {
	s.mu.Lock()
	s.wanted = relays
	s.mu.Unlock()
	s.changed.Notify()
}

// Wake says that the journal has something new.
func (s *Service) Wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.running {
		if r.relay != nil {
			r.relay.Wake()
		}
	}
}

// Run runs relays until ctx ends, and then waits for their requests in flight.
func (s *Service) Run(ctx context.Context) error {
	defer s.stopAll()
	for {
		if err := s.reconcile(ctx); err != nil && ctx.Err() == nil {
			s.o.Logger.Warn("relays cannot be started; foghorn tries again", "error", err)
			s.changed.Notify()
			if _, err := (clockTimer{s.o.Clock}).Wait(ctx, s.o.Clock.Now().Add(restartPause), nil); err != nil {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.changed:
		}
	}
}

// reconcile stops what is no longer wanted or has changed, and starts what is missing.
func (s *Service) reconcile(ctx context.Context) error {
	s.mu.Lock()
	wanted := map[string]config.Relay{}
	for _, c := range s.wanted {
		wanted[c.Name] = c
	}
	var stop []*running
	for name, r := range s.running {
		if c, ok := wanted[name]; !ok || !reflect.DeepEqual(c, r.config) {
			stop = append(stop, r)
			delete(s.running, name)
		}
	}
	s.mu.Unlock()
	for _, r := range stop {
		r.cancel()
		<-r.done
	}
	if err := s.remove(ctx, wanted); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.wanted {
		if s.running[c.Name] == nil {
			s.running[c.Name] = s.start(ctx, c)
		}
	}
	return nil
}

// remove marks the relays that are no longer configured: one that comes back begins
// with what comes then, and does not send what is history.
func (s *Service) remove(ctx context.Context, wanted map[string]config.Relay) error {
	states, err := s.o.Outbox.Relays(ctx)
	if err != nil {
		return err
	}
	for _, r := range states {
		if _, ok := wanted[r.Name]; ok || r.State == event.RelayRemoved {
			continue
		}
		r.State, r.Since, r.Queued, r.Oldest, r.Retry = event.RelayRemoved, s.o.Clock.Now(), 0, nil, nil
		if err := s.o.Outbox.CommitRelay(ctx, &store.OutboxCommit{State: r}); err != nil {
			return err
		}
	}
	return nil
}

// start runs one relay in a goroutine of its own. The caller holds mu.
func (s *Service) start(ctx context.Context, c config.Relay) *running {
	ctx, cancel := context.WithCancel(ctx)
	r := &running{config: c, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		for {
			err := recovery.Wrap(func() error { return s.serve(ctx, r) })()
			if ctx.Err() != nil {
				return
			}
			s.mu.Lock()
			if r.fault == nil {
				r.since = s.o.Clock.Now()
			}
			r.fault = err
			s.mu.Unlock()
			s.o.Logger.Error("a relay ended; it starts again", "relay", c.Name, "error", err)
			if _, err := (clockTimer{s.o.Clock}).Wait(ctx, s.o.Clock.Now().Add(restartPause), nil); err != nil {
				return
			}
		}
	}()
	return r
}

// serve makes a relay and runs it.
func (s *Service) serve(ctx context.Context, r *running) error {
	dest, err := s.o.New(r.config, s.o.Env)
	if err != nil {
		return err
	}
	hide := masked(r.config, s.o.Mask)
	do, end, err := s.transport(r.config, dest, hide)
	if err != nil {
		return err
	}
	defer end()
	relay, err := New(Options{Config: r.config, Destination: dest, Do: do, Mask: hide, Journal: s.o.Journal(), Outbox: s.o.Outbox,
		Logger: s.o.Logger, Link: s.o.Link, time: clockTimer{s.o.Clock}, turns: &s.turns})
	if err != nil {
		return err
	}
	s.mu.Lock()
	r.relay, r.fault = relay, nil
	s.mu.Unlock()
	if err := relay.Run(ctx); err != nil {
		return err
	}
	return errors.New("it stopped by itself")
}

// transport is how a destination's requests are made, and how to end it.
func (s *Service) transport(c config.Relay, d Destination, hide func(string) string) (do func(context.Context, *Request) *Answer, end func(), err error) {
	if t, ok := d.(Transport); ok {
		return s.patient(hidden(hide, t.Do)), func() { s.closed(c.Name, t.Close()) }, nil
	}
	h, err := NewHTTP(c.CAFile, time.Duration(c.Timeout), s.o.Env.Version, s.o.Clock.Now, hide)
	if err != nil {
		return nil, nil, err
	}
	return s.patient(hidden(hide, h.Do)), func() { s.closed(c.Name, h.Close()) }, nil
}

func (s *Service) closed(name string, err error) {
	if err != nil {
		s.o.Logger.Warn("a relay could not close its connection", "relay", name, "error", err)
	}
}

// hidden hides secrets in answers: services repeat what they refuse.
func hidden(hide func(string) string, do func(context.Context, *Request) *Answer) func(context.Context, *Request) *Answer {
	return func(ctx context.Context, r *Request) *Answer {
		a := do(ctx, r)
		if a.Err != nil {
			a.Err = errors.New(hide(a.Err.Error()))
		}
		if a.Status < 200 || a.Status > 299 {
			a.Body = []byte(hide(string(a.Body)))
		}
		return a
	}
}

// patient lets a request in flight end when the relay stops: an answer that nobody
// reads is a message that comes twice.
func (s *Service) patient(do func(context.Context, *Request) *Answer) func(context.Context, *Request) *Answer {
	return func(ctx context.Context, r *Request) *Answer {
		own, cancel := context.WithCancel(context.WithoutCancel(ctx))
		defer cancel()
		stop := context.AfterFunc(ctx, func() {
			_, _ = clockTimer{s.o.Clock}.Wait(own, s.o.Clock.Now().Add(graceful), nil)
			cancel()
		})
		defer stop()
		return do(own, r)
	}
}

func (s *Service) stopAll() {
	s.mu.Lock()
	all := s.running
	s.running = map[string]*running{}
	s.mu.Unlock()
	for _, r := range all {
		r.cancel()
	}
	for _, r := range all {
		<-r.done
	}
}

// Condition says whether a relay gets through.
type Condition struct {
	Relay  string
	Over   bool
	Brief  string
	Cause  string
	Since  time.Time
	Urgent bool // half of the time is gone after which it gives items up
}

// Conditions returns how all relays are, those that were removed included.
func (s *Service) Conditions(ctx context.Context, now time.Time) ([]Condition, error) {
	states, err := s.o.Outbox.Relays(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Condition
	for i := range states {
		c := conditionOf(&states[i], now, s.running[states[i].Name])
		if c != nil {
			out = append(out, *c)
		}
	}
	return out, nil
}

func conditionOf(r *event.RelayState, now time.Time, run *running) *Condition {
	c := &Condition{Relay: r.Name}
	late := run != nil && r.Oldest != nil && now.Sub(*r.Oldest) > time.Duration(run.config.DropAfter)/2
	switch {
	case run != nil && run.fault != nil:
		c.Brief, c.Since = run.fault.Error(), run.since
	case r.State == event.RelayFailing:
		c.Brief, c.Since = r.LastError, r.Since
	case late:
		c.Brief, c.Since = "it is far behind", *r.Oldest
	case r.State == event.RelayWaiting, r.State == event.RelayPaused:
		return nil // not known: a pause is no all-clear
	default:
		c.Over = true
		return c
	}
	c.Cause = fmt.Sprintf("%s; %d wait. Try it with: foghorn relay test %s", c.Brief, r.Queued, r.Name)
	if late {
		c.Urgent = true
		c.Brief += ", and gives items up at " + r.Oldest.Add(time.Duration(run.config.DropAfter)).UTC().Format("2 Jan 15:04 UTC")
	}
	return c
}
