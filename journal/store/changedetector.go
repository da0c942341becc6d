package store

import (
	"os"
	"time"
)

// changeDetector tells whether a database may have been committed to since it was last
// asked, at the price of looking at a file's size and time. Asking SQLite takes
// locks and some hundred times as long, which ten times a second would be most
// of what an idle foghorn costs.
type changeDetector struct {
	path string // of the database

	size int64
	mod  time.Time
}

// fileTimeStep is more than file systems round the time of a change by. Within
// it two commits may leave the same size and time, so that nothing is concluded
// from a file that was changed so lately.
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
