package pane

import (
	"time"

	"foghorn/internal/human"
	"foghorn/tui/draw"
)

// measured is what was seen of the rows that a list has loaded. A row is measured once:
// when it is loaded, and while it is on the screen, where its cells are made anyway. So
// within a minute columns only become wider and only appear, and a list that is followed
// does not jump. With the minute, when all ages turn over, it is measured anew.
type measured struct {
	key   measureKey
	table *draw.Table
	seen  map[int64]struct{}
	stale bool // rows were loaded since
	rows  int  // the generation of the rows: until those of a new filter are here, the old ones are shown
}

// measureKey is what the cells of unchanged rows depend on.
type measureKey struct {
	gen, width, columns int
	mode                human.Format
	ascii               bool
	minute              int64
}

// measure takes in the rows that were not measured yet, and those in the window.
func (p *List[T]) measure(e Context, cols []draw.Column, visible [][]draw.Cell) *draw.Table {
	m := &p.measured
	key := measureKey{m.rows, e.Width, len(cols), e.Mode, e.ASCII, e.Now.Unix() / int64(time.Minute/time.Second)}
	if m.table == nil || m.key != key {
		m.key, m.table, m.stale = key, draw.NewTable(cols), true
		clear(m.seen)
	}
	m.table.Columns = cols
	defer func() { m.table.Rows = p.List.Len() }() // what is on the screen is measured in every frame
	for _, cells := range visible {
		m.table.Add(cells)
	}
	if !m.stale {
		return m.table
	}
	m.stale = false
	if m.seen == nil {
		m.seen = map[int64]struct{}{}
	}
	top, end := p.List.Top(), p.List.Top()+len(visible)
	for i, row := range p.List.Rows() {
		id := p.Spec.RowID(row)
		if _, done := m.seen[id]; done {
			continue
		}
		m.seen[id] = struct{}{}
		if i < top || i >= end {
			m.table.Add(p.Spec.Cells(e, row))
		}
	}
	return m.table
}
