package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"zombiezen.com/go/sqlite"
)

// TamperedError means that another program changed the files of the log. Later
// records could be lost, so the writer stops.
type TamperedError struct {
	What string // with the file's name
	// Foreign means that log.db is not the writer's file any more, so nothing
	// may be copied into it.
	Foreign bool
}

func (e *TamperedError) Error() string {
	return e.What + " while in use; foghorn stops, so that it acknowledges nothing that could be lost: restore the files and start it again"
}

// guard checks that the files of the log are still those that the writer writes to.
// A check takes a few microseconds; it runs after every group, before its senders
// are answered, and ten times a second.
type guard struct {
	path string
	lock *Lock // the collector's; nil in other processes
	conn *sqlite.Conn

	raw        int // log.db, open for looking at its first bytes
	file       os.FileInfo
	generation uint32 // of log.db itself, see nextGeneration
	schema     int64  // SQLite's count of changes of the schema, which VACUUM raises too

	wal    *os.File
	walIs  os.FileInfo
	salt   uint32 // of the write-ahead file's generation
	frames int64  // in it, and the header of the last of them
	last   [frameHeader]byte
	stale  bool // the last frame has to be found again

	id          int64 // of the log
	newest, sum int64 // the newest record of this writer
}

// Sizes in a write-ahead file (https://sqlite.org/fileformat2.html#walformat).
const (
	walHeader   = 32
	frameHeader = 24
)

// newGuard opens the files to check. The connection is the writer's.
//
// log.db stays open until close, which has to come after all connections of this
// process have gone: closing any descriptor of a file drops the locks that the
// process has on it.
func newGuard(path string, lock *Lock, c *sqlite.Conn) (*guard, error) {
	raw, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, wrap("open", path, &fs.PathError{Op: "open", Path: path, Err: err})
	}
	g := &guard{path: path, lock: lock, conn: c, raw: raw}
	if g.file, err = os.Stat(path); err == nil {
		g.generation, _, err = g.readHeader()
	}
	if err == nil {
		g.id, err = queryInt(c, "SELECT id FROM identity")
	}
	if err == nil { // in the first page it may be behind, until that is copied back
		g.schema, err = queryInt(c, "PRAGMA schema_version")
	}
	if err != nil {
		return nil, errors.Join(wrap("open", path, err), g.close())
	}
	return g, nil
}

func (g *guard) close() error {
	err := syscall.Close(g.raw)
	if g.wal != nil {
		err = errors.Join(err, g.wal.Close())
	}
	return err
}

// look is a full check: it asks SQLite where the write-ahead file ends.
func (g *guard) look() error {
	g.stale = true
	return g.check()
}

// wrote remembers the newest record, for closerLook.
func (g *guard) wrote(seq, sum int64) { g.newest, g.sum = seq, sum }

// check returns a TamperedError if the files were replaced or overwritten.
func (g *guard) check() error {
	now, err := os.Stat(g.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &TamperedError{What: g.path + " was moved or deleted", Foreign: true}
	case err != nil:
		return wrap("look at", g.path, err)
	case !os.SameFile(now, g.file):
		return &TamperedError{What: g.path + " was replaced by another file", Foreign: true}
	case now.Size() < pageSize && g.file.Size() >= pageSize:
		// Check this before the write-ahead file: a program that opens an empty
		// database deletes that file, and its loss would hide this one.
		return &TamperedError{What: g.path + " was overwritten or truncated", Foreign: true}
	}
	if g.lock != nil {
		if err := g.lock.Check(); err != nil {
			return err
		}
	}
	if err := g.checkWAL(); err != nil {
		return err
	}
	if now.Size() == g.file.Size() && now.ModTime().Equal(g.file.ModTime()) {
		return nil
	}
	// Usually a checkpoint. It may be another process's.
	return g.closerLook(now)
}

// checkWAL checks that the write-ahead file still has its valid frames.
func (g *guard) checkWAL() error {
	path := g.path + "-wal"
	now, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if g.wal == nil {
			return nil // the first commit makes it
		}
		return &TamperedError{What: path + " was moved or deleted"}
	}
	if err != nil {
		return wrap("look at", path, err)
	}
	if g.wal == nil {
		if g.wal, err = os.Open(path); err != nil {
			return wrap("look at", path, err)
		}
		if g.walIs, err = g.wal.Stat(); err != nil {
			return wrap("look at", path, err)
		}
	}
	if !os.SameFile(now, g.walIs) {
		return &TamperedError{What: path + " was replaced by another file"}
	}
	if g.frames > 0 && !g.stale && g.seenFrameIsThere() {
		return nil
	}
	g.stale = false
	for range 3 { // another process may start it over between two looks
		same, err := g.lastFrameIsThere()
		if err != nil {
			return wrap("look at", path, err)
		}
		if same {
			return nil
		}
	}
	return &TamperedError{What: path + " was truncated or overwritten", Foreign: true}
}

// seenFrameIsThere looks for the last frame that was seen. After a checkpoint the
// file starts over with another salt.
func (g *guard) seenFrameIsThere() bool {
	var head [walHeader]byte
	if _, err := g.wal.ReadAt(head[:], 0); err != nil || binary.BigEndian.Uint32(head[16:]) != g.salt {
		return false
	}
	var frame [frameHeader]byte
	_, err := g.wal.ReadAt(frame[:], g.place(g.frames))
	return err == nil && frame == g.last
}

// lastFrameIsThere looks for the last frame as SQLite counts them, which costs
// more, and remembers it. The one that was seen before has to be there as well,
// unless the file was started over.
func (g *guard) lastFrameIsThere() (bool, error) {
	frames, err := walFrames(g.conn)
	if err != nil || frames == 0 {
		g.frames = 0
		return true, err
	}
	var head [walHeader]byte
	if _, err := g.wal.ReadAt(head[:], 0); err != nil {
		return false, nil
	}
	if salt := binary.BigEndian.Uint32(head[16:]); g.frames > 0 && salt == g.salt && !g.seenFrameIsThere() {
		return false, nil
	}
	var frame [frameHeader]byte
	if _, err := g.wal.ReadAt(frame[:], g.place(frames)); err != nil || !bytes.Equal(frame[8:16], head[16:24]) {
		return false, nil
	}
	g.frames, g.salt, g.last = frames, binary.BigEndian.Uint32(head[16:]), frame
	return true, nil
}

func (g *guard) place(frame int64) int64 {
	return walHeader + (frame-1)*(frameHeader+pageSize)
}

// walFrames is the number of valid frames in the write-ahead file.
func walFrames(c *sqlite.Conn) (n int64, err error) {
	st, err := c.Prepare("PRAGMA wal_checkpoint(NOOP)")
	if err != nil {
		return 0, err
	}
	if _, err := st.Step(); err != nil {
		return 0, err
	}
	n = st.ColumnInt64(1)
	return max(n, 0), st.Reset()
}

// nextGeneration is called before each checkpoint. It writes an increasing number
// into the first page of the file, which distinguishes it from an older copy.
// (SQLite's own change counter need not grow in WAL mode.) If that fails because
// the disk is full, the checkpoint still runs.
func nextGeneration(c *sqlite.Conn) {
	if n, err := queryInt(c, "PRAGMA application_id"); err == nil {
		_ = exec(c, fmt.Sprintf("PRAGMA application_id=%d", (n+1)&0x7fffffff))
	}
}

// closerLook distinguishes a checkpoint from a file that was overwritten or
// truncated in place: by the generation in its first page, by the schema counter,
// which is higher in a copy made by VACUUM INTO, by its size, and by the newest
// record, read through a connection with an empty cache.
func (g *guard) closerLook(now os.FileInfo) error {
	overwritten := &TamperedError{What: g.path + " was overwritten or truncated", Foreign: true}
	generation, schema, err := g.readHeader()
	if err != nil || int64(schema) > g.schema || generation < g.generation || generation == g.generation && now.Size() < g.file.Size() {
		return overwritten
	}
	for range 3 { // a disk may fail for a moment
		if err = g.newestIsThere(); err == nil {
			g.generation, g.file = generation, now
			return nil
		}
	}
	overwritten.What += " (" + err.Error() + ")"
	return overwritten
}

// readHeader reads the number of nextGeneration and that of the schema from
// log.db, past SQLite.
func (g *guard) readHeader() (generation, schema uint32, err error) {
	var head [72]byte
	n, err := syscall.Pread(g.raw, head[:], 0)
	if err != nil {
		return 0, 0, err
	}
	if n < len(head) || !bytes.HasPrefix(head[:], []byte("SQLite format 3\x00")) {
		return 0, 0, errors.New("it does not begin like a database")
	}
	return binary.BigEndian.Uint32(head[68:]), binary.BigEndian.Uint32(head[40:]), nil
}

var errNewestGone = errors.New("the newest record is not in it")

// newestIsThere reads this writer's newest record again. Retention may have
// removed it, unless it is the newest of the log.
func (g *guard) newestIsThere() error {
	c, err := connect(g.path, settings{readOnly: true})
	if err != nil {
		return err
	}
	defer c.Close()
	id, err := queryInt(c, "SELECT id FROM identity")
	if err != nil {
		return err
	}
	if id != g.id {
		return errors.New("it is another log")
	}
	if g.newest == 0 {
		return nil
	}
	last, err := queryInt(c, "SELECT max(seq) FROM records")
	if err != nil {
		return err
	}
	r, err := firstFrom(c, g.newest)
	switch {
	case last < g.newest || errors.Is(err, ErrNotFound):
		return errNewestGone
	case err != nil:
		return err
	case r.Seq == g.newest && (r.Sum != g.sum || checksum(r.Seq, &r) != g.sum):
		return fmt.Errorf("record %d is a different one", r.Seq)
	}
	return nil
}
