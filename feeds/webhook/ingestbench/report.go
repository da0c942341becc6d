package ingestbench

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// Report is what was measured.
type Report struct {
	CPUs     int           // shared by client and server
	Against  string        // what foghorn is compared with
	Duration time.Duration // of each measurement
	Loads    []Result
	Steady   Steady
}

// Result is one load in all its rounds.
type Result struct {
	Load   Load
	Rounds []Round
}

// Round is what the two servers, the bare one or what stands in its place, acknowledged per second, one after the other,
// and the processor time each delivery cost, the client's part included. The
// latter tells more than the rate when others use the machine at the same time.
type Round struct {
	Bare, Real       float64
	BareCPU, RealCPU time.Duration
}

// Ratio is the real one's rate as a part of the bare one's.
func (r Round) Ratio() float64 {
	if r.Bare == 0 {
		return 0
	}
	return r.Real / r.Bare
}

// Steady is how long deliveries wait for their answer at a fixed rate.
type Steady struct {
	Rate          int
	N             int
	P50, P99, Max time.Duration
}

func (s *Steady) take(waits []time.Duration) {
	if s.N = len(waits); s.N == 0 {
		return
	}
	slices.Sort(waits)
	s.P50, s.P99, s.Max = waits[s.N/2], waits[s.N*99/100], waits[s.N-1]
}

// Spread is the least, the middle and the greatest of the rounds' values.
func (r Result) Spread(value func(Round) float64) (least, median, greatest float64) {
	var vs []float64
	for _, x := range r.Rounds {
		vs = append(vs, value(x))
	}
	if len(vs) == 0 {
		return 0, 0, 0
	}
	slices.Sort(vs)
	n := len(vs)
	return vs[0], (vs[(n-1)/2] + vs[n/2]) / 2, vs[n-1]
}

// WriteTo prints the report as a table.
func (r Report) WriteTo(w io.Writer) (int64, error) {
	b := fmt.Appendf(nil, "acknowledged deliveries a second, %d CPUs shared by client and server, %s a measurement\n", r.CPUs, r.Duration)
	b = fmt.Appendf(b, "%-28s %6s  %26s  %26s  %20s\n", "", "rounds", r.Against+" min/median/max", "foghorn min/median/max", "ratio min/med/max")
	for _, l := range r.Loads {
		b0, b1, b2 := l.Spread(func(r Round) float64 { return r.Bare })
		f0, f1, f2 := l.Spread(func(r Round) float64 { return r.Real })
		q0, q1, q2 := l.Spread(Round.Ratio)
		b = fmt.Appendf(b, "%-28s %6d  %26s  %26s  %20s\n", l.Load, len(l.Rounds),
			fmt.Sprintf("%.0f / %.0f / %.0f", b0, b1, b2), fmt.Sprintf("%.0f / %.0f / %.0f", f0, f1, f2), fmt.Sprintf("%.2f / %.2f / %.2f", q0, q1, q2))
		_, c0, _ := l.Spread(func(r Round) float64 { return float64(r.BareCPU) / 1000 })
		_, c1, _ := l.Spread(func(r Round) float64 { return float64(r.RealCPU) / 1000 })
		b = fmt.Appendf(b, "%-28s %6s  %23.1f us  %23.1f us\n", "  CPU for each, median", "", c0, c1)
	}
	if s := r.Steady; s.N > 0 {
		b = fmt.Appendf(b, "steady %d/s (%d deliveries): p50 %.1f ms, p99 %.1f ms, longest %.1f ms\n", s.Rate, s.N, ms(s.P50), ms(s.P99), ms(s.Max))
	}
	n, err := w.Write(b)
	return int64(n), err
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
