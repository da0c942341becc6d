package store

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"foghorn/journal/event"
)

// benchRecord is a delivery with one event: about 700 bytes of headers and 900 of body.
func benchRecord() event.Record {
	head, body := make([]byte, 700), make([]byte, 900)
	for i := range head {
		head[i] = byte('a' + i%26)
	}
	for i := range body {
		body[i] = byte('A' + i%26)
	}
	return event.Record{Kind: event.RecordDelivery, Group: "device-events", At: time.Unix(1_700_000_000, 0), Head: head, Body: body}
}

// BenchmarkAppend measures acknowledged records at full speed: every one of 32
// goroutines waits for its own commit.
func BenchmarkAppend(b *testing.B) {
	for _, conns := range []int{1, 32, 128} {
		b.Run(name("conns", conns), func(b *testing.B) {
			l := openTestLog(b, b.TempDir())
			r := benchRecord()
			b.SetBytes(int64(len(r.Head) + len(r.Body)))
			b.ResetTimer()
			var wg sync.WaitGroup
			work := make(chan struct{})
			for range conns {
				wg.Go(func() {
					for range work {
						if _, err := l.Append(context.Background(), r); err != nil {
							b.Error(err)
						}
					}
				})
			}
			for range b.N {
				work <- struct{}{}
			}
			close(work)
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

// BenchmarkAppendSteady measures the wait of each append at 2,000 a second.
func BenchmarkAppendSteady(b *testing.B) {
	l := openTestLog(b, b.TempDir())
	r := benchRecord()
	tick := time.NewTicker(500 * time.Microsecond)
	defer tick.Stop()
	var mu sync.Mutex
	var waits []time.Duration
	var wg sync.WaitGroup
	for b.Loop() {
		<-tick.C
		wg.Go(func() {
			start := time.Now()
			if _, err := l.Append(context.Background(), r); err != nil {
				b.Error(err)
			}
			d := time.Since(start)
			mu.Lock()
			waits = append(waits, d)
			mu.Unlock()
		})
	}
	wg.Wait()
	reportWaits(b, waits)
}

// BenchmarkBareFsync is what the disk itself takes for 8 KiB and an fsync at the
// same rate: no append can be faster.
func BenchmarkBareFsync(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "bare"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	tick := time.NewTicker(500 * time.Microsecond)
	defer tick.Stop()
	buf := make([]byte, 8<<10)
	var waits []time.Duration
	for b.Loop() {
		<-tick.C
		start := time.Now()
		if _, err := f.Write(buf); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
		waits = append(waits, time.Since(start))
	}
	reportWaits(b, waits)
}

func reportWaits(b *testing.B, waits []time.Duration) {
	slices.Sort(waits)
	for _, p := range []struct {
		name string
		at   float64
	}{{"p50-ms", 0.50}, {"p99-ms", 0.99}, {"p99.9-ms", 0.999}} {
		b.ReportMetric(float64(waits[int(p.at*float64(len(waits)-1))])/1e6, p.name)
	}
}
