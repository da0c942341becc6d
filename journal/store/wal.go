package store

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"zombiezen.com/go/sqlite"

	"foghorn/internal/clock"
	"foghorn/internal/signal"
)

// The write-ahead file is copied back whenever so many bytes were added, and
// starts over from its beginning then: writing over a file that keeps its size
// costs less than growing one. Only when nothing was written for walQuiet is it
// emptied, and only of more than walSmall: the collector's beat is a few pages
// every other second, which are not worth an fsync each. The log's share is small, so that no copy holds its disk for long;
// the view's is large, because its pages change again and again.
const (
	logWAL   = 4 << 20
	viewWAL  = 16 << 20
	walSmall = 64 << 10
	walQuiet = time.Second
)

// newGauge makes the gauge of a write-ahead file that is copied back after o's
// number of bytes, or usually after so many.
func newGauge(o Options, usual int64) walGauge {
	if o.WALBytes > 0 {
		usual = o.WALBytes
	}
	return walGauge{limit: usual, full: signal.New()}
}

// walGauge counts what the writer added since the last checkpoint.
type walGauge struct {
	limit   int64
	added   atomic.Int64  // bytes since the last copy
	touched atomic.Bool   // something was written since it was last asked
	full    signal.Signal // the limit was reached
}

// wrote counts a commit of about n bytes.
func (g *walGauge) wrote(n int) {
	g.touched.Store(true)
	// Every commit writes the pages it touched whole: count one more page.
	if g.added.Add(int64(n)+pageSize) >= g.limit {
		g.full.Notify()
	}
}

// checkpointer keeps the write-ahead file of one database small, on a connection of
// its own, so that whoever commits never pays for it.
type checkpointer struct {
	path    string
	full    bool // fsync as the writer does
	gauge   *walGauge
	writing sync.Locker // the writer's
	clock   clock.Clock
	// check says that the file is not the one any more that was written to:
	// nothing is copied into it then. The writer ends by its own look. May be nil.
	check func() error
}

func (k checkpointer) run(ctx context.Context) error {
	c, err := connect(k.path, settings{full: k.full})
	if err != nil {
		return err
	}
	defer c.Close()
	// A reader in the way is no reason to wait with the writer held.
	c.SetBusyTimeout(0)
	tick, stop := k.clock.NewTicker(walQuiet / 2)
	defer stop()
	since := k.clock.Now()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-k.gauge.full:
			k.gauge.added.Store(0)
			k.checkpoint(c, "RESTART")
		case now := <-tick:
			if k.gauge.touched.Swap(false) {
				since = now
			} else if now.Sub(since) >= walQuiet {
				since = now
				if walBytes(k.path) > walSmall {
					k.checkpoint(c, "TRUNCATE")
				}
			}
		}
	}
}

// checkpoint copies the file back with the writer held, so that the next commit
// writes from the beginning again. All of it: SQLite up to 3.51.2 could corrupt
// the database when a commit started the file over between two copies
// (https://sqlite.org/wal.html, "The WAL-Reset Bug"). That it could not finish,
// because someone reads or the disk is full, is no error: the next one continues
// where it stopped.
func (k checkpointer) checkpoint(c *sqlite.Conn, mode string) {
	k.writing.Lock()
	defer k.writing.Unlock()
	if k.check != nil {
		if k.check() != nil {
			return
		}
		nextGeneration(c)
	}
	_ = exec(c, fmt.Sprintf("PRAGMA wal_checkpoint(%s)", mode))
}

// walBytes is the size of the write-ahead file of path.
func walBytes(path string) int64 {
	st, err := os.Stat(path + "-wal")
	if err != nil {
		return 0
	}
	return st.Size()
}
