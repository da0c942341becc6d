package ingestbench_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"foghorn/feeds/webhook"
	"foghorn/feeds/webhook/ingestbench"
	"foghorn/journal/event"
	"foghorn/journal/projector"
	"foghorn/journal/store"
)

// full is the stack as the program runs it: listener, log, projector, view.
func full(ctx context.Context, dir string, src webhook.Source) (string, func() error, error) {
	log, err := store.OpenLog(ctx, dir, store.Options{})
	if err != nil {
		return "", nil, err
	}
	view, err := store.OpenViewWriter(ctx, dir, store.Options{})
	if err != nil {
		return "", nil, errors.Join(err, log.Close())
	}
	p, err := projector.New(projector.Options{Log: log, View: view, Wake: log.Changed()})
	if err != nil {
		return "", nil, errors.Join(err, view.Close(), log.Close())
	}
	addr, stopListener, err := listen(ctx, log, src)
	if err != nil {
		return "", nil, errors.Join(err, view.Close(), log.Close())
	}
	ctx, cancel := context.WithCancel(ctx)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return log.Run(ctx) })
	g.Go(func() error { return view.Run(ctx) })
	g.Go(func() error { return p.Run(ctx) })
	return addr, func() error {
		err := stopListener()
		cancel()
		if e := g.Wait(); !errors.Is(e, context.Canceled) {
			err = errors.Join(err, e)
		}
		return errors.Join(err, view.Close(), log.Close())
	}, nil
}

// listen starts a listener in front of log.
func listen(ctx context.Context, log event.Appender, src webhook.Source) (string, func() error, error) {
	l, err := webhook.New(webhook.Options{Sources: []webhook.Source{src}, Log: log})
	if err != nil {
		return "", nil, err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx, ln) }()
	return ln.Addr().String(), func() error { cancel(); return <-ended }, nil
}

// BenchmarkIngest is the measurement of docs/PERFORMANCE.md, Ingestion, in
// short, and what it is made of: the listener before a log that keeps nothing, the log behind it,
// and the projector beside them. The command that takes its time over the
// whole is "foghorn bench ingest".
func BenchmarkIngest(b *testing.B) {
	for name, stack := range map[string]ingestbench.Stack{"listener": alone, "listener_log": withLog, "all": full} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				measure(b, stack)
			}
		})
	}
}

func measure(b *testing.B, stack ingestbench.Stack) {
	r, err := ingestbench.Run(b.Context(), ingestbench.Options{
		NewStack: stack, Dir: b.TempDir(), Duration: time.Second,
		Progress: func(line string) { b.Log(line) },
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, l := range r.Loads {
		_, ratio, _ := l.Spread(ingestbench.Round.Ratio)
		_, rate, _ := l.Spread(func(r ingestbench.Round) float64 { return r.Real })
		name := strings.ReplaceAll(l.Load.String(), " ", "_")
		b.ReportMetric(ratio, name+"_ratio")
		b.ReportMetric(rate, name+"_acks/s")
		_, cpu, _ := l.Spread(func(r ingestbench.Round) float64 { return float64(r.RealCPU) / 1000 })
		b.ReportMetric(cpu, name+"_cpu_us")
	}
	b.ReportMetric(float64(r.Steady.P99)/1e6, "steady_p99_ms")
}

// alone is the listener before a log that keeps nothing.
func alone(ctx context.Context, _ string, src webhook.Source) (string, func() error, error) {
	return listen(ctx, nothing{}, src)
}

type nothing struct{}

func (nothing) Append(context.Context, ...event.Record) ([]int64, error) { return []int64{1}, nil }

// withLog is the listener and the log, without the projector.
func withLog(ctx context.Context, dir string, src webhook.Source) (string, func() error, error) {
	log, err := store.OpenLog(ctx, dir, store.Options{})
	if err != nil {
		return "", nil, err
	}
	addr, stopListener, err := listen(ctx, log, src)
	if err != nil {
		return "", nil, errors.Join(err, log.Close())
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- log.Run(ctx) }()
	return addr, func() error {
		err := stopListener()
		cancel()
		return errors.Join(err, <-ended, log.Close())
	}, nil
}

// counting is a log that keeps nothing but how many different bodies it got.
type counting struct {
	mu     sync.Mutex
	n      int
	bodies map[string]bool
}

func (c *counting) Append(_ context.Context, records ...event.Record) ([]int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	seqs := make([]int64, len(records))
	for i, r := range records {
		if r.Kind == event.RecordDelivery {
			c.n++
			c.bodies[string(r.Body)] = true
		}
		seqs[i] = int64(c.n)
	}
	return seqs, nil
}

func TestWhatIsCountedWasReallyTaken(t *testing.T) {
	c := &counting{bodies: map[string]bool{}}
	var lines []string
	r, err := ingestbench.Run(t.Context(), ingestbench.Options{
		NewStack: func(ctx context.Context, _ string, src webhook.Source) (string, func() error, error) {
			return listen(ctx, c, src)
		},
		Dir: t.TempDir(), Rounds: 2, Duration: 30 * time.Millisecond, SteadyRate: 500,
		Loads:    []ingestbench.Load{{Conns: 4, Events: 3}},
		Progress: func(line string) { lines = append(lines, line) },
	})
	if err != nil {
		t.Fatal(err)
	}
	acked := 0.0
	for _, x := range r.Loads[0].Rounds {
		acked += x.Real * r.Duration.Seconds()
	}
	if acked < 1 || float64(c.n) < acked {
		t.Errorf("%v counted as acknowledged, %d arrived", acked, c.n)
	}
	if len(c.bodies) < 2 {
		t.Errorf("%d different bodies", len(c.bodies))
	}
	if r.Steady.N != 30 || r.Steady.P50 <= 0 || r.Steady.P99 > r.Steady.Max {
		t.Errorf("steady %+v", r.Steady)
	}
	var out strings.Builder
	if _, err := r.WriteTo(&out); err != nil || !strings.Contains(out.String(), "4 connections x 3 events") {
		t.Errorf("%v %s", err, out.String())
	}
	if len(lines) != 3 {
		t.Errorf("progress %q", lines)
	}
}

func TestARefusedDeliveryEndsTheRun(t *testing.T) {
	_, err := ingestbench.Run(t.Context(), ingestbench.Options{
		NewStack: func(ctx context.Context, _ string, src webhook.Source) (string, func() error, error) {
			src.Secrets = []webhook.Secret{{Name: "current", Key: []byte("another")}}
			return listen(ctx, &counting{bodies: map[string]bool{}}, src)
		},
		Dir: t.TempDir(), Rounds: 1, Duration: time.Millisecond,
	})
	// The first of the many refusals to be read may be one over the allowance.
	if err == nil || !strings.Contains(err.Error(), "401") && !strings.Contains(err.Error(), "429") {
		t.Errorf("error %v", err)
	}
}
