package relay_test

import (
	"encoding/json"
	"os"
	osexec "os/exec"
	"slices"
	"testing"
	"time"

	"foghorn/journal/projector"
	"foghorn/journal/store"
)

// A journal of a million events, in deliveries of a thousand.
const (
	benchDeliveries = 1000
	benchEach       = 1000
)

// million makes the journal.
func million(b *testing.B) (dir string) {
	b.Helper()
	dir = b.TempDir()
	must := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	log, err := store.OpenLog(b.Context(), dir, store.Options{})
	must(err)
	done := make(chan error, 1)
	go func() { done <- log.Run(b.Context()) }()
	for i := range benchDeliveries {
		rec, err := joins(time.Now(), i*benchEach, benchEach)
		must(err)
		_, err = log.Append(b.Context(), rec)
		must(err)
	}
	view, err := store.OpenViewWriter(b.Context(), dir, store.Options{})
	must(err)
	proj, err := projector.New(projector.Options{Log: log, View: view})
	must(err)
	must(proj.CatchUp(b.Context(), nil))
	must(view.Close())
	b.Cleanup(func() {
		must(<-done)
		must(log.Close())
	})
	return dir
}

// measure makes one measurement in a process of its own.
func measure(b *testing.B, o benchRound) (r benchResult) {
	b.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		b.Fatal(err)
	}
	cmd := osexec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childBench+"="+string(text))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &r)
	}
	if err != nil {
		b.Fatalf("measure %s: %v\n%s", text, err, out)
	}
	return r
}

func median[T int64 | float64 | time.Duration](values []T) T {
	slices.Sort(values)
	return values[len(values)/2]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// BenchmarkDeadRelay compares seven relays with the same seven beside one whose service is
// not there and that has a million events behind it, in neighboring rounds.
func BenchmarkDeadRelay(b *testing.B) {
	dir := million(b)
	for b.Loop() {
		var ratios, memory []float64
		var alone, beside []time.Duration
		for i := range 5 {
			round := benchRound{Dir: dir, Live: 7, Begin: -1, Post: 4 * time.Second}
			var with, without benchResult
			for turn := range 2 {
				if round.Dead = (turn == 0) == (i%2 == 0); round.Dead {
					with = measure(b, round)
				} else {
					without = measure(b, round)
				}
			}
			b.Logf("round %d: p50 %v, p99 %v, %.1f MiB; with a dead one p50 %v, p99 %v, %.1f MiB", i+1, without.P50, without.P99, without.RSS, with.P50, with.P99, with.RSS)
			alone, beside = append(alone, without.P99), append(beside, with.P99)
			ratios, memory = append(ratios, float64(with.P99)/float64(without.P99)), append(memory, with.RSS-without.RSS)
		}
		b.ReportMetric(ms(median(alone)), "p99-ms")
		b.ReportMetric(ms(median(beside)), "p99-beside-ms")
		b.ReportMetric(median(ratios), "ratio")
		b.ReportMetric(median(memory), "more-MiB")
	}
}

// BenchmarkRestart measures how long a process takes from its start until each of seven
// relays, a million events behind, has sent its first batch, beside a dead one.
func BenchmarkRestart(b *testing.B) {
	dir := million(b)
	for b.Loop() {
		var firsts []time.Duration
		for range 5 {
			firsts = append(firsts, measure(b, benchRound{Dir: dir, Live: 7, Dead: true, Until: 1}).First)
		}
		b.Logf("until the last of seven had sent: %v", firsts)
		b.ReportMetric(ms(median(firsts)), "first-send-ms")
	}
}

// BenchmarkDrain measures how fast one relay works off what waits.
func BenchmarkDrain(b *testing.B) {
	dir := million(b)
	const events = 200_000
	for b.Loop() {
		var rates []float64
		for range 3 {
			rates = append(rates, events/measure(b, benchRound{Dir: dir, Live: 1, Until: events}).Took.Seconds())
		}
		b.ReportMetric(median(rates), "events/s")
	}
}
