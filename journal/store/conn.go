package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"foghorn/internal/clock"
)

// The files of a data directory.
const (
	LogFile  = "log.db"
	ViewFile = "view.db"
	LockFile = "collector.lock"
)

// Options are what both files of the journal are opened with. The zero value
// is fine.
type Options struct {
	// Clock paces polling for other processes' commits; the machine's by default.
	Clock clock.Clock
	// MaxBytes bounds each file of the journal (0: no bound). At the bound,
	// writing returns ErrFull; reading still works.
	MaxBytes int64
	// Lock is the collector's, for the process that is it: the log's writer then
	// ends when the lock's file is deleted or replaced.
	Lock *Lock
	// WALBytes is after how many bytes a write-ahead file is copied back; 0 for
	// what suits each file. Tests make it small, to have many copies in short time.
	WALBytes int64
}

func (o Options) clock() clock.Clock {
	if o.Clock == nil {
		return clock.Real{}
	}
	return o.Clock
}

// pollEvery is how often another process's commits are looked for.
const pollEvery = 100 * time.Millisecond

// busyTimeout is how long a statement waits for another process's lock. Other
// processes hold it for one small commit at a time.
const busyTimeout = 10 * time.Second

// pageSize is SQLite's default, named because page counts are turned into bytes.
const pageSize = 4096

// settings of one connection. Sizes are bytes.
type settings struct {
	cache    int  // of pages in memory
	full     bool // fsync on every commit
	readOnly bool // refuse writes by this connection
	maxBytes int64
}

// ensureFile makes the data directory (0700) and the file (0600) when they are
// missing. SQLite gives its -wal and -shm files the rights of the main file.
//
// A file that is there is not opened: closing it again would drop the locks that
// SQLite has on it in this process (POSIX), and another process could then take
// itself for the last one and remove the write-ahead file.
func ensureFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if exists(path) {
		return nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil // another process was first
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// connect opens one connection. An interrupt by ctx ends the work in progress.
func connect(path string, s settings) (*sqlite.Conn, error) {
	// Even readers open for writing, because reading a WAL file takes a lock in
	// its shared memory; query_only is what keeps them from writing.
	c, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, wrap("open", path, err)
	}
	c.SetBusyTimeout(busyTimeout)
	sync := "NORMAL"
	if s.full {
		sync = "FULL"
	}
	pragmas := []string{
		fmt.Sprintf("PRAGMA cache_size=%d", -max(s.cache, 64<<10)/1024),
		"PRAGMA synchronous=" + sync,
		"PRAGMA wal_autocheckpoint=0",
		"PRAGMA temp_store=MEMORY",
		"PRAGMA trusted_schema=OFF",
	}
	if s.maxBytes > 0 {
		pragmas = append(pragmas, fmt.Sprintf("PRAGMA max_page_count=%d", max(s.maxBytes/pageSize, 16)))
	}
	if s.readOnly {
		pragmas = append(pragmas, "PRAGMA query_only=ON")
	}
	for _, p := range pragmas {
		if err := exec(c, p); err != nil {
			return nil, errors.Join(wrap("open", path, err), c.Close())
		}
	}
	return c, nil
}

// limited ends a query whose last argument is its limit. SQLite plans by a limit
// that is an argument itself, and therefore compiles such a statement again each
// time an argument is bound, the first time included. The sign keeps it from looking.
const limited = " LIMIT +?"

// exec runs one statement that is not worth keeping.
func exec(c *sqlite.Conn, sql string, args ...any) error {
	return sqlitex.ExecuteTransient(c, sql, &sqlitex.ExecOptions{Args: args})
}

// number runs a statement that yields one integer, 0 when there is no row.
func queryInt(c *sqlite.Conn, sql string, args ...any) (n int64, err error) {
	err = sqlitex.Execute(c, sql, &sqlitex.ExecOptions{Args: args, ResultFunc: func(s *sqlite.Stmt) error {
		n = s.ColumnInt64(0)
		return nil
	}})
	return n, err
}

// run steps a kept statement that yields no rows and makes it ready again.
func run(s *sqlite.Stmt) error {
	if _, err := s.Step(); err != nil {
		return err
	}
	return s.Reset()
}

// begin starts a transaction that may write; the returned function ends it:
// commits when *err is nil, and otherwise rolls back. A commit that
// fails is rolled back too, so that the connection stays usable.
func begin(c *sqlite.Conn) (end func(err *error), err error) {
	st, err := c.Prepare("BEGIN IMMEDIATE")
	if err != nil {
		return nil, err
	}
	if err := run(st); err != nil {
		return nil, err
	}
	return func(err *error) {
		if *err == nil {
			var st *sqlite.Stmt
			if st, *err = c.Prepare("COMMIT"); *err == nil {
				*err = run(st)
			}
		}
		if *err != nil && !c.AutocommitEnabled() {
			// An interrupted connection refuses every statement, this one too.
			done := c.SetInterrupt(nil)
			if e := exec(c, "ROLLBACK"); e != nil {
				*err = errors.Join(*err, e)
			}
			c.SetInterrupt(done)
		}
	}, nil
}

// create opens a file that may be new, turns it into a WAL database and brings
// its schema up to date by way of upgrade.
func create(ctx context.Context, path string, s settings, upgrade func(*sqlite.Conn) error) error {
	if err := ensureFile(path); err != nil {
		return wrap("open", path, err)
	}
	c, err := connect(path, s)
	if err != nil {
		return err
	}
	c.SetInterrupt(ctx.Done())
	defer func() { c.Close() }()
	pages, err := queryInt(c, "PRAGMA page_count")
	if err != nil {
		return wrap("open", path, err)
	}
	if pages == 0 {
		// Space that retention frees is given back in small steps; this has to be
		// said before the first page is written, and is itself a write later on.
		if err := exec(c, "PRAGMA auto_vacuum=INCREMENTAL"); err != nil {
			return wrap("open", path, err)
		}
	}
	if err := becomeWAL(ctx, c); err != nil {
		return wrap("open", path, err)
	}
	return upgrade(c)
}

// becomeWAL turns the file into a WAL database, or finds that it is one. While
// other processes do the same SQLite reports "busy" without waiting, because it
// would have to wait with a lock that the others wait for.
func becomeWAL(ctx context.Context, c *sqlite.Conn) error {
	for end := time.Now().Add(busyTimeout); ; {
		err := exec(c, "PRAGMA journal_mode=WAL")
		if sqlite.ErrCode(err).ToPrimary() != sqlite.ResultBusy || time.Now().After(end) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// exists reports whether path is there. Errors other than absence count as
// there: opening the file then returns the reason.
func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
