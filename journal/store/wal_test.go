package store

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode when a commit starts
// the write-ahead file over beside a checkpoint. No older one may come back.
func TestSQLiteIsWithoutTheResetBug(t *testing.T) {
	c, err := sqlite.OpenConn(":memory:")
	must(t, err)
	defer c.Close()
	var version string
	must(t, sqlitex.ExecuteTransient(c, "SELECT sqlite_version()", &sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
		version = st.ColumnText(0)
		return nil
	}}))
	have := 0
	for part := range strings.SplitSeq(version, ".") {
		n, err := strconv.Atoi(part)
		must(t, err)
		have = 1000*have + n
	}
	if have < 3_051_003 {
		t.Errorf("SQLite is %s; 3.51.3 is the first one without the bug", version)
	}
}

// watchedTurn looks at the database at the moment when it is locked.
type watchedTurn struct {
	atLock func()
	locks  int
}

func (w *watchedTurn) Lock()   { w.locks++; w.atLock() }
func (w *watchedTurn) Unlock() {}

// Nothing is copied back before the writer is held: a commit between two copies
// is what the reset bug needs.
func TestCheckpointHoldsTheWriter(t *testing.T) {
	dir := t.TempDir()
	l := openTestLog(t, dir)
	for range 20 {
		_, err := l.Append(t.Context(), record(strings.Repeat("x", 3000)))
		must(t, err)
	}
	size := func() int64 {
		st, err := os.Stat(l.path)
		must(t, err)
		return st.Size()
	}
	before := size()
	writing := &watchedTurn{atLock: func() {
		if now := size(); now != before {
			t.Errorf("log.db grew from %d to %d bytes before the writer was held", before, now)
		}
	}}
	c, err := connect(l.path, settings{full: true})
	must(t, err)
	defer c.Close()
	checkpointer{path: l.path, writing: writing}.checkpoint(c, "RESTART")
	if writing.locks != 1 || size() <= before {
		t.Errorf("held %d times, log.db has %d bytes after %d", writing.locks, size(), before)
	}
}

// Many checkpoints in little time, with the process killed in the middle of
// them: the file stays whole and nothing acknowledged is missing.
func TestManyCheckpointsAndKillsLeaveTheLogWhole(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("FOGHORN_STORE_WAL", "24576")
	acked := map[int64]string{}
	for range 3 {
		cmd, out, _ := child(t, "append", dir)
		acknowledged(t, out, acked, 2000)
		must(t, cmd.Process.Signal(syscall.SIGKILL))
		acknowledged(t, out, acked, 1e6)
		_ = cmd.Wait() // it says that it was killed
		whole(t, filepath.Join(dir, LogFile))
		allStored(t, dir, acked)
	}
	if len(acked) < 6000 {
		t.Errorf("only %d records were acknowledged", len(acked))
	}
}

// whole runs SQLite's full check on a file.
func whole(t *testing.T, path string) {
	t.Helper()
	c, err := connect(path, settings{})
	must(t, err)
	defer c.Close()
	var said []string
	must(t, sqlitex.ExecuteTransient(c, "PRAGMA integrity_check", &sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
		said = append(said, st.ColumnText(0))
		return nil
	}}))
	if len(said) != 1 || said[0] != "ok" {
		t.Fatalf("the integrity check of %s says %q", path, said)
	}
}

// walOfChild is the limit that a child was told to use.
func walOfChild() Options {
	n, _ := strconv.ParseInt(os.Getenv("FOGHORN_STORE_WAL"), 10, 64) // not set: the usual one
	return Options{WALBytes: n}
}
