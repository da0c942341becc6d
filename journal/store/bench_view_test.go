package store

import (
	"context"
	"fmt"
	"os"
	osexec "os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// BenchmarkUpdate measures claiming and putting events, search index included.
// One operation is one event.
func BenchmarkUpdate(b *testing.B) {
	for _, slice := range []int{100, 1000, 4000} {
		b.Run(name("slice", slice), func(b *testing.B) {
			v := openTestView(b, b.TempDir(), Options{})
			runUntilEnd(b, v.Run)
			s := newSampler()
			b.ResetTimer()
			fill(b, v, s, b.N, slice)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// benchRows is the size of the journal that searches are measured on.
const benchRows = 1_000_000

// BenchmarkSearch measures pages of 50 on a view of a million events, and
// ripgrep over the same events as lines of JSON.
func BenchmarkSearch(b *testing.B) {
	dir := b.TempDir()
	v := openTestView(b, dir, Options{})
	stop := runUntilEnd(b, v.Run)
	fill(b, v, newSampler(), benchRows, 4000)
	stop()
	writeNDJSON(b, filepath.Join(dir, "events.ndjson"))
	for _, q := range []string{
		"", "radar", "\"radar detected\"", "laptop-12345", "nowhere-to-be-found", "ap-0123",
		"site:\"Berlin 42\"", "site:berlin", "device_mac:5c5b350003e7", "client_mac:a0b1000f1a5e", "mac:5c:5b:35:00:03:e7", "topic:client-events", "topic:nothing",
		"type:AP_DISCONNECTED", "sev:critical", "sev>=critical site:\"Berlin 42\"", "type:~^ap_dis site:\"Berlin 42\"", "age<1m", "!laptop reason",
	} {
		parsed, err := query.Parse(q)
		if err != nil {
			b.Fatal(err)
		}
		page := query.Page{Where: parsed, Limit: 50, Now: began.Add(benchRows * 5_000_000)}
		b.Run(strings.ReplaceAll("page/"+q, " ", "_"), func(b *testing.B) {
			rows := 0
			for b.Loop() {
				events, err := v.Events(context.Background(), page)
				if err != nil {
					b.Fatal(err)
				}
				rows = len(events)
			}
			b.ReportMetric(float64(rows), "rows")
			b.ReportMetric(residentMB(b), "rss-MB")
		})
	}
	for _, word := range []string{"radar", "laptop-12345", "nowhere-to-be-found"} {
		b.Run("rg/"+word, func(b *testing.B) {
			for b.Loop() {
				// ripgrep exits 1 when nothing matches.
				_ = osexec.Command("rg", "-i", "-F", "-c", word, filepath.Join(dir, "events.ndjson")).Run()
			}
		})
	}
	b.Run("status", func(b *testing.B) {
		for b.Loop() {
			if _, err := v.Status(context.Background()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func writeNDJSON(b *testing.B, path string) {
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	s := newSampler()
	var buf []byte
	for range benchRows {
		e := s.event()
		line, err := json.Marshal(&e, jsontext.AllowInvalidUTF8(true))
		if err != nil {
			b.Fatal(err)
		}
		if buf = append(append(buf, line...), '\n'); len(buf) > 1<<20 {
			if _, err := f.Write(buf); err != nil {
				b.Fatal(err)
			}
			buf = buf[:0]
		}
	}
	if _, err := f.Write(buf); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
}

// residentMB is the memory of this process that is in use.
func residentMB(b *testing.B) float64 {
	raw, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.Sys) / 1e6
	}
	var size, resident float64
	if _, err := fmt.Sscan(string(raw), &size, &resident); err != nil {
		b.Fatal(err)
	}
	return resident * float64(os.Getpagesize()) / 1e6
}

// BenchmarkPutState measures a write of what the cloud told of 2,000 devices and
// 5,000 clients when all of them changed, and a page of each while it is there.
func BenchmarkPutState(b *testing.B) {
	ctx := context.Background()
	v := openTestView(b, b.TempDir(), Options{})
	runUntilEnd(b, v.Run)
	devices, clients := make([]event.Device, 2000), make([]event.LiveClient, 5000)
	for i := range devices {
		devices[i] = sampleDevice(i)
	}
	for i := range clients {
		clients[i] = sampleClient(i)
	}
	must(b, v.PutDevices(ctx, "acme", devices, nil), v.PutClients(ctx, "acme", clients, nil))
	b.Run("devices", func(b *testing.B) {
		for b.Loop() {
			must(b, v.PutDevices(ctx, "acme", devices, nil))
		}
	})
	b.Run("clients", func(b *testing.B) {
		for b.Loop() {
			must(b, v.PutClients(ctx, "acme", clients, nil))
		}
	})
	b.Run("page/devices", func(b *testing.B) {
		for b.Loop() {
			_, err := v.Devices(ctx, query.Page{Limit: 50})
			must(b, err)
		}
	})
	b.Run("page/clients", func(b *testing.B) {
		for b.Loop() {
			_, err := v.LiveClients(ctx, query.Page{Limit: 50})
			must(b, err)
		}
	})
}
