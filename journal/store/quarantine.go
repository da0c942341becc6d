package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Quarantine sets a damaged file of the journal aside as log.db.damaged-1 or
// the like; see SetAside.
func Quarantine(dir, name string) (movedTo string, err error) { return SetAside(dir, name, "damaged") }

// SetAside renames a file of the journal, with its -wal and -shm files, to a
// name with the reason that is still free (log.db.damaged-1 ...), and returns
// the path it has now. The next open makes a fresh one. No process may be using
// the file: hold the collector's lock. Do it to log.db only on the user's word;
// view.db can be derived again.
func SetAside(dir, name, why string) (movedTo string, err error) {
	if name != LogFile && name != ViewFile && name != OutboxFile {
		return "", fmt.Errorf("set aside %s: not a file of the journal", name)
	}
	path := filepath.Join(dir, name)
	for n := 1; ; n++ {
		movedTo = fmt.Sprintf("%s.%s-%d", path, why, n)
		if !exists(movedTo) && !exists(movedTo+"-wal") {
			break
		}
	}
	// The main file goes last: until it has gone, nobody mistakes what is left
	// for a new journal. Its write-ahead file must not stay behind, because a
	// fresh file would be "recovered" from it.
	for _, suffix := range []string{"-wal", "-shm", ""} {
		err := os.Rename(path+suffix, movedTo+suffix)
		if suffix != "" && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", wrap("set aside", path, err)
		}
	}
	return movedTo, nil
}
