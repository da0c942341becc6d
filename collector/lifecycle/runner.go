package lifecycle

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"foghorn/internal/clock"
	"foghorn/internal/recovery"
)

// The delay before a restart doubles from firstDelay to longestDelay, give or take
// a fifth, so that services that failed together do not return together. A
// service that ran for steadyAfter starts again with firstDelay.
const (
	firstDelay   = time.Second
	longestDelay = time.Minute
	steadyAfter  = 5 * time.Minute
)

// Options are what a runner works with. Zero values mean the defaults given.
type Options struct {
	Clock  clock.Clock  // the machine's
	Logger *slog.Logger // silent
}

// Runner runs services. Its methods are safe for concurrent use.
type Runner struct {
	o        Options
	services []*service
	failures chan error // of services that may not be restarted
}

// service is one that runs.
type service struct {
	Service
	cancel context.CancelFunc
	done   chan struct{} // closed when it runs no more

	mu     sync.Mutex
	health Health
	err    error // what Run returned after its context had ended
}

// New checks the services. Nothing runs before Run.
func New(o Options, services ...Service) (*Runner, error) {
	if o.Clock == nil {
		o.Clock = clock.Real{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	r := &Runner{o: o, failures: make(chan error, len(services))}
	names := map[string]bool{}
	for _, s := range services {
		switch {
		case s.Name == "" || s.Run == nil:
			return nil, fmt.Errorf("lifecycle: service %q needs a name and something to run", s.Name)
		case names[s.Name]:
			return nil, fmt.Errorf("lifecycle: service %q is listed twice", s.Name)
		case int(s.Phase) >= len(stopOrder):
			return nil, fmt.Errorf("lifecycle: service %q is of no phase", s.Name)
		}
		names[s.Name] = true
		s.StartTimeout = cmp.Or(s.StartTimeout, defaultStartTimeout)
		s.DrainTimeout = cmp.Or(s.DrainTimeout, defaultDrainTimeout)
		s.StopTimeout = cmp.Or(s.StopTimeout, defaultStopTimeout)
		r.services = append(r.services, &service{Service: s, done: make(chan struct{}),
			health: Health{Service: s.Name, Phase: s.Phase, State: Waiting, Since: o.Clock.Now()}})
	}
	return r, nil
}

// Run starts all services and stops them in order when ctx ends, or when one
// fails that may not be restarted. It returns that service's error, else the
// first error of a stop, and may be called once.
func (r *Runner) Run(ctx context.Context) error {
	for _, p := range startOrder {
		r.start(ctx, p)
	}
	var failure error
	select {
	case <-ctx.Done():
	case failure = <-r.failures:
	}
	for _, p := range stopOrder {
		if err := r.stop(ctx, p); failure == nil {
			failure = err
		}
	}
	return failure
}

// start starts the services of a phase and waits until they work. It does not wait
// while everything is about to stop.
func (r *Runner) start(ctx context.Context, p Phase) {
	services := r.of(p)
	for _, s := range services {
		// The context of the caller ends all services at once, which is no order.
		own, cancel := context.WithCancel(context.WithoutCancel(ctx))
		s.cancel = cancel
		go r.supervise(own, s)
	}
	began := r.o.Clock.Now()
	for _, s := range services {
		if s.Started == nil {
			continue
		}
		timer := time.NewTimer(max(0, s.StartTimeout-r.o.Clock.Now().Sub(began)))
		select {
		case <-s.Started:
		case <-s.done:
		case <-ctx.Done():
		case <-timer.C:
			r.o.Logger.Warn("a service is slow to start; foghorn goes on without it", "service", s.Name, "limit", s.StartTimeout)
		}
		timer.Stop()
	}
}

// of are the services of a phase, in the order given.
func (r *Runner) of(p Phase) []*service {
	return slices.DeleteFunc(slices.Clone(r.services), func(s *service) bool { return s.Phase != p })
}

// supervise runs a service until its context ends, again and again if it may be
// restarted.
func (r *Runner) supervise(ctx context.Context, s *service) {
	defer close(s.done)
	delays := &backoff.ExponentialBackOff{InitialInterval: firstDelay, MaxInterval: longestDelay, Multiplier: 2, RandomizationFactor: 0.2}
	delays.Reset()
	for {
		began := r.o.Clock.Now()
		s.set(Running, began, nil)
		err := recovery.Wrap(func() error { return s.Run(ctx) })()
		now := r.o.Clock.Now()
		switch {
		case ctx.Err() != nil:
			s.ended(err, now)
			return
		case err == nil:
			s.set(Stopped, now, nil)
			return
		case s.Restart == Never:
			s.set(Failed, now, err)
			r.o.Logger.Error("a service failed; foghorn stops", "service", s.Name, "error", err)
			r.failures <- err
			return
		}
		if now.Sub(began) >= steadyAfter {
			delays.Reset()
		}
		delay := delays.NextBackOff()
		s.set(Restarting, now, err)
		r.o.Logger.Error("a service failed; it is restarted", "service", s.Name, "error", err, "in", delay.Round(time.Millisecond))
		if !r.wait(ctx, delay) {
			s.ended(nil, r.o.Clock.Now())
			return
		}
	}
}

// wait waits for so long; false when ctx ended first.
func (r *Runner) wait(ctx context.Context, d time.Duration) bool {
	tick, stop := r.o.Clock.NewTicker(d)
	defer stop()
	select {
	case <-ctx.Done():
		return false
	case <-tick:
		return true
	}
}

// set notes the state of a service. A restart is counted when it runs again.
func (s *service) set(state State, now time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if state == Running && s.health.State == Restarting {
		s.health.Restarts++
	}
	s.health.State, s.health.Since, s.health.Problem = state, now, ""
	if err != nil {
		s.health.Problem = firstLine(err)
	}
}

// ended notes that a service stopped on request.
func (s *service) ended(err error, now time.Time) {
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	state := Stopped
	if err != nil {
		state = Failed
	}
	s.set(state, now, err)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

// Health is the state of all services, in the order given to New.
func (r *Runner) Health() []Health {
	out := make([]Health, len(r.services))
	for i, s := range r.services {
		s.mu.Lock()
		out[i] = s.health
		s.mu.Unlock()
	}
	return out
}

// Overrun names the services that still ran when Run gave up waiting for them.
// What they use must not be closed.
func (r *Runner) Overrun() []string {
	var out []string
	for _, s := range r.services {
		select {
		case <-s.done:
		default:
			if s.cancel != nil {
				out = append(out, s.Name)
			}
		}
	}
	return out
}
