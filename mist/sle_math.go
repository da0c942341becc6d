package mist

import "math"

// Success is the success rate, 1 - sum(degraded) / sum(total) (docs/mist-api.md,
// Success rates). It skips intervals where either value is unknown. ok is false
// if no interval is left: the rate is then unknown, neither 0 nor 1.
func Success(s Samples) (rate float64, ok bool) {
	var total, degraded float64
	for i := range min(len(s.Total), len(s.Degraded)) {
		if known(s.Total[i], s.Degraded[i]) {
			total += s.Total[i]
			degraded += s.Degraded[i]
		}
	}
	return successOf(total, degraded)
}

// SuccessAt is Success for one interval.
func SuccessAt(s Samples, i int) (rate float64, ok bool) {
	if i < 0 || i >= len(s.Total) || i >= len(s.Degraded) || !known(s.Total[i], s.Degraded[i]) {
		return 0, false
	}
	return successOf(s.Total[i], s.Degraded[i])
}

func successOf(total, degraded float64) (float64, bool) {
	if !(total > 0) {
		return 0, false
	}
	return min(max(1-degraded/total, 0), 1), true
}

func known(values ...float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// Degraded is the sum of the degraded values.
func Degraded(s Samples) float64 {
	var sum float64
	for _, v := range s.Degraded {
		if known(v) {
			sum += v
		}
	}
	return sum
}

// Shares returns each classifier's share of the sum of all classifiers' degraded
// values, in their order. The metric's own degraded total differs from that sum.
// All shares are 0 when nothing was degraded.
func Shares(classifiers []SLESeries) []float64 {
	out := make([]float64, len(classifiers))
	var all float64
	for i, c := range classifiers {
		out[i] = max(Degraded(c.Samples), 0)
		all += out[i]
	}
	for i := range out {
		if all > 0 {
			out[i] /= all
		}
	}
	return out
}
