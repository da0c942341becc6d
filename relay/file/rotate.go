package file

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// The file is opened for reading too, to see how it ends. The flags keep a link or a
// pipe that takes its place between the look and the opening from being followed.
const (
	flags = os.O_RDWR | os.O_APPEND | os.O_CREATE | syscall.O_NOFOLLOW | syscall.O_NONBLOCK
	mode  = 0o600
)

func dir(path string) string { return filepath.Dir(path) }

// ready leaves the file open, with room for so many bytes.
func (d *Destination) ready(more int64) error {
	if err := d.open(); err != nil {
		return err
	}
	if d.size == 0 || d.size+more <= d.maxSize {
		return nil
	}
	if err := d.rotate(); err != nil {
		return fmt.Errorf("rotate: %w", err)
	}
	return d.open()
}

// open opens the file, unless it is open and still the one at the path: logrotate and
// people move and remove files.
func (d *Destination) open() error {
	at, err := regular(d.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	fresh := err != nil
	if d.file != nil {
		if own, bad := d.file.Stat(); bad == nil && !fresh && os.SameFile(own, at) {
			return d.measure() // somebody may have emptied it
		}
		if err := d.shut(); err != nil {
			return err
		}
	}
	f, err := os.OpenFile(d.path, flags, mode)
	if err != nil {
		return err
	}
	d.file = f
	if err := d.measure(); err != nil {
		return err
	}
	if fresh && d.fsync != never {
		return syncDir(dir(d.path))
	}
	return nil
}

// measure finds how long the open file is, and whether its last line is whole: a crash
// in the middle of a write leaves one that is not.
func (d *Destination) measure() error {
	info, err := d.file.Stat()
	if err == nil {
		err = refuse(d.path, info.Mode())
	}
	if err != nil {
		return err
	}
	d.size, d.torn = info.Size(), false
	if d.size == 0 {
		return nil
	}
	last := make([]byte, 1)
	if _, err := d.file.ReadAt(last, d.size-1); err != nil {
		return err
	}
	d.torn = last[0] != '\n'
	return nil
}

// regular returns what stands at the path, if a file does.
func regular(path string) (fs.FileInfo, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	return info, refuse(path, info.Mode())
}

// refuse explains why a thing of this mode is not written to.
func refuse(path string, m fs.FileMode) error {
	what := "a device"
	switch {
	case m.IsRegular():
		return nil
	case m&fs.ModeSymlink != 0:
		return &refusal{path + " is a symbolic link, and foghorn does not follow one to write: name the file itself"}
	case m.IsDir():
		return &refusal{path + " is a directory: name a file in it"}
	case m&fs.ModeNamedPipe != 0:
		what = "a pipe"
	case m&fs.ModeSocket != 0:
		what = "a socket"
	}
	return &refusal{path + " is " + what + ": foghorn writes only to files; for programs there is kind = \"command\""}
}

// rotate moves the file to PATH.1, what was there to PATH.2, and so on up to the first
// free number: after a crash in between it goes on where it was, and overwrites the
// last file once and not twice.
func (d *Destination) rotate() error {
	if err := d.shut(); err != nil {
		return err
	}
	free := 1
	for free < d.keep && exists(d.numbered(free)) {
		free++
	}
	for n := free - 1; n >= 0; n-- {
		if err := os.Rename(d.numbered(n), d.numbered(n+1)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	// What a greater keep has left.
	for n := d.keep + 1; os.Remove(d.numbered(n)) == nil; n++ {
	}
	if d.fsync == never {
		return nil
	}
	return syncDir(dir(d.path))
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

func (d *Destination) numbered(n int) string {
	if n == 0 {
		return d.path
	}
	return d.path + "." + strconv.Itoa(n)
}

// syncDir makes names in a directory last.
func syncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
