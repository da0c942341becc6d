package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"foghorn/journal/event"
)

// Lock says that this process is the collector of a data directory. The system
// lets go of it when the process ends, however it ends.
//
// It is on two things: on the file, which says who holds it, and on the directory
// itself, which cannot be removed from under a collector, so that a file that is
// deleted lets nobody else in.
type Lock struct {
	path string
	file *os.File
	is   os.FileInfo // the file
	dir  *os.File
}

// HeldError means that another process is the collector.
type HeldError struct {
	Path   string
	Holder event.Collector // as far as it could be read
}

func (e *HeldError) Error() string {
	if e.Holder.PID == 0 {
		return fmt.Sprintf("another process collects for the data directory of %s; it does not say who it is", e.Path)
	}
	return fmt.Sprintf("another process collects for this data directory: %s, process %d of %s on %s (%s)",
		e.Holder.Command, e.Holder.PID, e.Holder.User, e.Holder.Host, e.Path)
}

// CatchUp is the Command of a listing command that holds the lock for a moment, to
// bring the view up to date. It is not a collector.
const CatchUp = "catch-up"

// lockFileMax is far more than a Collector takes.
const lockFileMax = 64 << 10

// LockCollector makes this process the collector of dir, and leaves c in the
// lock file for others to read. When another process is it already, the error
// is a HeldError. Whoever has the lock may write the view and run retention.
func LockCollector(dir string, c event.Collector) (*Lock, error) {
	path := filepath.Join(dir, LockFile)
	if err := ensureFile(path); err != nil {
		return nil, wrap("lock", path, err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0o600)
	if err != nil {
		return nil, wrap("lock", path, err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		held := &HeldError{Path: path}
		if b, err := io.ReadAll(io.LimitReader(f, lockFileMax)); err == nil {
			// The holder may be writing it right now: then it stays unknown.
			_ = json.Unmarshal(b, &held.Holder)
		}
		return nil, errors.Join(held, f.Close())
	}
	if err != nil {
		return nil, errors.Join(wrap("lock", path, err), f.Close())
	}
	d, err := lockDirectory(dir)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	is, err := f.Stat()
	if err == nil {
		err = writeOwner(f, c)
	}
	if err != nil {
		return nil, errors.Join(wrap("lock", path, err), d.Close(), f.Close())
	}
	return &Lock{path: path, file: f, is: is, dir: d}, nil
}

// Holder returns what the collector of dir left in its lock file, and whether there
// is one. It takes no lock, so that a starting collector never meets it. A process
// that was killed is still named there: its heartbeat shows that it is gone.
func Holder(dir string) (c event.Collector, is bool, err error) {
	path := filepath.Join(dir, LockFile)
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, false, nil
	}
	if err != nil {
		return c, false, wrap("read", path, err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, lockFileMax))
	if err != nil {
		return c, false, wrap("read", path, err)
	}
	// It may be written right now: then the holder stays unknown.
	_ = json.Unmarshal(b, &c)
	return c, len(b) > 0 && c.Command != CatchUp, nil
}

// lockDirectory is asked once the file is locked: that another process holds the
// directory means that its lock file was deleted or replaced.
func lockDirectory(dir string) (*os.File, error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, wrap("lock", dir, err)
	}
	err = syscall.Flock(int(d.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errors.Join(&HeldError{Path: filepath.Join(dir, LockFile)}, d.Close())
	}
	if err != nil {
		return nil, errors.Join(wrap("lock", dir, err), d.Close())
	}
	return d, nil
}

// Check returns a TamperedError when the lock's file was deleted or replaced:
// nobody could tell any more who collects.
func (l *Lock) Check() error {
	now, err := os.Stat(l.path)
	if err == nil && os.SameFile(now, l.is) {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return wrap("look at", l.path, err)
	}
	return &TamperedError{What: l.path + " was deleted or replaced"}
}

func writeOwner(f *os.File, c event.Collector) error {
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err = f.WriteAt(append(b, '\n'), 0)
	return err
}

// Release lets another process become the collector. The file stays, empty: to
// remove it would let two processes lock two files of the same name.
func (l *Lock) Release() error {
	return errors.Join(l.file.Truncate(0), l.file.Close(), l.dir.Close())
}
