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
		{"too wide at its least", []Column{{Width: 9, Least: 8}, {Width: 6, Least: 6}}, 3, 1, []int{8, 6}},
		{"a least above the width is the width", []Column{{Width: 3, Least: 9}}, 10, 1, []int{3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Layout(c.cols, c.free, c.gap); !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestShrink(t *testing.T) {
	widths := []int{8, 0, 6, 1}
	Shrink(widths, 9, 1)
	if want := []int{3, 0, 3, 1}; !slices.Equal(widths, want) {
		t.Errorf("%v, want %v", widths, want)
	}
	Shrink(widths, 0, 1)
	if want := []int{1, 0, 1, 1}; !slices.Equal(widths, want) {
		t.Errorf("with no room at all %v, want %v", widths, want)
	}
}

// Whatever the columns and the line: a layout fits or cannot be made to, no
// column is narrower than its least or wider than it may be, and none is left
// out that had room.
func TestLayoutHoldsItsPromises(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		cols := make([]Column, random.IntN(8))
		for i := range cols {
			cols[i] = Column{Width: random.IntN(12), Least: random.IntN(12), Grow: random.IntN(3), Max: random.IntN(20), Drop: random.IntN(4)}
		}
		free, gap := random.IntN(60), random.IntN(3)
		widths := Layout(cols, free, gap)
		fits := need(widths, gap) <= free
		for i, c := range cols {
			least := min(max(1, c.Width), max(1, c.Least))
			switch w := widths[i]; {
			case w == 0 && c.Drop == 0:
				t.Fatalf("%+v in %d: column %d was left out: %v", cols, free, i, widths)
			case w > 0 && w < least:
				t.Fatalf("%+v in %d: column %d is too narrow: %v", cols, free, i, widths)
			case w > max(1, c.Width) && (c.Grow == 0 || c.Max > 0 && w > c.Max):
				t.Fatalf("%+v in %d: column %d is too wide: %v", cols, free, i, widths)
			case !fits && w > least, !fits && w > 0 && c.Drop > 0:
				t.Fatalf("%+v in %d: does not fit although column %d has room to give: %v", cols, free, i, widths)
			}
		}
	}
}
