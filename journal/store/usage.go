package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Usage is the disk space that the journal of a data directory takes and has left.
type Usage struct {
	Log  int64 `json:"log"`  // bytes of log.db and its write-ahead file
	View int64 `json:"view"` // bytes of view.db and its write-ahead file
	Free int64 `json:"free"` // bytes that this user may still write
}

// DiskUsage measures the journal of dir.
func DiskUsage(dir string) (u Usage, err error) {
	if u.Log, err = sizeOf(dir, LogFile); err != nil {
		return u, err
	}
	if u.View, err = sizeOf(dir, ViewFile); err != nil {
		return u, err
	}
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return u, wrap("look at", dir, err)
	}
	u.Free = int64(st.Bavail * uint64(st.Bsize))
	return u, nil
}

// sizeOf is the size of a database with its write-ahead file.
func sizeOf(dir, name string) (sum int64, err error) {
	for _, suffix := range []string{"", "-wal"} {
		st, err := os.Stat(filepath.Join(dir, name+suffix))
		switch {
		case err == nil:
			sum += st.Size()
		case !errors.Is(err, fs.ErrNotExist):
			return 0, wrap("look at", filepath.Join(dir, name), err)
		}
	}
	return sum, nil
}
