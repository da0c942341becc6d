package ingestbench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"foghorn/feeds/webhook"
	"foghorn/journal/event"
)

// Stack starts what is measured: a listener for src with everything behind it,
// keeping its data in dir. It returns the host:port it listens at and a
// function that stops all of it and waits for that.
type Stack func(ctx context.Context, dir string, src webhook.Source) (addr string, stop func() error, err error)

// Options say what to measure. Zero values mean the defaults given.
type Options struct {
	NewStack Stack
	// Against is what NewStack is compared with, and AgainstName how the report calls it: a
	// bare handler when nil.
	Against     Stack
	AgainstName string
	Dir         string        // where the journals lie; the system's temporary folder. It should be a real disk.
	Rounds      int           // 5
	Duration    time.Duration // of one measurement; 2 s
	// SteadyRate is how many deliveries a second the latency is taken at;
	// 2,000. Negative leaves the measurement out.
	SteadyRate int
	Loads      []Load // DefaultLoads when empty
	// Progress is told of each measurement; nil for silence.
	Progress func(line string)
}

// Load is one way of posting at full speed.
type Load struct {
	Conns  int // connections, each waiting for its answer before it posts again
	Events int // in each delivery
}

// DefaultLoads are the two that docs/PERFORMANCE.md has figures for.
func DefaultLoads() []Load { return []Load{{Conns: 32, Events: 1}, {Conns: 128, Events: 10}} }

const (
	steadyConns = 32
	secret      = "ingest-bench"
	sourceName  = "bench"
	warmUp      = 300 * time.Millisecond
)

// Source is the source that the requests are made for.
func Source() webhook.Source {
	return webhook.Source{Name: sourceName, Via: event.ViaWebhook, Secrets: []webhook.Secret{{Name: "current", Key: []byte(secret)}}}
}

// Run measures. An answer other than 200 ends it with an error: a ratio of
// deliveries that were not acknowledged would mean nothing.
func Run(ctx context.Context, o Options) (Report, error) {
	if o.NewStack == nil {
		return Report{}, errors.New("measure ingest: no stack to measure")
	}
	if len(o.Loads) == 0 {
		o.Loads = DefaultLoads()
	}
	orDefault(&o.Rounds, 5)
	orDefault(&o.Duration, 2*time.Second)
	if o.SteadyRate == 0 {
		o.SteadyRate = 2000
	}
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	if o.Against == nil {
		o.Against, o.AgainstName = bare, "bare"
	}
	r := Report{CPUs: runtime.GOMAXPROCS(0), Duration: o.Duration, Against: o.AgainstName}
	for _, l := range o.Loads {
		s, err := o.sideBySide(ctx, l)
		if err != nil {
			return r, fmt.Errorf("measure %s: %w", l, err)
		}
		r.Loads = append(r.Loads, s)
	}
	if o.SteadyRate > 0 {
		s, err := o.steady(ctx)
		if err != nil {
			return r, fmt.Errorf("measure a steady %d a second: %w", o.SteadyRate, err)
		}
		r.Steady = s
	}
	return r, nil
}

// String describes the load.
func (l Load) String() string { return fmt.Sprintf("%d connections x %d events", l.Conns, l.Events) }

// sideBySide measures one load in rounds, the two servers taking turns to go first.
func (o *Options) sideBySide(ctx context.Context, l Load) (Result, error) {
	res := Result{Load: l}
	for i := range o.Rounds {
		var round Round
		for turn := range 2 {
			stack, into, cpu := o.NewStack, &round.Real, &round.RealCPU
			if (turn == 0) == (i%2 == 0) {
				stack, into, cpu = o.Against, &round.Bare, &round.BareCPU
			}
			var n int
			var used time.Duration
			err := o.with(ctx, stack, func(addr string) (err error) {
				shots := magazine(addr, l.Events, i, o.supply(l))
				if _, err = fire(ctx, addr, shots, l.Conns, warmUp); err != nil {
					return err
				}
				runtime.GC() // neither starts with the other's garbage
				before := cpuTime()
				n, err = fire(ctx, addr, shots, l.Conns, o.Duration)
				used = cpuTime() - before
				return err
			})
			if err != nil {
				return res, err
			}
			*into, *cpu = float64(n)/o.Duration.Seconds(), used/time.Duration(max(1, n))
		}
		res.Rounds = append(res.Rounds, round)
		o.Progress(fmt.Sprintf("%s, round %d: %s %.0f/s, foghorn %.0f/s, ratio %.2f; CPU for each %v and %v",
			l, i+1, o.AgainstName, round.Bare, round.Real, round.Ratio(), round.BareCPU, round.RealCPU))
	}
	return res, nil
}

// supply is how many different requests to make: enough that the stack that
// stores them hardly ever sees one twice, in bounded memory.
func (o *Options) supply(l Load) int {
	return min(int(12_000*(o.Duration+warmUp).Seconds()), 64<<20/(700+400*l.Events))
}

// with runs a stack around f, in a folder of its own.
func (o *Options) with(ctx context.Context, stack Stack, f func(addr string) error) (err error) {
	dir, err := os.MkdirTemp(o.Dir, "foghorn-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	addr, stop, err := stack(ctx, dir, Source())
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	defer func() { err = errors.Join(err, stop()) }()
	return f(addr)
}

// steady measures how long deliveries wait at a rate far from the limit.
func (o *Options) steady(ctx context.Context) (s Steady, err error) {
	s.Rate = o.SteadyRate
	span := o.Duration * time.Duration(o.Rounds)
	err = o.with(ctx, o.NewStack, func(addr string) error {
		shots := magazine(addr, 1, 0, min(int(float64(o.SteadyRate)*(span+warmUp).Seconds()), 60_000))
		if _, err := fire(ctx, addr, shots, steadyConns, warmUp); err != nil {
			return err
		}
		waits, err := pace(ctx, addr, shots, steadyConns, o.SteadyRate, span)
		s.take(waits)
		return err
	})
	o.Progress(fmt.Sprintf("steady %d/s: p50 %v, p99 %v, longest %v", s.Rate, s.P50, s.P99, s.Max))
	return s, err
}

// orDefault sets *v to d when it is not positive.
func orDefault[T int | time.Duration](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}
