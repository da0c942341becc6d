package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foghorn/journal/event"
)

// A copy is taken while another process appends: it holds all that was
// acknowledged before it began, and goes back into the place of the log.
func TestBackupOfALogInUseComesBack(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "copy.db")
	cmd, out, in := child(t, "append", dir)
	acked := map[int64]string{}
	acknowledged(t, out, acked, 500)
	b, err := BackupLog(t.Context(), dir, file)
	must(t, err, in.Close())
	for seq, body := range acked {
		if seq > b.Last {
			t.Errorf("record %d %q was acknowledged before and is not in the copy, which ends at %d", seq, body, b.Last)
		}
	}
	acknowledged(t, out, map[int64]string{}, 1e6)
	must(t, cmd.Wait())
	if st, err := os.Stat(file); err != nil || st.Mode().Perm() != 0o600 || st.Size() != b.Bytes {
		t.Errorf("the copy: %v, %v", st, err)
	}
	if left, err := filepath.Glob(file + "?*"); err != nil || len(left) != 0 {
		t.Errorf("beside the copy are %v, %v", left, err)
	}

	// The log went on and was not closed in order: its write-ahead file is there.
	written(t, dir, 1)
	must(t, os.WriteFile(filepath.Join(dir, LogFile+"-wal"), []byte("of the other log"), 0o600))
	restored, aside, err := RestoreLog(t.Context(), dir, file)
	must(t, err)
	if restored.Records != b.Records || restored.Last != b.Last || !exists(aside) || !exists(aside+"-wal") || exists(filepath.Join(dir, LogFile+"-wal")) {
		t.Errorf("restored %+v of %+v, the other is %s", restored, b, aside)
	}
	allStored(t, dir, acked)
	l, err := OpenLog(t.Context(), dir, Options{})
	must(t, err)
	defer l.Close()
	strange, err := openTestView(t, dir, Options{}).Match(t.Context(), l)
	must(t, err)
	if !strings.Contains(strange, "older copy") {
		t.Errorf("the view of the other log is said to be %q", strange)
	}
}

func TestBackupNeverOverwritesAndLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	writeLog(t, dir)
	for name, c := range map[string]struct {
		file func(t *testing.T) string
		want string
	}{
		"a file that is there": {func(t *testing.T) string {
			file := filepath.Join(t.TempDir(), "x")
			must(t, os.WriteFile(file, []byte("precious"), 0o600))
			return file
		}, "exists already"},
		"no such folder": {func(t *testing.T) string { return filepath.Join(t.TempDir(), "none", "x") }, "no such file"},
		"the log itself": {func(*testing.T) string { return filepath.Join(dir, LogFile) }, "exists already"},
	} {
		t.Run(name, func(t *testing.T) {
			file := c.file(t)
			before, _ := os.ReadFile(file)
			if _, err := BackupLog(t.Context(), dir, file); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("it says %v", err)
			}
			if after, _ := os.ReadFile(file); string(after) != string(before) {
				t.Error("the file was changed")
			}
			if exists(file + ".partial") {
				t.Error("a part is left")
			}
		})
	}
}

// What is not whole is neither kept as a copy nor put back.
func TestADamagedCopyIsRefused(t *testing.T) {
	dir := t.TempDir()
	writeLog(t, dir)
	file := filepath.Join(t.TempDir(), "copy.db")
	b, err := BackupLog(t.Context(), dir, file)
	must(t, err)
	if b.Records != 20 || b.Damaged != 0 {
		t.Errorf("copied %+v", b)
	}
	must(t, os.Truncate(file, b.Bytes/2))
	if _, _, err := RestoreLog(t.Context(), dir, file); err == nil {
		t.Error("half a copy was put back")
	}
	must(t, os.WriteFile(file, []byte("no database at all, but long enough to be looked at"), 0o600))
	if _, _, err := RestoreLog(t.Context(), dir, file); !errors.Is(err, ErrCorrupt) {
		t.Errorf("no database: %v", err)
	}
	l := openTestLog(t, dir)
	if n, err := l.Last(t.Context()); err != nil || n != 20 {
		t.Errorf("the log ends at %d, %v", n, err)
	}
	_, err = l.Append(t.Context(), event.Record{Body: []byte("it works")})
	must(t, err)
}
