package view

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// plotted is a plot as text, without its labels and axis.
func plotted(e pane.Context, p draw.Plot, values []float64, w, h int) string {
	lines := p.Draw(e.Context, values, w+draw.AxisWidth, h)
	for i, l := range lines {
		lines[i] = ansi.Cut(ansi.Strip(l), draw.AxisWidth, w+draw.AxisWidth)
	}
	return strings.Join(lines, "\n")
}

func testPlot() draw.Plot {
	return draw.Plot{Low: 0, High: 10, Label: func(v float64) string { return draw.Number(int(v)) }, Role: func(float64) draw.Role { return draw.Plain }}
}

func TestAPlotJoinsItsValuesAndLeavesGaps(t *testing.T) {
	nan := math.NaN()
	e := testEnv()
	if got, want := plotted(e, testPlot(), []float64{0, 10, nan, nan, 5, 5}, 3, 2), "⢸  \n⡸ ⠉"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	e.ASCII = true
	if got, want := plotted(e, testPlot(), []float64{0, 10, nan, 10}, 4, 3), " * *\n *  \n*   "; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAPlotDrawsThresholdsMarksAndLabels(t *testing.T) {
	e := testEnv()
	p := testPlot()
	p.Lines, p.Ticks, p.Marks = []float64{5}, []float64{10, 0}, map[int]bool{1: true}
	got := ansi.Strip(strings.Join(p.Draw(e.Context, make([]float64, 8), 4+draw.AxisWidth, 3), "\n"))
	want := "   10┤ │  \n    5┤┄│┄ \n     │⣀⣀⣀⣀"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	p.Low, p.High = 5, 5 // nothing between: nothing to divide by
	p.Draw(e.Context, []float64{5, math.Inf(1), math.Inf(-1)}, 9, 1)
}

func TestASparklineNeverHidesADip(t *testing.T) {
	e := testEnv()
	if got, want := e.Sparkline([]float64{1, 1, 0, 1, math.NaN(), math.NaN()}, 3, 0, 1), "█▁·"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	e.ASCII = true
	if got, want := e.Sparkline([]float64{0, 0.5, 1, 2, -1}, 9, 0, 1), "_=##_"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestValuesAreLaidOutInTime(t *testing.T) {
	at := func(m int) time.Time { return noon.Add(time.Duration(m) * time.Minute) }
	got := layTimes([]time.Time{at(0), at(10), at(30)}, []float64{1, 2, 3}, 10*time.Minute, at(0), at(40), 4)
	if got[0] != 1 || got[1] != 2 || !math.IsNaN(got[2]) || got[3] != 3 {
		t.Errorf("laid out as %v", got)
	}
	if d := intervalOf(event.SLEDetail{Series: []event.SLESample{{Time: at(0)}, {Time: at(10)}}}); d != 10*time.Minute {
		t.Errorf("a sample stands for %s", d)
	}
}

func TestAxesHaveRoundEnds(t *testing.T) {
	if p := successPlot(0.62); p.Low != 0.6 || p.High != 1 {
		t.Errorf("from %v to %v", p.Low, p.High)
	}
	if p := measuredPlot(-74.2, -61, "-72 dBm"); p.Low != -80 || p.High != -60 || p.Lines[0] != -72 {
		t.Errorf("from %v to %v with %v", p.Low, p.High, p.Lines)
	}
	if p := measuredPlot(3, 3, "none"); p.Low >= p.High || p.Lines != nil {
		t.Errorf("from %v to %v with %v", p.Low, p.High, p.Lines)
	}
}

func TestThePlotOfAFollowedClientSlowsDownAsItFills(t *testing.T) {
	f := &FollowSheet{}
	for i := range 400 {
		f.Samples = append(f.Samples, sample{at: noon.Add(time.Duration(i) * time.Second), rssi: -60})
		if i == 100 && f.dotTime(148) != time.Second || i == 200 && f.dotTime(148) != 2*time.Second || i == 399 && f.dotTime(148) != 5*time.Second {
			t.Errorf("after %d s a dot stands for %s", i, f.dotTime(148))
		}
	}
}
