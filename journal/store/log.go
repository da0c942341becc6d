package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"zombiezen.com/go/sqlite"

	"foghorn/internal/signal"
	"foghorn/journal/event"
)

// MaxRecordBytes bounds head and body of one record together: the largest body
// that the configuration allows (256 MiB) and more than its head can be. SQLite
// could hold some 950 MiB, with a multiple of that in memory on the way.
const MaxRecordBytes = 257 << 20

// ErrNotFound means that there is no such row: it never was, or retention took it.
var ErrNotFound = event.ErrNotFound

// Log is log.db: the append-only truth. Any number of processes may have it
// open and append to it; sequences grow by the order of commits. All methods
// are safe for concurrent use.
type Log struct {
	path    string
	opt     Options
	queue   chan *pending
	readers *pool
	changed signal.Signal

	// writing is held while this process writes (a group, a step of retention, the
	// last part of a checkpoint), so that writers wait for each other here and not by
	// SQLite's polling for its lock.
	writing sync.Mutex
	running atomic.Bool
	stopped chan struct{} // closed when the writer will take nothing more
	guard   *guard        // the writer's; closed with the log
	lost    error         // why what was acknowledged may not be kept; set before stopped closes
	copied  bool          // all of it is in log.db, without its write-ahead file
	wal     walGauge
}

// OpenLog opens log.db in dir, and makes both when they are missing (0700 and
// 0600). It returns a CorruptError when the file is damaged and a VersionError
// when a newer foghorn wrote it. Reading works at once; Append waits for Run.
func OpenLog(ctx context.Context, dir string, o Options) (*Log, error) {
	path := filepath.Join(dir, LogFile)
	err := create(ctx, path, settings{full: true}, func(c *sqlite.Conn) error {
		if err := migrate(c, path, logMigrations); err != nil {
			return err
		}
		return wrap("open", path, readEnds(c))
	})
	if err != nil {
		return nil, err
	}
	l := &Log{
		path:    path,
		opt:     o,
		queue:   make(chan *pending, 1024),
		changed: signal.New(),
		stopped: make(chan struct{}),
		wal:     newGauge(o, logWAL),
	}
	l.readers = newPool(path, 2, func() (*sqlite.Conn, error) {
		return connect(path, settings{cache: 1 << 20, readOnly: true})
	})
	return l, nil
}

// readEnds reads the first and the last record whole. A full check of a large
// log would take minutes; this finds a file that was truncated or overwritten.
func readEnds(c *sqlite.Conn) error {
	for _, order := range []string{"ASC", "DESC"} {
		if _, err := queryInt(c, "SELECT length(head)+length(body) FROM records ORDER BY seq "+order+" LIMIT 1"); err != nil {
			return err
		}
	}
	return nil
}

// Close closes the read connections. Stop Run first by its context, and close
// the view before.
func (l *Log) Close() error {
	err := l.readers.close()
	if l.guard != nil {
		err = errors.Join(err, l.guard.close())
		l.guard = nil
	}
	return err
}

// CheckDurable checks, after Run has ended, that everything that was acknowledged is
// in log.db, as far as this can be known. The error says why it may not be.
func (l *Log) CheckDurable() error {
	select {
	case <-l.stopped:
	default:
		return errors.New("the writer of the log still runs")
	}
	if l.lost != nil || l.copied || l.guard == nil {
		return l.lost
	}
	return l.guard.newestIsThere()
}

// Changed gets a signal after a commit: at once for this process's, within a
// tenth of a second for another's while Run runs. It has one slot: signals that
// were not received yet are one signal.
func (l *Log) Changed() <-chan struct{} { return l.changed }

func (l *Log) signal() { l.changed.Notify() }

// columns of records, in the order scanRecord reads them.
const recordColumns = "seq, kind, grp, at_ms, head, body, sum"

// Read implements Reader. Records that are not what was written are among the
// others, with their Damage. When the pages themselves cannot be read it returns
// what is before them, and a CorruptError when they are the next: see Damage.
func (l *Log) Read(ctx context.Context, after int64, maxRecords int, maxBytes int64) (records []event.Record, err error) {
	err = l.readers.with(ctx, "read", func(c *sqlite.Conn) error {
		st, err := c.Prepare("SELECT " + recordColumns + " FROM records WHERE seq >= ? ORDER BY seq" + limited)
		if err != nil {
			return err
		}
		defer st.Reset()
		// Not "greater than after": that looks for the page of after itself, which
		// may be damaged and passed over.
		st.BindInt64(1, after+1)
		st.BindInt64(2, int64(maxRecords))
		for {
			row, err := st.Step()
			if err != nil || !row {
				return err
			}
			if maxBytes -= int64(st.ColumnLen(5)); maxBytes < 0 && len(records) > 0 {
				return nil
			}
			r := scanRecord(st)
			verify(&r)
			records = append(records, r)
		}
	})
	if isCorrupt(err) && len(records) > 0 {
		return records, nil // the next call meets it first
	}
	if err != nil {
		return nil, err
	}
	return records, nil
}

// Get returns one record, or ErrNotFound, or a DamagedError when it is not what
// was written.
func (l *Log) Get(ctx context.Context, seq int64) (r event.Record, err error) {
	err = l.readers.with(ctx, "read", func(c *sqlite.Conn) error {
		st, err := c.Prepare("SELECT " + recordColumns + " FROM records WHERE seq = ?")
		if err != nil {
			return err
		}
		defer st.Reset()
		st.BindInt64(1, seq)
		row, err := st.Step()
		if err != nil {
			return err
		}
		if !row {
			return fmt.Errorf("record %d: %w", seq, ErrNotFound)
		}
		r = scanRecord(st)
		if verify(&r); r.Damage != "" {
			return &DamagedError{Seq: seq, Why: r.Damage}
		}
		return nil
	})
	return r, err
}

// Last returns the sequence of the newest record, 0 when there is none.
func (l *Log) Last(ctx context.Context) (seq int64, err error) {
	err = l.readers.with(ctx, "read", func(c *sqlite.Conn) error {
		seq, err = queryInt(c, "SELECT max(seq) FROM records")
		return err
	})
	return seq, err
}

// Identity is the number that the log got when it was made. Another log has another one,
// and ids of its own.
func (l *Log) Identity(ctx context.Context) (id int64, err error) {
	err = l.readers.with(ctx, "read", func(c *sqlite.Conn) error {
		id, err = queryInt(c, "SELECT id FROM identity")
		return err
	})
	return id, err
}

func scanRecord(st *sqlite.Stmt) event.Record {
	return event.Record{
		Seq:   st.ColumnInt64(0),
		Kind:  event.RecordKind(st.ColumnInt64(1)),
		Group: st.ColumnText(2),
		At:    time.UnixMilli(st.ColumnInt64(3)).UTC(),
		Head:  columnBytes(st, 4),
		Body:  columnBytes(st, 5),
		Sum:   st.ColumnInt64(6),
	}
}

// columnBytes copies a blob out; nil when it is empty.
func columnBytes(st *sqlite.Stmt, col int) []byte {
	n := st.ColumnLen(col)
	if n == 0 {
		return nil
	}
	b := make([]byte, n)
	st.ColumnBytes(col, b)
	return b
}
