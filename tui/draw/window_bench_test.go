package draw

import "testing"

// BenchmarkTextWindow is what a page of a detail view costs at each draw.
func BenchmarkTextWindow(b *testing.B) {
	th := NewTheme(BackgroundDark, false)
	lines := make([]string, 80)
	for i := range lines {
		lines[i] = th.On(Dim, "label      ") + " " + th.On(Strong, "a value that is about as long as values are, hq-berlin")
	}
	var w TextWindow
	b.ReportAllocs()
	for b.Loop() {
		if out := w.Draw("head", lines, 120, 40); len(out) != 40 {
			b.Fatalf("%d lines", len(out))
		}
	}
}
