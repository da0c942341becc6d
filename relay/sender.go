package relay

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/sony/gobreaker/v2"
	"golang.org/x/sync/errgroup"
)

// How a relay waits for a service that does not take anything.
const (
	firstPause = time.Second
	longPause  = time.Minute // the longest: a service that is back is noticed within it
	// tripAfter is how many failures in a row open the circuit; it is tried again
	// after circuitPause.
	tripAfter    = 5
	circuitPause = 30 * time.Second
	// failingAfter is how long a service takes nothing until the relay is called failing.
	failingAfter = time.Minute
)

// timer is where a relay's time comes from: the machine, or a back-test.
type timer interface {
	Now() time.Time
	// Wait returns at a time, at once when wake gets a signal, and with an error when
	// ctx ends.
	Wait(ctx context.Context, until time.Time, wake <-chan struct{}) (woken bool, err error)
}

// sender makes the requests of one relay: it paces them, pauses when the service does
// not take them, and remembers how the service does.
type sender struct {
	dest    Destination
	limits  Limits
	do      func(context.Context, *Request) *Answer
	mask    func(string) string // see Options.Mask
	time    timer
	pace    *pace
	circuit *gobreaker.TwoStepCircuitBreaker[struct{}]
	backoff *backoff.ExponentialBackOff

	channel  string    // of the last request: the next one probably goes there too
	until    time.Time // nothing is sent before
	failures int       // in a row
	since    time.Time // of the first of them
	broken   bool      // the service refuses the relay itself: see Misconfigured
}

func newSender(d Destination, do func(context.Context, *Request) *Answer, t timer) *sender {
	s := &sender{dest: d, limits: d.Limits(), do: do, time: t}
	s.pace = newPace(s.limits.Rates)
	s.backoff = backoff.NewExponentialBackOff()
	s.backoff.InitialInterval, s.backoff.MaxInterval, s.backoff.Multiplier = firstPause, longPause, 2
	s.backoff.Reset()
	s.close()
	return s
}

// close makes a circuit that is closed.
func (s *sender) close() {
	s.circuit = gobreaker.NewTwoStepCircuitBreaker[struct{}](gobreaker.Settings{
		Timeout:     circuitPause,
		ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= tripAfter },
	})
}

// ready is when the next request may go: the zero time for now.
func (s *sender) ready(now time.Time) time.Time {
	at := s.pace.next(s.channel, now)
	if s.until.After(now) && s.until.After(at) {
		at = s.until
	}
	return at
}

// result is how an exchange ended.
type result struct {
	Verdict
	status    int
	requests  int
	took      time.Duration
	encoding  time.Duration
	uncertain bool // the service may have taken what it did not answer
}

// ambiguous reports whether the failure may be the item's: a service that is overloaded,
// or behind a gateway that does not reach it, says so with other codes.
func (r *result) ambiguous() bool { return r.status == http.StatusInternalServerError }

// exchange makes the requests that work needs, until the service has taken it or
// does not. save commits work.Handle before the next request.
func (s *sender) exchange(ctx context.Context, work *Work, save func() error) (result, error) {
	out, err := s.exchanges(ctx, []*Work{work}, func(int) error { return save() })
	return out[0], err
}

// exchanges makes several exchanges at once, one request of each at a time. save commits
// the handle of one of them.
func (s *sender) exchanges(ctx context.Context, works []*Work, save func(i int) error) ([]result, error) {
	out := make([]result, len(works))
	open := make([]int, len(works))
	for i := range open {
		open[i] = i
	}
	for len(open) > 0 {
		requests, answers, err := s.round(ctx, works, open, out)
		if err != nil {
			return out, err
		}
		var more []int
		for k, i := range open {
			if answers[k] == nil {
				continue // it could not be encoded
			}
			s.judge(works[i], requests[k], answers[k], &out[i])
			if out[i].Outcome != More {
				continue
			}
			if err := save(i); err != nil {
				return out, err
			}
			works[i].Now = s.time.Now()
			more = append(more, i)
		}
		open = more
	}
	return out, nil
}

// round makes one request of each open exchange, all at once.
func (s *sender) round(ctx context.Context, works []*Work, open []int, out []result) ([]*Request, []*Answer, error) {
	requests, answers := make([]*Request, len(open)), make([]*Answer, len(open))
	var all errgroup.Group
	defer func() { _ = all.Wait() }() // each has its answer; see send
	for k, i := range open {
		began := s.time.Now()
		r, err := s.dest.Encode(works[i])
		out[i].encoding += s.time.Now().Sub(began)
		if err != nil {
			out[i].Verdict = Verdict{Outcome: Refused, Reason: err.Error()}
			continue
		}
		if err := s.await(ctx, r); err != nil {
			return nil, nil, err
		}
		requests[k] = r
		all.Go(func() error {
			answers[k] = s.do(ctx, r)
			return nil
		})
	}
	_ = all.Wait()
	for _, a := range answers {
		if err := context.Cause(ctx); err != nil && a != nil && a.Err != nil {
			return nil, nil, err // it was given up because the relay stops
		}
	}
	return requests, answers, nil
}

// judge notes what an answer means.
func (s *sender) judge(work *Work, request *Request, answer *Answer, out *result) {
	v := s.dest.Judge(work, request, answer)
	if v.Reason != "" && s.mask != nil {
		v.Reason = s.mask(v.Reason)
	}
	if v.Outcome == Sent && v.Items == 0 {
		v.Items = max(1, request.Items)
	}
	out.Verdict, out.status = v, answer.Status
	out.requests++
	out.took += answer.Duration
	out.uncertain = answer.Err != nil && answer.Written
}

// await waits until it is a request's turn.
func (s *sender) await(ctx context.Context, r *Request) error {
	if r.After > 0 {
		if _, err := s.time.Wait(ctx, s.time.Now().Add(r.After), nil); err != nil {
			return err
		}
	}
	if r.Unpaced {
		return nil
	}
	s.channel = r.Channel
	if at := s.pace.next(r.Channel, s.time.Now()); !at.IsZero() {
		if _, err := s.time.Wait(ctx, at, nil); err != nil {
			return err
		}
	}
	s.pace.sent(r.Channel, s.time.Now())
	return nil
}

// parallel is how many exchanges may run at once; 1 where a request takes several items.
func (s *sender) parallel() int {
	if s.limits.Items > 1 {
		return 1
	}
	return max(1, s.limits.Parallel)
}

// batch is how many items leave at once: in one request, or in one each.
func (s *sender) batch() int { return max(1, s.limits.Items, s.parallel()) }

// note draws the consequences of an exchange for the next ones. An item that the
// service has refused before while it took others says nothing about the service.
func (s *sender) note(r result, suspect bool) {
	now := s.time.Now()
	done, allowErr := s.circuit.Allow()
	report := func(err error) {
		if allowErr == nil {
			done(err)
		}
	}
	switch r.Outcome {
	case Retry, Misconfigured:
		if suspect && r.After == 0 && r.Outcome == Retry {
			report(nil)
			s.until = now.Add(firstPause)
			return
		}
		report(errTaken)
		if s.failures++; s.failures == 1 {
			s.since = now
		}
		s.broken = r.Outcome == Misconfigured
		pause := r.After
		if pause == 0 {
			pause = min(s.backoff.NextBackOff(), longPause)
			if s.circuit.State() == gobreaker.StateOpen {
				pause = circuitPause + rand.N(circuitPause/10)
			}
		}
		s.until = now.Add(pause)
	default:
		if report(nil); allowErr != nil {
			s.close() // it works before the circuit would have been tried: the service said when
		}
		s.failures, s.since, s.broken, s.until = 0, time.Time{}, false, time.Time{}
		s.backoff.Reset()
	}
}

var errTaken = errors.New("not taken")

// fails is when a service that takes nothing is called failing; the zero time when it
// works, or is called so already.
func (s *sender) fails() time.Time {
	if s.failures == 0 || s.broken {
		return time.Time{}
	}
	return s.since.Add(failingAfter)
}

// failing reports whether the service has taken nothing for longer, or refuses the relay.
func (s *sender) failing(now time.Time) bool {
	return s.failures > 0 && (s.broken || now.Sub(s.since) >= failingAfter)
}
