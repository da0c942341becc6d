// Package list is the windowed list every pane of the screen stands on.
//
// It holds the rows that are loaded, the window that is shown, the cursor, and
// the marks. Callers may rely on three things. The cursor is an id and not an
// index: rows may arrive, leave or change places and it stays on the same
// record. Before somebody moves it or acts on its row, and after Home, it stays on
// the first row. A list that follows its newest row stops doing so as soon as the
// cursor is moved up, and starts again with End. No method does I/O or costs
// more than the rows that are loaded.
package list

import "slices"

// maxRows bounds what a list keeps loaded while somebody scrolls through
// history; rows at the far end are let go and can be loaded again.
const maxRows = 4000

// Model is a list of records that have ids. The zero value is not usable; call New.
type Model[T any] struct {
	id       func(T) int64
	rows     []T
	height   int
	top      int // index of the first row in the window
	cursor   int // index of the selected row; 0 when empty
	cursorID int64
	tail     bool // newest rows are last, and ids grow downwards
	follow   bool
	attached bool // the last loaded row is the newest there is
	moved    bool // somebody chose where the cursor is
	marks    map[int64]struct{}
	lastMark int64
}

// New returns an empty list. With tail set the newest rows are at the bottom
// and the list follows them until the cursor moves up.
func New[T any](id func(T) int64, tail bool) Model[T] {
	return Model[T]{id: id, tail: tail, follow: tail, attached: true, marks: map[int64]struct{}{}}
}

// SetHeight sets how many rows the window shows.
func (m *Model[T]) SetHeight(h int) {
	m.height = max(0, h)
	m.settle()
}

// Height returns how many rows the window shows.
func (m *Model[T]) Height() int { return m.height }

// Len returns how many rows are loaded.
func (m *Model[T]) Len() int { return len(m.rows) }

// Rows returns the loaded rows; the caller must not change them.
func (m *Model[T]) Rows() []T { return m.rows }

// Top returns the index of the first row in the window.
func (m *Model[T]) Top() int { return m.top }

// Cursor returns the index of the selected row.
func (m *Model[T]) Cursor() int { return m.cursor }

// Following reports whether the list sticks to its newest row.
func (m *Model[T]) Following() bool { return m.follow }

// Attached reports whether the last loaded row was the newest when it was loaded.
func (m *Model[T]) Attached() bool { return m.attached }

// Visible returns the rows of the window.
func (m *Model[T]) Visible() []T {
	return m.rows[min(m.top, len(m.rows)):min(m.top+m.height, len(m.rows))]
}

// Selected returns the row under the cursor.
func (m *Model[T]) Selected() (row T, ok bool) {
	if m.cursor < 0 || m.cursor >= len(m.rows) {
		return row, false
	}
	return m.rows[m.cursor], true
}

// Bounds returns the smallest and largest id of a tail list's loaded rows.
func (m *Model[T]) Bounds() (first, last int64, ok bool) {
	if len(m.rows) == 0 {
		return 0, 0, false
	}
	return m.id(m.rows[0]), m.id(m.rows[len(m.rows)-1]), true
}

// Set replaces all rows. A cursor that nobody has placed stays on the first row, which
// is the one that matters most. One that was placed stays on its record if that is
// still there, else it goes to the record nearest to it.
func (m *Model[T]) Set(rows []T) {
	line := m.cursor - m.top
	m.rows = rows
	m.attached = true
	if m.follow || m.cursorID == 0 {
		m.cursor = 0
		if m.follow {
			m.cursor = len(rows) - 1
		}
		m.settle()
		return
	}
	if !m.moved && !m.tail {
		m.cursor, m.top = 0, 0
		m.settle()
		return
	}
	m.relocate()
	if m.tail || m.top > 0 {
		m.top = m.cursor - line
	}
	m.settle()
}

// relocate finds the row of the cursor's id again after rows changed.
func (m *Model[T]) relocate() {
	if i := m.index(m.cursorID); i >= 0 {
		m.cursor = i
		return
	}
	if m.tail {
		m.cursor, _ = slices.BinarySearchFunc(m.rows, m.cursorID, func(r T, id int64) int {
			return int(min(1, max(-1, m.id(r)-id)))
		})
	}
}

func (m *Model[T]) index(id int64) int {
	return slices.IndexFunc(m.rows, func(r T) bool { return m.id(r) == id })
}

// Prepend adds older rows in front. They must be older than all loaded ones.
func (m *Model[T]) Prepend(rows []T) {
	m.rows = slices.Concat(rows, m.rows)
	m.cursor += len(rows)
	m.top += len(rows)
	if over := len(m.rows) - maxRows; over > 0 {
		keep := max(len(m.rows)-over, m.cursor+m.height+1)
		if keep < len(m.rows) {
			m.rows = m.rows[:keep:keep]
			m.attached = false
		}
	}
	m.settle()
}

// Append adds newer rows behind; newest says that no newer ones exist.
func (m *Model[T]) Append(rows []T, newest bool) {
	m.rows = slices.Concat(m.rows, rows)
	m.attached = newest
	if over := min(len(m.rows)-maxRows, m.top); over > 0 {
		m.rows = slices.Clone(m.rows[over:])
		m.cursor -= over
		m.top -= over
	}
	m.settle()
}

// Refresh puts newer states of loaded records in their places.
func (m *Model[T]) Refresh(rows []T) {
	byID := make(map[int64]T, len(rows))
	for _, r := range rows {
		byID[m.id(r)] = r
	}
	for i := range m.rows {
		if r, ok := byID[m.id(m.rows[i])]; ok {
			m.rows[i] = r
		}
	}
}

// settle brings cursor and window back into range and remembers the id.
func (m *Model[T]) settle() {
	n := len(m.rows)
	m.cursor = max(0, min(m.cursor, n-1))
	if m.cursor < m.top {
		m.top = m.cursor
	}
	if m.height > 0 && m.cursor >= m.top+m.height {
		m.top = m.cursor - m.height + 1
	}
	m.top = max(0, min(m.top, n-m.height))
	if m.cursor < n {
		m.cursorID = m.id(m.rows[m.cursor])
	}
}
