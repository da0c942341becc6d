package lifecycle

import (
	"context"
	"fmt"
	"time"

	"foghorn/internal/recovery"
)

// stop lets the services of a phase work off what came in, then ends them. It
// returns the first error.
func (r *Runner) stop(ctx context.Context, p Phase) (failure error) {
	services := r.of(p)
	r.drain(context.WithoutCancel(ctx), services)
	for _, s := range services {
		s.cancel()
	}
	began := r.o.Clock.Now()
	for _, s := range services {
		err := s.await(s.StopTimeout - r.o.Clock.Now().Sub(began))
		if err != nil {
			r.o.Logger.Error("a service did not stop well", "service", s.Name, "phase", p.String(), "error", err)
		}
		if failure == nil {
			failure = err
		}
	}
	return failure
}

// drain drains services side by side, each within its limit. What is not worked
// off stays for the next start, so trouble here is no error.
func (r *Runner) drain(ctx context.Context, services []*service) {
	var drains []*drain
	for _, s := range services {
		if s.Drain == nil || s.hasEnded() {
			continue
		}
		d := &drain{service: s, done: make(chan error, 1)}
		var cancel context.CancelFunc
		d.ctx, cancel = context.WithTimeout(ctx, s.DrainTimeout)
		defer cancel()
		drains = append(drains, d)
		go func() { d.done <- recovery.Wrap(func() error { return s.Drain(d.ctx) })() }()
	}
	for _, d := range drains {
		select {
		case err := <-d.done:
			if err != nil {
				r.o.Logger.Warn("a service did not finish its work; the next start goes on with it", "service", d.service.Name, "error", err)
			}
		case <-d.ctx.Done():
			r.o.Logger.Warn("a service did not finish its work in time; the next start goes on with it",
				"service", d.service.Name, "limit", d.service.DrainTimeout)
		case <-d.service.done: // there is nobody left to do it
		}
	}
}

// drain is one that is under way.
type drain struct {
	service *service
	ctx     context.Context
	done    chan error
}

func (s *service) hasEnded() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// await waits until a service has ended, and returns its error or that it took
// too long.
func (s *service) await(limit time.Duration) error {
	if !s.hasEnded() {
		timer := time.NewTimer(max(0, limit))
		defer timer.Stop()
		select {
		case <-s.done:
		case <-timer.C:
			return fmt.Errorf("service %s did not stop within %s", s.Name, s.StopTimeout)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}
