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
)

// The write-ahead file is copied back whenever walCopy bytes were added, beside
// the writer. It starts over from its beginning only when nobody writes at that
// moment: when the file is quiet, or, beyond walLimit, with the writer held for
// the few pages that are left.
const (
	walCopy  = 4 << 20
	walLimit = 48 << 20
	walQuiet = time.Second
)

// walGauge tells the keeper what the writer did.
type walGauge struct {
	added   atomic.Int64  // bytes since the last copy
	touched atomic.Bool   // something was written since it was last asked
	full    chan struct{} // one slot: walCopy was reached
}

// wrote counts a commit of about n bytes.
func (g *walGauge) wrote(n int) {
	g.touched.Store(true)
	// Every commit writes the pages it touched whole: count one more page.
	if g.added.Add(int64(n)+pageSize) >= walCopy {
		poke(g.full)
	}
}

// keeper keeps the write-ahead file of one database small, on a connection of
// its own, so that whoever commits never pays for it.
type keeper struct {
	path  string
	full  bool // fsync as the writer does
	gauge *walGauge
	turn  *sync.Mutex // the writer's
	clock clock.Clock
}

func (k keeper) run(ctx context.Context) error {
	c, err := connect(k.path, settings{full: k.full})
	if err != nil {
		return err
	}
	defer c.Close()
	// A reader in the way is no reason to wait with the writer held.
	c.SetBusyTimeout(0)
	tick, stop := k.clock.NewTicker(pollEvery)
	defer stop()
	since := k.clock.Now()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-k.gauge.full:
			k.gauge.added.Store(0)
			copyBack(c, "PASSIVE")
			if walBytes(k.path) > walLimit {
				k.startOver(c)
			}
		case now := <-tick:
			if k.gauge.touched.Swap(false) {
				since = now
			} else if now.Sub(since) >= walQuiet {
				since = now
				if walBytes(k.path) > 0 {
					k.startOver(c)
				}
			}
		}
	}
}

// startOver copies back what is left and truncates the file.
func (k keeper) startOver(c *sqlite.Conn) {
	copyBack(c, "PASSIVE") // most of the work, with the writer free
	k.turn.Lock()
	defer k.turn.Unlock()
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
