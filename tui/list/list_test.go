package list

import (
	"slices"
	"testing"
)

func rows(from, to int64) []int64 {
	var out []int64
	for i := from; i <= to; i++ {
		out = append(out, i)
	}
	return out
}

func newTail(height int, r []int64) *Model[int64] {
	m := New(func(i int64) int64 { return i }, true)
	m.SetHeight(height)
	m.Set(r)
	return &m
}

func selected(t *testing.T, m *Model[int64]) int64 {
	t.Helper()
	r, ok := m.Selected()
	if !ok {
		t.Fatal("nothing is selected")
	}
	return r
}

func TestTailFollowsUntilMovedUpAndAgainFromTheEnd(t *testing.T) {
	m := newTail(3, rows(1, 5))
	if selected(t, m) != 5 || !slices.Equal(m.Visible(), rows(3, 5)) {
		t.Fatalf("selected %d, visible %v", selected(t, m), m.Visible())
	}
	m.Move(-1)
	m.Set(rows(1, 8))
	if selected(t, m) != 4 || !slices.Equal(m.Visible(), rows(3, 5)) {
		t.Fatalf("after moving up: selected %d, visible %v", selected(t, m), m.Visible())
	}
	m.Move(10)
	if selected(t, m) != 8 || m.Following() {
		t.Fatalf("moving down must not follow by itself: %d %v", selected(t, m), m.Following())
	}
	m.End()
	m.Set(rows(1, 9))
	if selected(t, m) != 9 {
		t.Fatalf("End must follow, but %d is selected", selected(t, m))
	}
}

func TestSelectionIsAnID(t *testing.T) {
	m := New(func(i int64) int64 { return i }, false)
	m.SetHeight(4)
	m.Set([]int64{30, 20, 10})
	m.Move(1)
	for name, c := range map[string]struct {
		rows []int64
		want int64
	}{
		"rows come above":     {[]int64{50, 40, 30, 20, 10}, 20},
		"the order turns":     {[]int64{10, 20, 30}, 20},
		"the row leaves":      {[]int64{30, 10}, 10},
		"all but one leave":   {[]int64{7}, 7},
		"all rows but theirs": {[]int64{20}, 20},
	} {
		t.Run(name, func(t *testing.T) {
			n := m
			n.Set(c.rows)
			if got, _ := n.Selected(); got != c.want {
				t.Errorf("selected %d, want %d", got, c.want)
			}
		})
	}
}

func TestEmptyListTakesEveryMovement(t *testing.T) {
	m := newTail(0, nil)
	for _, f := range []func(){func() { m.Move(1) }, func() { m.Move(-1) }, m.Home, m.End, func() { m.Page(1) }, func() { m.Half(-1) },
		m.MarkAll, m.MarkRange, func() { m.Mark(1) }, func() { m.Select(3) }, m.Reset, func() { m.SetHeight(5) }, func() { m.Refresh(rows(1, 2)) }} {
		f()
		if _, ok := m.Selected(); ok || m.Len() != 0 {
			t.Fatal("an empty list has no row")
		}
	}
}

func TestPagesJoinAndFarRowsAreLetGo(t *testing.T) {
	m := newTail(10, rows(20_001, 20_100))
	m.Home()
	for m.Len() < maxRows {
		first, _, _ := m.Bounds()
		m.Prepend(rows(first-100, first-1))
		m.Home()
	}
	first, last, _ := m.Bounds()
	m.Prepend(rows(first-100, first-1))
	if m.Len() != maxRows || m.Attached() {
		t.Fatalf("%d rows, attached %v; the newest should have been let go", m.Len(), m.Attached())
	}
	if _, now, _ := m.Bounds(); now != last-100 {
		t.Fatalf("the last row is %d, want %d", now, last-100)
	}
	m.End()
	for range 5 {
		_, last, _ = m.Bounds()
		m.SetFollow(false)
		m.Append(rows(last+1, last+100), false)
		m.Move(200)
	}
	if m.Len() > maxRows+100 {
		t.Fatalf("%d rows are kept", m.Len())
	}
	for i, r := range m.Rows()[1:] {
		if r != m.Rows()[i]+1 {
			t.Fatalf("a gap after %d", m.Rows()[i])
		}
	}
}

func TestMarks(t *testing.T) {
	m := newTail(5, rows(1, 6))
	m.Home()
	m.Mark(1)
	m.Mark(1)
	m.Move(2)
	m.MarkRange()
	if got := m.Chosen(); !slices.Equal(got, []int64{1, 2, 3, 4, 5}) {
		t.Fatalf("chosen %v", got)
	}
	m.Mark(0) // takes its mark away again
	if m.Marked(5) || m.Marks() != 4 {
		t.Fatalf("marks %d", m.Marks())
	}
	m.Set(rows(3, 9)) // marks are of records, loaded or not
	if got := m.Chosen(); !slices.Equal(got, []int64{3, 4}) {
		t.Fatalf("chosen %v after rows moved", got)
	}
	m.ClearMarks()
	if got := m.Chosen(); len(got) != 1 {
		t.Fatalf("without marks the row under the cursor is chosen, got %v", got)
	}
}

func TestSeek(t *testing.T) {
	m := newTail(3, rows(1, 20))
	if !m.Seek(-1, func(i int64) bool { return i%7 == 0 }) || selected(t, m) != 14 || m.Following() {
		t.Fatalf("seek up found %d", selected(t, m))
	}
	if m.Seek(1, func(i int64) bool { return i > 100 }) || selected(t, m) != 14 {
		t.Fatal("a seek that finds nothing must not move")
	}
}

func TestAnUntouchedListShowsItsFirstRowsWhateverArrives(t *testing.T) {
	m := New(func(i int64) int64 { return i }, false)
	m.SetHeight(3)
	m.Set([]int64{50, 40, 30, 20, 10})
	m.Set([]int64{60, 50, 40, 30, 20, 10})
	if selected(t, &m) != 60 || !slices.Equal(m.Visible(), []int64{60, 50, 40}) {
		t.Errorf("one more: selected %d, visible %v", selected(t, &m), m.Visible())
	}
	m.Set([]int64{90, 80, 70, 60, 50, 40})
	if selected(t, &m) != 90 || !slices.Equal(m.Visible(), []int64{90, 80, 70}) {
		t.Errorf("three more: selected %d, visible %v", selected(t, &m), m.Visible())
	}
	m.Set([]int64{80, 70, 90})
	if selected(t, &m) != 80 {
		t.Errorf("the first row sank: selected %d", selected(t, &m))
	}
	m.Set([]int64{90, 80, 70, 60, 50, 40})
	m.Move(1)
	m.Set([]int64{99, 98, 97, 96, 90, 80, 70})
	if selected(t, &m) != 80 {
		t.Errorf("once chosen, the cursor stays on its record and not on %d", selected(t, &m))
	}
	m.Home()
	m.Set([]int64{100, 99, 98, 97, 96, 90})
	if selected(t, &m) != 100 || !slices.Equal(m.Visible(), []int64{100, 99, 98}) {
		t.Errorf("after Home the first rows show again, not %v with %d", m.Visible(), selected(t, &m))
	}
}

func TestMarksThatLeftTheListDoNotHideTheCursorsRow(t *testing.T) {
	m := New(func(i int64) int64 { return i }, false)
	m.SetHeight(3)
	m.Set([]int64{30, 20, 10})
	m.Mark(0)
	m.Set([]int64{20, 10})
	if got := m.Chosen(); !slices.Equal(got, []int64{20}) {
		t.Errorf("chosen %v, want the row under the cursor", got)
	}
	m.Set([]int64{30, 20, 10})
	if got := m.Chosen(); !slices.Equal(got, []int64{30}) {
		t.Errorf("chosen %v, want the marked row that is back", got)
	}
}
