package store

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"zombiezen.com/go/sqlite"
)

// The write-ahead file is copied back whenever walCopy bytes were added, beside
// the writer. It starts over from its beginning only when nobody writes at that
// moment: when the log is quiet, or, beyond walLimit, with the writer held for
// the few pages that are left.
const (
	walCopy  = 4 << 20
	walLimit = 48 << 20
	walQuiet = time.Second
)

// walGauge tells the checkpointing goroutine what the writer did.
type walGauge struct {
	added   atomic.Int64  // bytes since the last copy
	touched atomic.Bool   // something was written since it was last asked
	full    chan struct{} // one slot: walCopy was reached
}

func (g *walGauge) wrote(n int) {
	g.touched.Store(true)
	// Every commit writes the pages it touched whole: count one more page.
	if g.added.Add(int64(n)+pageSize) >= walCopy {
		poke(g.full)
	}
}

// keepWALSmall checkpoints on a connection of its own, so that the append path
// never pays for it, until ctx ends.
func (l *Log) keepWALSmall(ctx context.Context) error {
	c, err := connect(l.path, settings{full: true})
	if err != nil {
		return err
	}
	defer c.Close()
	// A reader in the way is no reason to wait with the writer held.
	c.SetBusyTimeout(0)
	clk := l.opt.clock()
	tick, stop := clk.NewTicker(pollEvery)
	defer stop()
	since := clk.Now()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-l.wal.full:
			l.wal.added.Store(0)
			copyBack(c, "PASSIVE")
			if walBytes(l.path) > walLimit {
				l.startOver(c)
			}
		case now := <-tick:
			if l.wal.touched.Swap(false) {
				since = now
			} else if now.Sub(since) >= walQuiet {
				since = now
				if walBytes(l.path) > 0 {
					l.startOver(c)
				}
			}
		}
	}
}

// startOver copies back what is left and truncates the file.
func (l *Log) startOver(c *sqlite.Conn) {
	copyBack(c, "PASSIVE") // most of the work, with the writer free
	l.turn.Lock()
	defer l.turn.Unlock()
	copyBack(c, "TRUNCATE")
}

// copyBack runs a checkpoint. That it could not finish, because someone reads
// or the disk is full, is no fault: the next one goes on where it stopped.
func copyBack(c *sqlite.Conn, mode string) {
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
