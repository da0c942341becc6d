package store

import (
	"os"
	"time"
)

// changeDetector reports whether a database may have been committed to since the
// last check, by the size and time of its write-ahead file. Asking SQLite takes
// locks and a hundred times as long; ten times a second, that would be most of the
// CPU time of an idle foghorn.
type changeDetector struct {
	path string // of the database

	size int64
	mod  time.Time
}

// fileTimeStep is more than file systems round the time of a change by. Two commits
// within it may leave the same size and time, so a file that changed so recently
// counts as changed.
const fileTimeStep = 100 * time.Millisecond

// maybeChanged reports whether there may be something new. It errs on that side only.
func (p *changeDetector) maybeChanged() bool {
	st, err := os.Stat(p.path + "-wal")
	if err != nil {
		return true // it is made by the first commit
	}
	same := st.Size() == p.size && st.ModTime().Equal(p.mod)
	p.size, p.mod = st.Size(), st.ModTime()
	// File times are the machine's, whatever clock the rest goes by.
	return !same || time.Since(p.mod) < 2*fileTimeStep
}
