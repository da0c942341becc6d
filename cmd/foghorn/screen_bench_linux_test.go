package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/projector"
	"foghorn/journal/store"
)

// The figures of the screen (docs/PERFORMANCE.md, The screen), measured on the
// real program in a real pseudo-terminal:
//
//	go test ./cmd/foghorn -run xxx -bench Screen -benchtime 1x -timeout 30m

// watch is how long bytes and processor time are counted for.
const watch = 10 * time.Second

// TestTheScreenDrawsWhatBenchmarksWaitFor keeps the benchmarks' texts up to date:
// nothing else notices that the screen no longer draws one of them.
func TestTheScreenDrawsWhatBenchmarksWaitFor(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, 100)
	screen := inTerminal(t, environment(t), 120, 40, "--data", dir, "--listen", "127.0.0.1:0")
	screen.waitFor(t, "Alerts")
	screen.waitFor(t, "full-frame")
	screen.helpAndBack(t)
}

// BenchmarkScreenIdle counts what a screen costs when nothing changes.
func BenchmarkScreenIdle(b *testing.B) {
	dir := b.TempDir()
	fill(b, dir, 1000)
	for b.Loop() {
		t := inTerminal(b, environment(b), 120, 40, "--data", dir, "--listen", "127.0.0.1:0")
		t.waitFor(b, "Alerts")
		<-time.After(3 * time.Second) // the first frame and its questions to the terminal
		bytes, cpu := t.bytes(), t.cpu(b)
		<-time.After(watch)
		b.ReportMetric(float64(t.bytes()-bytes)/watch.Seconds(), "bytes/s")
		b.ReportMetric(100*(t.cpu(b)-cpu).Seconds()/watch.Seconds(), "cpu-%")
	}
}

// BenchmarkScreenLoad counts bytes and processor time of a screen while events
// pour in. The screen is attached to a collector in another process, so that
// what is counted is the screen's alone.
func BenchmarkScreenLoad(b *testing.B) {
	for _, rate := range []int{200, 1000, 5000} {
		b.Run(fmt.Sprintf("rate=%d", rate), func(b *testing.B) {
			for b.Loop() {
				dir := b.TempDir()
				inBackground(b, "demo", "--lines", "-q", "id:0", "--rate", fmt.Sprint(rate), "--data", dir)
				<-time.After(2 * time.Second)
				t := inTerminal(b, environment(b), 120, 40, "--attach", "--data", dir)
				t.waitFor(b, "Alerts")
				<-time.After(3 * time.Second)
				bytes, cpu := t.bytes(), t.cpu(b)
				<-time.After(watch)
				b.ReportMetric(float64(t.bytes()-bytes)/1000/watch.Seconds(), "kB/s")
				events := float64(rate) * watch.Seconds()
				b.ReportMetric(float64((t.cpu(b)-cpu).Milliseconds())/(events/1000), "cpu-ms/1000-events")
			}
		})
	}
}

// inBackground runs a foghorn beside the benchmark until it ends.
func inBackground(b *testing.B, args ...string) {
	b.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = environment(b)
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
}

// BenchmarkScreenKeys measures a key to its repaint while 2,000 events a
// second arrive in a view of a million.
func BenchmarkScreenKeys(b *testing.B) {
	dir := b.TempDir()
	fill(b, dir, 1_000_000)
	var waits []time.Duration
	for b.Loop() {
		t := inTerminal(b, environment(b), 120, 40, "demo", "--rate", "2000", "--data", dir)
		t.waitFor(b, "Alerts")
		<-time.After(5 * time.Second)
		for range 200 {
			waits = append(waits, t.helpAndBack(b))
		}
		b.ReportMetric(float64(t.resident(b))/1e6, "MB")
	}
	slices.Sort(waits)
	b.ReportMetric(float64(waits[len(waits)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds())/1000, "p99-ms")
}

// helpAndBack opens help and closes it again. It returns how long the first key
// took to its repaint.
func (t *terminal) helpAndBack(tb testing.TB) time.Duration {
	tb.Helper()
	t.forget()
	t.press(tb, "?")
	wait := t.waitFor(tb, "Help")
	t.forget()
	t.press(tb, "\x1b")
	t.waitFor(tb, "FOR")
	return wait
}

// BenchmarkScreenStart measures the way from the shell to the first full frame
// over a million events.
func BenchmarkScreenStart(b *testing.B) {
	dir := b.TempDir()
	fill(b, dir, 1_000_000)
	var waits []time.Duration
	for b.Loop() {
		for range 5 {
			start := time.Now()
			t := inTerminal(b, environment(b), 120, 40, "--data", dir, "--listen", "127.0.0.1:0")
			t.waitFor(b, "full-frame")
			waits = append(waits, time.Since(start))
			b.ReportMetric(float64(t.resident(b))/1e6, "MB")
			_ = t.cmd.Process.Kill()
			<-t.done
		}
	}
	slices.Sort(waits)
	b.ReportMetric(float64(waits[len(waits)/2].Milliseconds()), "p50-ms")
	b.ReportMetric(float64(waits[len(waits)-1].Milliseconds()), "max-ms")
}

// fill makes a journal of n events: client joins in batches of a hundred, and
// one site that is down, whose name tells that the frame is complete.
func fill(tb testing.TB, dir string, n int) {
	tb.Helper()
	ctx, cancel := context.WithCancel(tb.Context())
	log, err := store.OpenLog(ctx, dir, store.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	ran := make(chan error, 1)
	go func() { ran <- log.Run(ctx) }()
	at := time.Now().Add(-24 * time.Hour)
	for i := 0; i < n; i += 100 {
		add(tb, log, "client-join", at.Add(time.Duration(i)*time.Millisecond), joins(i, min(100, n-i)))
	}
	add(tb, log, "device-updowns", time.Now(), fmt.Sprintf(`{"topic":"device-updowns","events":[{"type":"AP_DISCONNECTED","org_id":"o","site_id":"s",`+
		`"site_name":"full-frame","ap":"5c5b35000001","ap_name":"lobby-ap3","timestamp":%d}]}`, time.Now().Unix()))
	view, err := store.OpenViewWriter(ctx, dir, store.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	p, err := projector.New(projector.Options{Log: log, View: view})
	if err != nil {
		tb.Fatal(err)
	}
	if err := p.CatchUp(ctx, nil); err != nil {
		tb.Fatal(err)
	}
	cancel()
	if err := <-ran; err != nil {
		tb.Fatal(err)
	}
	if err := view.Close(); err != nil {
		tb.Fatal(err)
	}
	if err := log.Close(); err != nil {
		tb.Fatal(err)
	}
}

func joins(from, n int) string {
	body := []byte(`{"topic":"client-join","events":[`)
	for i := from; i < from+n; i++ {
		if i > from {
			body = append(body, ',')
		}
		body = fmt.Appendf(body, `{"ap":"5c5b35%06x","ap_name":"ap-%04d","band":"5","mac":"70ef%08x","hostname":"host-%d","org_id":"o","rssi":-54,`+
			`"site_id":"site-%d","site_name":"site-%d","ssid":"Corp","timestamp":%d}`, i%997, i%997, i%30011, i%30011, i%97, i%97, 1_763_000_000+i/10)
	}
	return string(append(body, "]}"...))
}

func add(tb testing.TB, log *store.Log, topic string, at time.Time, body string) {
	tb.Helper()
	r, err := event.DeliveryRecord(event.Delivery{Received: at, Source: "acme", Via: event.ViaWebhook, Method: "POST", Path: "/mist/acme",
		Body: []byte(body), Size: int64(len(body)), Verdict: event.Verified, Status: 200, Topic: topic})
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := log.Append(tb.Context(), r); err != nil {
		tb.Fatal(err)
	}
}
