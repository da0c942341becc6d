package view

import (
	"math"
	"strconv"
	"strings"
	"time"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// series are the values of the plot by time: the answer's samples, or the
// hours that the state has.
func (s *metricSheet) series(e pane.Context) (times []time.Time, values []float64, step time.Duration) {
	if s.answered.IsZero() {
		for i, v := range s.score.Trend {
			times = append(times, trendEnd(e).Add(-time.Duration(len(s.score.Trend)-i)*time.Hour))
			values = append(values, notKnown(v, v >= 0))
		}
		return times, values, time.Hour
	}
	for i, p := range s.detail.Series {
		v := notKnown(p.Success, p.Known)
		if s.measured {
			v = notKnown(0, false)
			if i < len(s.detail.Measured) {
				v = s.detail.Measured[i]
			}
		}
		times, values = append(times, p.Time), append(values, v)
	}
	return times, values, intervalOf(s.detail)
}

// intervalOf is how long a sample covers: as reported, else until the next one.
func intervalOf(d event.SLEDetail) time.Duration {
	switch {
	case d.IntervalS > 0:
		return time.Duration(d.IntervalS) * time.Second
	case len(d.Series) > 1:
		return d.Series[1].Time.Sub(d.Series[0].Time)
	default:
		return time.Hour
	}
}

func notKnown(v float64, known bool) float64 {
	if !known {
		return math.NaN()
	}
	return v
}

// layTimes puts values that each hold for step into n dots from start to end.
func layTimes(times []time.Time, values []float64, step time.Duration, start, end time.Time, n int) []float64 {
	out := make([]float64, n)
	k := 0
	for i := range out {
		t := start.Add(time.Duration((float64(i) + 0.5) / float64(n) * float64(end.Sub(start))))
		for k < len(times) && !times[k].After(t) {
			k++
		}
		out[i] = math.NaN()
		if k > 0 && t.Sub(times[k-1]) < step {
			out[i] = values[k-1]
		}
	}
	return out
}

func (s *metricSheet) drawPlot(e pane.Context, w, height int, start, end time.Time) []string {
	times, values, step := s.series(e)
	low, high, known := bounds(values)
	if !known {
		text := "  No data: nothing was counted in this time."
		if s.answered.IsZero() {
			text = "  No hours of it are known yet."
			if len(e.Tokens) == 0 {
				text = "  More comes from the Mist API, and no API token is configured. See config.toml, [[mist]] token."
			}
		}
		return draw.Pad([]string{"", e.Theme.Fit(text, w, false)}, w, height)
	}
	p := successPlot(low)
	if s.measured {
		p = measuredPlot(low, high, s.detail.Threshold)
	}
	return p.Draw(e.Context, layTimes(times, values, step, start, end, e.Dots(w)), w, height)
}

// bounds are the least and the largest value that is known.
func bounds(values []float64) (low, high float64, known bool) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			low, high, known = min(low, v), max(high, v), true
		}
	}
	return low, high, known
}

// successPlot is the axis of success rates, from a round value below the
// lowest one up to all of it, with a line where it is called degraded.
func successPlot(low float64) draw.Plot {
	low = max(0, min(journal.SLECritical, math.Floor(low*10)/10))
	return draw.Plot{Low: low, High: 1, Ticks: []float64{1, (1 + low) / 2, low}, Lines: []float64{journal.SLEWarn},
		Label: func(v float64) string { return strconv.Itoa(int(math.Round(v*100))) + "%" },
		Role: func(v float64) draw.Role {
			_, r := scoreWord(v)
			return r
		}}
}

// measuredPlot is the axis of the measured quantity, with its threshold.
func measuredPlot(low, high float64, threshold string) draw.Plot {
	p := draw.Plot{Low: low, High: high, Label: func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) },
		Role: func(float64) draw.Role { return draw.Info }}
	if at, ok := leadingNumber(threshold); ok {
		p.Lines = []float64{at}
		p.Low, p.High = min(p.Low, at), max(p.High, at)
	}
	step := roundStep(p.High - p.Low)
	p.Low, p.High = math.Floor(p.Low/step)*step, math.Ceil(p.High/step)*step
	if p.High <= p.Low {
		p.High = p.Low + step
	}
	p.Ticks = []float64{p.High, p.Low}
	return p
}

// roundStep is a round number of which a few make the span.
func roundStep(span float64) float64 {
	if !(span > 0) || math.IsInf(span, 0) {
		return 1
	}
	return math.Pow(10, math.Floor(math.Log10(span)))
}

// leadingNumber reads the number at the start of "-72 dBm".
func leadingNumber(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	n := 0
	for n < len(s) && (s[n] == '-' || s[n] == '.' || '0' <= s[n] && s[n] <= '9') {
		n++
	}
	v, err := strconv.ParseFloat(s[:n], 64)
	return v, err == nil && !math.IsInf(v, 0)
}
