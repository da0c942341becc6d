package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"zombiezen.com/go/sqlite"
)

// end closes the connection, and the last one to close copies the write-ahead file
// back. When log.db is no longer the file that it belongs to, nothing may be
// copied: the connection stays open until the process ends, and the write-ahead
// file is set aside, or the next start would apply it to the other file.
func (w *writer) end(why error) error {
	var tampered *TamperedError
	if !errors.As(why, &tampered) {
		return w.conn.Close()
	}
	if tampered.Foreign {
		w.log.lost = errors.New(tampered.What)
		return w.setWALAside()
	}
	w.log.writing.Lock()
	err := checkpointAll(w.conn)
	w.log.writing.Unlock()
	if err != nil {
		w.log.lost = fmt.Errorf("%s; %w", tampered.What, err)
	}
	w.log.copied = err == nil
	return w.conn.Close()
}

// checkpointAll copies the whole write-ahead file back, which this process has open
// even if it was deleted.
func checkpointAll(c *sqlite.Conn) error {
	st, err := c.Prepare("PRAGMA wal_checkpoint(FULL)")
	if err != nil {
		return err
	}
	if _, err := st.Step(); err != nil {
		return err
	}
	busy, frames, copied := st.ColumnInt64(0), st.ColumnInt64(1), st.ColumnInt64(2)
	if err := st.Reset(); err != nil {
		return err
	}
	if busy != 0 || copied < frames {
		return fmt.Errorf("%d of %d pages could not be copied into %s", frames-copied, frames, LogFile)
	}
	return nil
}

// setWALAside renames the write-ahead file if it is still the one that was
// written to.
func (w *writer) setWALAside() error {
	path := w.log.path + "-wal"
	if w.guard.wal == nil {
		return nil
	}
	now, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || !os.SameFile(now, w.guard.walIs) {
		return err
	}
	n := 1
	for exists(fmt.Sprintf("%s.old-%d", path, n)) {
		n++
	}
	// SQLite makes the shared memory again from the files.
	return errors.Join(os.Rename(path, fmt.Sprintf("%s.old-%d", path, n)), os.Remove(w.log.path+"-shm"))
}
