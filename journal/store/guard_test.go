package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foghorn/journal/event"
)

// What people and scripts do to files that are in use. The writer ends before it
// acknowledges anything more, and says which file it was.
func TestFilesChangedBehindItsBackEndTheWriter(t *testing.T) {
	for name, c := range map[string]struct {
		change func(t *testing.T, dir string)
		said   string
		// kept: everything acknowledged is in the directory for the next start.
		kept bool
	}{
		"log.db deleted": {func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, LogFile))) }, "log.db was moved or deleted", false},
		"directory moved": {func(t *testing.T, dir string) {
			must(t, os.Rename(dir, dir+"-moved"))
		}, "log.db was moved or deleted", false},
		"log.db replaced": {func(t *testing.T, dir string) {
			copyFile(t, filepath.Join(dir, LogFile), filepath.Join(dir, "new"))
			must(t, os.Rename(filepath.Join(dir, "new"), filepath.Join(dir, LogFile)))
		}, "log.db was replaced", false},
		"log.db emptied": {func(t *testing.T, dir string) { must(t, os.Truncate(filepath.Join(dir, LogFile), 0)) }, "log.db was overwritten or truncated", false},
		"log.db emptied, its -wal deleted by who opened it then": {func(t *testing.T, dir string) {
			must(t, os.Truncate(filepath.Join(dir, LogFile), 0), os.Remove(filepath.Join(dir, LogFile+"-wal")))
		}, "log.db was overwritten or truncated", false},
		"log.db cut short": {func(t *testing.T, dir string) {
			must(t, os.Truncate(filepath.Join(dir, LogFile), 3*pageSize))
		}, "log.db was overwritten or truncated", false},
		"log.db overwritten by an older copy": {func(t *testing.T, dir string) {
			copyFile(t, filepath.Join(dir, "backup"), filepath.Join(dir, LogFile))
		}, "log.db was overwritten or truncated", false},
		"log.db overwritten by a fresh backup": {func(t *testing.T, dir string) {
			file := filepath.Join(t.TempDir(), "fresh")
			_, err := BackupLog(t.Context(), dir, file)
			must(t, err)
			copyFile(t, file, filepath.Join(dir, LogFile))
		}, "log.db was overwritten or truncated", false},
		"-wal deleted": {func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, LogFile+"-wal"))) }, "log.db-wal was moved or deleted", true},
		"-wal replaced": {func(t *testing.T, dir string) {
			wal := filepath.Join(dir, LogFile+"-wal")
			copyFile(t, wal, wal+".new")
			must(t, os.Rename(wal+".new", wal))
		}, "log.db-wal was replaced", true},
		"-wal emptied": {func(t *testing.T, dir string) { must(t, os.Truncate(filepath.Join(dir, LogFile+"-wal"), 0)) }, "log.db-wal was truncated", false},
		"-wal cut short": {func(t *testing.T, dir string) {
			must(t, os.Truncate(filepath.Join(dir, LogFile+"-wal"), 2*pageSize))
		}, "log.db-wal was truncated", false},
		"-wal overwritten": {func(t *testing.T, dir string) {
			wal := filepath.Join(dir, LogFile+"-wal")
			b, err := os.ReadFile(wal)
			must(t, err)
			clear(b[walHeader:])
			overwrite(t, wal, 0, b)
		}, "log.db-wal was truncated or overwritten", false},
		"lock deleted": {func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, LockFile))) }, "collector.lock was deleted or replaced", true},
		"lock replaced": {func(t *testing.T, dir string) {
			must(t, os.Remove(filepath.Join(dir, LockFile)), os.WriteFile(filepath.Join(dir, LockFile), nil, 0o600))
		}, "collector.lock was deleted or replaced", true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			lock, err := LockCollector(dir, event.Collector{PID: 1})
			must(t, err)
			defer func() { _ = lock.Release() }()
			l, err := OpenLog(t.Context(), dir, Options{Lock: lock})
			must(t, err)
			// No checkpointer beside it: what is in the write-ahead file is up to the test.
			writer := &writer{log: l, changes: changeDetector{path: l.path}}
			must(t, writer.open())
			acked := 0
			write := func() error {
				p := &pending{records: []event.Record{record(fmt.Sprintf("body %d %s", acked+1, strings.Repeat("x", 5000)))}, done: make(chan struct{})}
				if err := writer.commit(p); err != nil {
					return err
				}
				if p.err == nil {
					acked++
				}
				return p.err
			}
			for range 10 {
				must(t, write())
			}
			checkpoint(t, l)
			copyFile(t, l.path, filepath.Join(dir, "backup"))
			for range 10 {
				must(t, write())
			}
			checkpoint(t, l)
			for range 3 {
				must(t, write())
			}
			must(t, writer.look())
			// Others in the process read it too, with the files as they were.
			_, err = l.Last(t.Context())
			must(t, err)

			c.change(t, dir)
			before, _ := os.ReadFile(l.path) // not there in some cases
			err = writer.look()
			var tampered *TamperedError
			if !errors.As(err, &tampered) || !strings.Contains(err.Error(), c.said) {
				t.Fatalf("looking says %v", err)
			}
			if err := write(); !errors.As(err, &tampered) || acked != 23 {
				t.Fatalf("after it %d are acknowledged, %v", acked, err)
			}
			must(t, writer.end(err))
			close(l.stopped)
			if err := l.CheckDurable(); (err == nil) != c.kept {
				t.Errorf("kept: %v", err)
			}
			must(t, l.Close())
			if !c.kept {
				// What was put there is left as it was put there, and no old write-ahead
				// file is beside it.
				if after, _ := os.ReadFile(l.path); string(after) != string(before) {
					t.Error("log.db was written to afterwards")
				}
				if exists(l.path + "-wal") {
					t.Error("the write-ahead file is still beside it")
				}
				return
			}
			again, err := OpenLog(t.Context(), dir, Options{})
			must(t, err)
			defer again.Close()
			records, err := again.Read(t.Context(), 0, 100, 1e9)
			must(t, err)
			if len(records) < acked {
				t.Errorf("%d of %d are left", len(records), acked)
			}
		})
	}
}

// checkpoint copies the write-ahead file back as the checkpointer does.
func checkpoint(t *testing.T, l *Log) {
	t.Helper()
	c, err := connect(l.path, settings{full: true})
	must(t, err)
	defer c.Close()
	checkpointer{path: l.path, writing: &l.writing, check: l.guard.check}.checkpoint(c, "RESTART")
}

// What foghorn and SQLite do themselves is not taken for a change by others:
// checkpoints of any kind, by this process and by others, retention, readers.
func TestTheJournalsOwnWorkIsNoTampering(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("FOGHORN_STORE_WAL", "16384")
	l, err := OpenLog(t.Context(), dir, Options{WALBytes: 16 << 10})
	must(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	cmd, out, in := child(t, "append", dir) // it copies back too
	trimmer, err := connect(l.path, settings{})
	must(t, err)
	defer trimmer.Close()
	trimmer.SetBusyTimeout(busyTimeout)
	acked := map[int64]string{}
	var trimmed []int64 // the child's answers for them may be read only later
	for i := range 300 {
		body := fmt.Sprintf("own %d %s", i, strings.Repeat("x", 2000))
		seqs, err := l.Append(t.Context(), record(body))
		must(t, err)
		acked[seqs[0]] = body
		acknowledged(t, out, acked, 1)
		switch i % 50 {
		case 10:
			must(t, exec(trimmer, "DELETE FROM records WHERE seq BETWEEN ? AND ?", i/2, i/2+5))
			for seq := i / 2; seq <= i/2+5; seq++ {
				trimmed = append(trimmed, int64(seq))
			}
		case 20:
			must(t, exec(trimmer, "PRAGMA incremental_vacuum(10)"))
		case 30:
			must(t, exec(trimmer, "PRAGMA wal_checkpoint(TRUNCATE)"))
		case 40:
			must(t, exec(trimmer, "PRAGMA wal_checkpoint(PASSIVE)"))
		}
	}
	must(t, in.Close())
	acknowledged(t, out, acked, 1e6)
	must(t, cmd.Wait())
	stop()
	must(t, <-ended, l.CheckDurable())
	must(t, l.Close())
	whole(t, l.path)
	for _, seq := range trimmed {
		delete(acked, seq)
	}
	allStored(t, dir, acked)
}

// The file of the lock is deleted: a second collector is kept out by the
// directory for as long as the first one lives.
func TestDeletedLockLetsNobodyIn(t *testing.T) {
	dir := t.TempDir()
	first, err := LockCollector(dir, event.Collector{PID: 1})
	must(t, err)
	must(t, first.Check())
	must(t, os.Remove(filepath.Join(dir, LockFile)))
	var held *HeldError
	if _, err := LockCollector(dir, event.Collector{PID: 2}); !errors.As(err, &held) {
		t.Fatalf("the second collector: %v", err)
	}
	var tampered *TamperedError
	if err := first.Check(); !errors.As(err, &tampered) {
		t.Errorf("the first one notices: %v", err)
	}
	must(t, first.Release())
	second, err := LockCollector(dir, event.Collector{PID: 2})
	must(t, err)
	must(t, second.Check(), second.Release())
}
