package columns

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestLayout(t *testing.T) {
	for _, c := range []struct {
		name      string
		cols      []Column
		free, gap int
		want      []int
	}{
		{"none", nil, 10, 1, []int{}},
		{"all fit", []Column{{Width: 3}, {Width: 4}}, 10, 1, []int{3, 4}},
		{"one grows into what is left", []Column{{Width: 3}, {Width: 4, Grow: 1}}, 10, 1, []int{3, 6}},
		{"two grow by their shares", []Column{{Width: 1, Grow: 1}, {Width: 1, Grow: 3}}, 11, 1, []int{3, 7}},
		{"one is full and the other takes the rest", []Column{{Width: 1, Grow: 1, Max: 2}, {Width: 1, Grow: 1}}, 11, 1, []int{2, 8}},
		{"the highest drop leaves first", []Column{{Width: 4, Least: 4}, {Width: 4, Least: 4, Drop: 2}, {Width: 4, Least: 4, Drop: 1}}, 9, 1, []int{4, 0, 4}},
		{"of the same drop the first leaves first", []Column{{Width: 4, Least: 4}, {Width: 4, Least: 4, Drop: 1}, {Width: 4, Least: 4, Drop: 1}}, 9, 1, []int{4, 0, 4}},
		{"what is left grows into the room", []Column{{Width: 4, Least: 4, Grow: 1}, {Width: 4, Least: 4, Drop: 1}}, 8, 1, []int{8, 0}},
		{"narrowed rather than dropped", []Column{{Width: 9, Least: 3}, {Width: 4, Least: 4, Drop: 1}}, 10, 2, []int{4, 4}},
		{"whoever has most to give is narrowed", []Column{{Width: 9, Least: 8}, {Width: 6, Least: 2}}, 13, 1, []int{9, 3}},
		{"the one that grows is narrowed first", []Column{{Width: 9, Least: 2}, {Width: 6, Least: 2, Grow: 1}}, 13, 1, []int{9, 3}},
		{"and then the others", []Column{{Width: 9, Least: 2}, {Width: 6, Least: 2, Grow: 1}}, 9, 1, []int{6, 2}},
		{"at their least they do not fit", []Column{{Width: 9, Least: 8}, {Width: 6, Least: 6}}, 5, 1, []int{2, 2}},
		{"the line is too short for two", []Column{{Width: 9}, {Width: 6}}, 2, 1, []int{1, 0}},
		{"a whole one is not narrowed", []Column{{Width: 9, Whole: true}, {Width: 6, Least: 2}}, 12, 1, []int{9, 2}},
		{"below its least for a whole one", []Column{{Width: 9, Whole: true}, {Width: 6, Least: 4}}, 12, 1, []int{9, 2}},
		{"left out for a whole one", []Column{{Width: 6}, {Width: 9, Whole: true}}, 10, 1, []int{0, 9}},
		{"a whole one may leave", []Column{{Width: 9, Whole: true, Drop: 1}, {Width: 6, Least: 4}}, 13, 1, []int{0, 6}},
		{"whole ones that do not fit are narrowed", []Column{{Width: 9, Whole: true}, {Width: 6, Whole: true}}, 12, 1, []int{5, 6}},
		{"an extra where there is room", []Column{{Width: 4, Least: 2}, {Width: 3, Extra: 1}}, 8, 1, []int{4, 3}},
		{"no extra in the room of another", []Column{{Width: 4, Least: 2}, {Width: 3, Extra: 1}}, 7, 1, []int{4, 0}},
		{"no extra while another had to leave", []Column{{Width: 4}, {Width: 9, Least: 9, Drop: 1}, {Width: 2, Extra: 1}}, 8, 1, []int{4, 0, 0}},
		{"the lowest extra is first", []Column{{Width: 4}, {Width: 3, Extra: 2}, {Width: 3, Extra: 1}}, 9, 1, []int{4, 0, 3}},
		{"what is left grows after extras", []Column{{Width: 4, Grow: 1}, {Width: 3, Extra: 1}}, 10, 1, []int{6, 3}},
		{"a least above the width is the width", []Column{{Width: 3, Least: 9}}, 10, 1, []int{3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Layout(c.cols, c.free, c.gap); !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// Whatever the columns and the line: a layout fits, no column is wider than it may
// be, one that may not be cut is whole wherever those that never leave fit, and
// none is narrower than its least while another has room to give.
func TestLayoutHoldsItsPromises(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		cols := make([]Column, random.IntN(10))
		for i := range cols {
			cols[i] = Column{Width: random.IntN(40), Least: random.IntN(12), Grow: random.IntN(3), Max: random.IntN(40), Drop: random.IntN(4),
				Whole: random.IntN(3) == 0, Extra: max(0, random.IntN(5)-2)}
		}
		free, gap := 1+random.IntN(160), random.IntN(3)
		checkLayout(t, cols, Layout(cols, free, gap), free, gap)
	}
}

func checkLayout(t *testing.T, cols []Column, widths []int, free, gap int) {
	t.Helper()
	fail := func(i int, why string) {
		t.Fatalf("%+v in %d with gap %d: %v: column %d %s", cols, free, gap, widths, i, why)
	}
	if n := need(widths, gap); n > free {
		fail(0, "and the others do not fit")
	}
	wholes := make([]int, len(cols)) // those that never leave
	for i, c := range cols {
		if c.Whole && c.Drop == 0 && c.Extra == 0 {
			wholes[i] = max(1, c.Width)
		}
	}
	wholesFit := need(wholes, gap) <= free
	cut, left := -1, -1
	for i, c := range cols {
		w, want := widths[i], max(1, c.Width)
		switch {
		case w == 0 && c.Extra == 0:
			left = i
		case w > 0 && w < want:
			cut = i
		}
		if wholesFit && wholes[i] > w {
			fail(i, "is not whole although it fits")
		}
		if wholesFit && c.Whole && w > 0 && w < want {
			fail(i, "is cut")
		}
		if w > want && (c.Grow == 0 || c.Max > 0 && w > c.Max) {
			fail(i, "is too wide")
		}
		if c.Drop > 0 && w > 0 && w < min(want, max(1, c.Least)) {
			fail(i, "is below its least and could have left")
		}
	}
	for i, c := range cols {
		if c.Extra > 0 && widths[i] > 0 && (cut >= 0 || left >= 0) {
			fail(i, "is an extra in the room of another")
		}
		if c.Grow > 0 && widths[i] > max(1, c.Width) && cut >= 0 {
			fail(i, "grew while another is cut")
		}
	}
}

func TestContent(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []string
		empty  bool
		same   string
	}{
		{"no rows", nil, false, ""},
		{"one row", []string{"berlin"}, false, ""},
		{"nothing", []string{"", ""}, true, ""},
		{"all equal", []string{"berlin", "berlin", "berlin"}, false, "berlin"},
		{"one differs", []string{"berlin", "berlin", "graz"}, false, ""},
		{"one says nothing", []string{"", "berlin"}, false, ""},
		{"the last says nothing", []string{"berlin", ""}, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var seen Content
			widest := 0
			for _, v := range c.values {
				seen.Add(v, len(v))
				widest = max(widest, len(v))
			}
			if same, ok := seen.Same(len(c.values)); seen.Empty() != c.empty || same != c.same || ok != (c.same != "") || seen.Width != widest {
				t.Errorf("empty %v, same %q %v, width %d", seen.Empty(), same, ok, seen.Width)
			}
		})
	}
}
