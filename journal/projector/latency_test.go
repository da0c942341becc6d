package projector

import (
	"context"
	"slices"
	"testing"
	"time"

	"foghorn/journal/event"
)

// BenchmarkLiveLag appends 2,000 deliveries a second, about 15,000 events, for
// two seconds beside a live projector, and reports how long it takes from a
// delivery's append until it is in the view. The promise is a second.
func BenchmarkLiveLag(b *testing.B) {
	const every, burst, bursts = 10 * time.Millisecond, 20, 200
	dir := b.TempDir()
	l := openLog(b, dir)
	v := resetView(b, dir)
	p, err := New(Options{Log: l, View: v, Wake: l.Changed()})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	c := newCorpus(1)
	var lags []time.Duration
	for b.Loop() {
		lags = append(lags, appendPaced(b, l, p, v.Changed(), every, bursts, func() []event.Record {
			records := make([]event.Record, burst)
			for i := range records {
				records[i] = c.next()
			}
			return records
		})...)
	}
	cancel()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
	if err := v.Close(); err != nil {
		b.Fatal(err)
	}
	slices.Sort(lags)
	b.ReportMetric(float64(lags[len(lags)/2].Milliseconds()), "p50-ms")
	b.ReportMetric(float64(lags[len(lags)*99/100].Milliseconds()), "p99-ms")
	b.ReportMetric(float64(lags[len(lags)-1].Milliseconds()), "max-ms")
}

// appendPaced appends bursts at a steady pace and returns how long each took to
// be in the view.
func appendPaced(b *testing.B, l interface {
	Append(context.Context, ...event.Record) ([]int64, error)
}, p *Projector, changed <-chan struct{}, every time.Duration, bursts int, next func() []event.Record) []time.Duration {
	b.Helper()
	type sent struct {
		seq int64
		at  time.Time
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	var waiting []sent
	var lags []time.Duration
	for n := 0; n < bursts || len(waiting) > 0; {
		due := tick.C
		if n == bursts {
			due = nil
		}
		select {
		case <-due:
			n++
			records, at := next(), time.Now()
			seqs, err := l.Append(context.Background(), records...)
			if err != nil {
				b.Fatal(err)
			}
			waiting = append(waiting, sent{seqs[len(seqs)-1], at})
		case <-changed:
			for len(waiting) > 0 && p.seen(waiting[0].seq) {
				lags = append(lags, time.Since(waiting[0].at))
				waiting = waiting[1:]
			}
		}
	}
	return lags
}

// seen asks the view itself how far it is.
func (p *Projector) seen(seq int64) bool {
	at, err := p.opt.View.Position(context.Background())
	return err == nil && at >= seq
}
