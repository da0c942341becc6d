package draw

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func numbered(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("line %d", i+1)
	}
	return out
}

// shown is the window below its head, which is checked to be w by h cells.
func shown(t *testing.T, w *TextWindow, lines []string, width, height int) []string {
	t.Helper()
	out := w.Draw("head", lines, width, height)
	if len(out) != height || strings.TrimRight(out[0], " ") != "head" {
		t.Fatalf("%d lines below %q", len(out), out[0])
	}
	var texts []string
	for _, l := range out {
		if ansi.StringWidth(l) != width {
			t.Fatalf("%q is not %d cells wide", l, width)
		}
		texts = append(texts, strings.TrimRight(ansi.Strip(l), " "))
	}
	return texts[1:]
}

func TestATextWindowScrollsByLinesAndOverlappingPages(t *testing.T) {
	var w TextWindow
	for _, step := range []struct {
		lines, pages int
		first, last  string
	}{
		{0, 0, "line 1", "line 5"}, {1, 0, "line 2", "line 6"}, {0, 1, "line 6", "line 10"}, {0, -1, "line 2", "line 6"},
		{1 << 20, 0, "line 16", "line 20"}, {0, 1, "line 16", "line 20"}, {-1 << 20, 0, "line 1", "line 5"},
	} {
		shown(t, &w, numbered(20), 12, 6)
		w.Scroll(step.lines, step.pages)
		if got := shown(t, &w, numbered(20), 12, 6); got[0] != step.first || got[4] != step.last {
			t.Fatalf("%+v shows %q to %q", step, got[0], got[4])
		}
	}
}

func TestATextWindowFollowsAShorterText(t *testing.T) {
	var w TextWindow
	shown(t, &w, numbered(20), 12, 6)
	w.Scroll(1<<20, 0)
	if got := shown(t, &w, numbered(3), 12, 6); got[0] != "line 1" || got[3] != "" {
		t.Errorf("a shorter text shows %q", got)
	}
	w.Top()
	if got := shown(t, &w, numbered(20), 12, 6); got[0] != "line 1" {
		t.Errorf("the top is %q", got[0])
	}
}
