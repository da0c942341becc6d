package store

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// JobsLockFile says that a process runs the jobs of a data directory.
const JobsLockFile = "jobs.lock"

// ErrJobsHeld means that another process runs the jobs.
var ErrJobsHeld = errors.New("another process runs the jobs")

// LockJobs makes this process the one that runs jobs, until it calls unlock or ends.
// Whoever has the lock knows that no other process is at any job. ErrJobsHeld means that
// another has it.
func (o *Outbox) LockJobs() (unlock func() error, err error) {
	path := filepath.Join(filepath.Dir(o.path), JobsLockFile)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, wrap("lock", path, err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return nil, errors.Join(ErrJobsHeld, f.Close())
	case err != nil:
		return nil, errors.Join(wrap("lock", path, err), f.Close())
	}
	return f.Close, nil
}
