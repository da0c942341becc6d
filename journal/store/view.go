package store

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"zombiezen.com/go/sqlite"

	"foghorn/internal/clock"
	"foghorn/internal/signal"
)

// View is view.db: what the projector derived from the log, for reading by
// anyone and, opened by OpenViewWriter, for writing by the collector. All
// methods are safe for concurrent use; reading never waits for writing.
type View struct {
	path    string
	opt     Options
	clock   clock.Clock
	readers *pool
	logEnd  *pool // of log.db, to tell the projector's lag
	changed signal.Signal
	layout  atomic.Pointer[VersionError] // set while the file has a layout of another foghorn

	writing sync.Mutex // held by Update, PutFeeds, retention and the end of a checkpoint
	w       *viewWriter
	fresh   bool
	wal     walGauge
}

// viewReaders is how many reads run at the same time. Each connection may keep
// readerCache bytes of pages.
const (
	viewReaders = 3
	readerCache = 4 << 20
	writerCache = 16 << 20
)

// OpenView opens the view of dir for reading. It returns ErrNoView before a
// first collector made one, and a VersionError, which is ErrOldLayout or
// ErrNewer, when another version's collector wrote it.
func OpenView(ctx context.Context, dir string, o Options) (*View, error) {
	v := newView(dir, o)
	if !exists(v.path) {
		return nil, ErrNoView
	}
	err := v.readers.with(ctx, "open", func(c *sqlite.Conn) error { return checkView(c, v.path) })
	if err != nil {
		return nil, errors.Join(err, v.Close())
	}
	return v, nil
}

// OpenViewWriter opens the view of dir for the collector, which has to hold the
// collector's lock. A view that is missing or of an older layout is replaced by an
// empty one with Position 0, and Fresh reports it: the projector then derives
// everything again. A damaged view returns a CorruptError; ResetView sets it aside.
func OpenViewWriter(ctx context.Context, dir string, o Options) (*View, error) {
	v := newView(dir, o)
	fresh, err := openViewFile(ctx, v.path)
	if err != nil {
		return nil, errors.Join(err, v.Close())
	}
	v.fresh = fresh
	v.readers.refresh()
	if v.w, err = openViewWriter(v.path, o); err != nil {
		return nil, errors.Join(err, v.Close())
	}
	return v, nil
}

func newView(dir string, o Options) *View {
	v := &View{
		path:    filepath.Join(dir, ViewFile),
		opt:     o,
		clock:   o.clock(),
		changed: signal.New(),
		wal:     newGauge(o, viewWAL),
	}
	v.readers = newPool(v.path, viewReaders, func() (*sqlite.Conn, error) { return openReader(v.path) })
	logPath := filepath.Join(dir, LogFile)
	v.logEnd = newPool(logPath, 1, func() (*sqlite.Conn, error) {
		return connect(logPath, settings{readOnly: true})
	})
	return v
}

// Fresh reports whether OpenViewWriter found no view of this layout, so that
// the projector starts from the first record.
func (v *View) Fresh() bool { return v.fresh }

// Close closes all connections. Stop Run first by its context.
func (v *View) Close() error {
	err := errors.Join(v.readers.close(), v.logEnd.close())
	v.writing.Lock()
	defer v.writing.Unlock()
	if v.w != nil {
		err = errors.Join(err, v.w.conn.Close())
		v.w = nil
	}
	return err
}

// Changed gets a signal when the view has changed: at once for this process's
// commits, within a tenth of a second for another's while Run runs. It has one
// slot: signals that were not received yet are one signal.
func (v *View) Changed() <-chan struct{} { return v.changed }

// Run looks for other processes' commits and for a replaced file until ctx
// ends. For the writer, whose commits are the only ones, it keeps the
// write-ahead file small instead.
func (v *View) Run(ctx context.Context) error {
	if v.w == nil {
		return v.watch(ctx)
	}
	return checkpointer{path: v.path, gauge: &v.wal, writing: &v.writing, clock: v.clock}.run(ctx)
}

// watch polls the view for commits. It has a connection of its own, because
// data_version differs between connections.
func (v *View) watch(ctx context.Context) error {
	tick, stop := v.clock.NewTicker(pollEvery)
	defer stop()
	var c *sqlite.Conn
	defer func() {
		if c != nil {
			c.Close()
		}
	}()
	var last int64
	changes := changeDetector{path: v.path}
	for {
		if c == nil {
			last = -1 // a new connection knows of no version before
			c, _ = connect(v.path, settings{readOnly: true})
		}
		if c != nil && (changes.maybeChanged() || last == -1) {
			now, err := queryInt(c, "PRAGMA data_version")
			if err == nil && now != last {
				if last != -1 {
					v.changed.Notify()
				}
				last = now
				v.lookAtLayout(c)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
		if v.readers.refresh() {
			if c != nil {
				c.Close()
				c = nil
			}
			v.changed.Notify()
		}
	}
}

// lookAtLayout notices that a collector of another version has replaced the view.
func (v *View) lookAtLayout(c *sqlite.Conn) {
	var other *VersionError
	if err := checkView(c, v.path); err == nil || errors.As(err, &other) {
		v.layout.Store(other)
	}
}

// read runs fn on a snapshot of the view.
func (v *View) read(ctx context.Context, op string, fn func(*sqlite.Conn) error) error {
	if other := v.layout.Load(); other != nil {
		return other
	}
	return v.readers.with(ctx, op, fn)
}

// now is the time of a page that has none.
func (v *View) now(asked time.Time) time.Time {
	if asked.IsZero() {
		return v.clock.Now()
	}
	return asked
}
