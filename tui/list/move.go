package list

import "slices"

// Move moves the cursor by n rows. Moving up stops following; moving down onto
// the newest row does not start it again, only End does.
func (m *Model[T]) Move(n int) {
	if n < 0 {
		m.follow = false
	}
	m.moved = true
	m.cursor += n
	m.settle()
}

// Page moves by n windows, less one row that stays in sight.
func (m *Model[T]) Page(n int) { m.Move(n * max(1, m.height-1)) }

// Half moves by n half windows.
func (m *Model[T]) Half(n int) { m.Move(n * max(1, m.height/2)) }

// Home goes to the first loaded row and stops following. The list counts as
// untouched again: its window stays on the first rows while others arrive.
func (m *Model[T]) Home() {
	m.follow, m.moved = false, false
	m.cursor = 0
	m.settle()
}

// Hold keeps the cursor on its record, as a movement does: somebody acts on it, and
// the next key means the same one.
func (m *Model[T]) Hold() { m.moved = true }

// End goes to the last row; a tail list follows from there.
func (m *Model[T]) End() {
	m.follow, m.moved = m.tail, true
	m.cursor = len(m.rows) - 1
	m.settle()
}

// SetFollow switches following on or off; lists that are not tails ignore it.
func (m *Model[T]) SetFollow(on bool) {
	if on && m.tail {
		m.End()
		return
	}
	m.follow = false
}

// Select puts the cursor on a record and reports whether it is loaded.
func (m *Model[T]) Select(id int64) bool {
	i := m.index(id)
	if i < 0 {
		return false
	}
	m.follow, m.moved = false, true
	m.cursor = i
	m.settle()
	return true
}

// Center puts the cursor on a record and the record in the middle of the window.
func (m *Model[T]) Center(id int64) {
	if m.Select(id) {
		m.top = m.cursor - m.height/2
		m.settle()
	}
}

// Seek moves the cursor to the next row (dir 1) or the previous one (dir -1)
// that is wanted, and reports whether there was one.
func (m *Model[T]) Seek(dir int, wanted func(T) bool) bool {
	for i := m.cursor + dir; i >= 0 && i < len(m.rows); i += dir {
		if wanted(m.rows[i]) {
			m.Move(i - m.cursor)
			return true
		}
	}
	return false
}

// Reset forgets rows, cursor and marks: the list shows something else from now on.
func (m *Model[T]) Reset() {
	m.rows, m.cursor, m.cursorID, m.top = nil, 0, 0, 0
	m.follow, m.attached, m.moved = m.tail, true, false
	m.ClearMarks()
}

// Mark marks the row under the cursor and moves by n rows; with n 0 it takes a
// mark away that is there.
func (m *Model[T]) Mark(n int) {
	if _, ok := m.Selected(); !ok {
		return
	}
	if n == 0 && m.Marked(m.cursorID) {
		delete(m.marks, m.cursorID)
		return
	}
	m.marks[m.cursorID] = struct{}{}
	m.lastMark = m.cursorID
	m.Move(n)
}

// MarkRange marks everything from the last mark to the cursor.
func (m *Model[T]) MarkRange() {
	from := m.index(m.lastMark)
	if from < 0 {
		from = m.cursor
	}
	for i := min(from, m.cursor); i <= max(from, m.cursor) && i < len(m.rows); i++ {
		m.marks[m.id(m.rows[i])] = struct{}{}
	}
	m.lastMark = m.cursorID
}

// MarkAll marks every loaded row.
func (m *Model[T]) MarkAll() {
	for _, r := range m.rows {
		m.marks[m.id(r)] = struct{}{}
	}
}

// ClearMarks takes all marks away.
func (m *Model[T]) ClearMarks() {
	clear(m.marks)
	m.lastMark = 0
}

// Marked reports whether the record is marked.
func (m *Model[T]) Marked(id int64) bool {
	_, ok := m.marks[id]
	return ok
}

// Marks returns how many records are marked, loaded or not.
func (m *Model[T]) Marks() int { return len(m.marks) }

// Chosen returns the marked rows in order of the list. Without marks, or when
// all of them have left the list, it is the row under the cursor: nobody means
// rows that cannot be seen any more.
func (m *Model[T]) Chosen() []T {
	var out []T
	for _, r := range m.rows {
		if len(m.marks) > 0 && m.Marked(m.id(r)) {
			out = append(out, r)
		}
	}
	if r, ok := m.Selected(); ok && len(out) == 0 {
		return []T{r}
	}
	return slices.Clip(out)
}
