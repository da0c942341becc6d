package store

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"zombiezen.com/go/sqlite"
)

// What can go wrong with a journal, for errors.Is. The errors themselves name
// the file and say what to do.
var (
	// ErrClosed is returned by calls on a journal that was closed, or whose
	// writer has stopped.
	ErrClosed = errors.New("the journal is closed")
	// ErrCorrupt means that a file is damaged; see CorruptError.
	ErrCorrupt = errors.New("the file is damaged")
	// ErrFull means that the disk (or its quota) is full. What was to be
	// written was not; later calls work again once there is space.
	ErrFull = errors.New("no space left for the journal")
	// ErrNotWritable means that the data directory or a file in it cannot be
	// opened or written with this user's rights.
	ErrNotWritable = errors.New("the journal cannot be opened with this user's rights; even reading it needs to write, to its lock")
	// ErrBusy means that another process kept the file locked for too long.
	ErrBusy = errors.New("another process keeps the journal locked")
	// ErrNewer means that a newer foghorn wrote the file; see VersionError.
	ErrNewer = errors.New("written by a newer foghorn")
	// ErrOldLayout means that the view has an older layout than this foghorn
	// reads and that its collector has not rebuilt it yet; see VersionError.
	ErrOldLayout = errors.New("written by an older foghorn")
	// ErrTooLarge means that a record is beyond MaxRecordBytes.
	ErrTooLarge = errors.New("the record is too large")
)

// CorruptError says which file is damaged and what a person can do.
type CorruptError struct {
	Path string
	Err  error
}

func (e *CorruptError) Error() string {
	if filepath.Base(e.Path) == ViewFile {
		return fmt.Sprintf("%s is damaged (%v); it holds nothing that the log does not: foghorn rebuild sets it aside and derives it again", e.Path, e.Err)
	}
	// SQLite says "malformed" too when the disk could not be read for a moment.
	return fmt.Sprintf("%s is damaged, or the disk could not be read just now (%v); nothing was changed. Look for disk errors (dmesg) and try again. "+
		"Only if it stays damaged, set it aside to start a fresh one, and keep it: sqlite3's .recover may still read it", e.Path, e.Err)
}

// Is makes errors.Is(err, ErrCorrupt) hold.
func (e *CorruptError) Is(target error) bool { return target == ErrCorrupt }

// Unwrap gives the error of the database.
func (e *CorruptError) Unwrap() error { return e.Err }

// VersionError says that a file has a layout that this foghorn does not know.
type VersionError struct {
	Path        string
	Have, Known int
}

func (e *VersionError) Error() string {
	if e.Have > e.Known {
		return fmt.Sprintf("%s was written by a newer foghorn (schema %d, this one knows %d); update foghorn, or use another data directory", e.Path, e.Have, e.Known)
	}
	return fmt.Sprintf("%s was written by an older foghorn (schema %d, this one reads %d); its collector rebuilds it as soon as it runs this version", e.Path, e.Have, e.Known)
}

// Is makes errors.Is hold with ErrNewer or ErrOldLayout.
func (e *VersionError) Is(target error) bool {
	return target == ErrNewer && e.Have > e.Known || target == ErrOldLayout && e.Have < e.Known
}

// wrap names the operation and the file in an error of the database, and makes
// its kind known to errors.Is.
func wrap(op, path string, err error) error {
	if err == nil {
		return nil
	}
	kind := error(nil)
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultCorrupt, sqlite.ResultNotADB:
		return fmt.Errorf("%s: %w", op, &CorruptError{Path: path, Err: err})
	case sqlite.ResultFull:
		kind = ErrFull
	case sqlite.ResultReadOnly, sqlite.ResultCantOpen, sqlite.ResultPerm, sqlite.ResultAuth:
		kind = ErrNotWritable
	case sqlite.ResultBusy, sqlite.ResultLocked:
		kind = ErrBusy
	}
	if errors.Is(err, fs.ErrPermission) {
		kind = ErrNotWritable
	}
	if kind == nil {
		return fmt.Errorf("%s %s: %w", op, path, err)
	}
	return fmt.Errorf("%s %s: %w (%w)", op, path, kind, err)
}
