package store

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"
)

// copyFile copies a file that nobody writes to.
func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	must(t, err)
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	must(t, err)
	_, err = io.Copy(out, in)
	must(t, errors.Join(err, out.Close()))
}

// written makes a log with n records in dir, and a view that stands at its end.
func written(t *testing.T, dir string, n int) {
	t.Helper()
	l, err := OpenLog(t.Context(), dir, Options{})
	must(t, err)
	v, err := OpenViewWriter(t.Context(), dir, Options{})
	must(t, err)
	strange, err := v.Match(t.Context(), l)
	must(t, err)
	if strange != "" {
		t.Fatalf("a log and its own view: %s", strange)
	}
	stop := runUntilEnd(t, l.Run)
	for range n {
		_, err := l.Append(t.Context(), record("as it was"))
		must(t, err)
	}
	stop()
	last, err := l.Last(t.Context())
	must(t, err)
	r, err := l.Get(t.Context(), last)
	must(t, err)
	update(t, v, func(tx Tx) error { return errors.Join(tx.SetPosition(last), tx.SetSum(r.Sum)) })
	must(t, v.Close(), l.Close())
}

// What happens to files: the view is put beside a log that it was not derived
// from, and that is said in words; also by the status that screens read.
func TestViewKnowsItsLog(t *testing.T) {
	for name, c := range map[string]struct {
		change func(t *testing.T, dir, backup string)
		want   string
	}{
		"nothing":          {func(*testing.T, string, string) {}, ""},
		"more was written": {func(t *testing.T, dir, _ string) { written(t, dir, 3) }, ""},
		"an older copy put back": {func(t *testing.T, dir, backup string) {
			copyFile(t, backup, filepath.Join(dir, LogFile))
		}, "log.db ends at record 5, but the view was derived up to record 9: it is an older copy"},
		"an older copy that went on elsewhere": {func(t *testing.T, dir, backup string) {
			elsewhere := t.TempDir()
			copyFile(t, backup, filepath.Join(elsewhere, LogFile))
			l, err := OpenLog(t.Context(), elsewhere, Options{})
			must(t, err)
			stop := runUntilEnd(t, l.Run)
			for range 20 {
				_, err := l.Append(t.Context(), record("something else"))
				must(t, err)
			}
			stop()
			must(t, l.Close())
			copyFile(t, filepath.Join(elsewhere, LogFile), filepath.Join(dir, LogFile))
		}, "record 9 of log.db is not the one that the view was derived from"},
		"set aside": {func(t *testing.T, dir, _ string) {
			must(t, os.Remove(filepath.Join(dir, LogFile)))
		}, "log.db is new and empty, but the view was derived from another one with 9 records"},
		"another log of the same length": {func(t *testing.T, dir, _ string) {
			other := t.TempDir()
			written(t, other, 9)
			copyFile(t, filepath.Join(other, LogFile), filepath.Join(dir, LogFile))
		}, "log.db is not the log that the view was derived from"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, backup := t.TempDir(), filepath.Join(t.TempDir(), "backup.db")
			written(t, dir, 5)
			copyFile(t, filepath.Join(dir, LogFile), backup)
			written(t, dir, 4)
			c.change(t, dir, backup)
			l, err := OpenLog(t.Context(), dir, Options{})
			must(t, err)
			defer l.Close()
			v := openTestView(t, dir, Options{})
			status, err := v.Status(t.Context())
			must(t, err)
			if !strings.HasPrefix(status.Problem, c.want) || (c.want == "") != (status.Problem == "") {
				t.Errorf("the status says %q", status.Problem)
			}
			strange, err := v.Match(t.Context(), l)
			must(t, err)
			if !strings.HasPrefix(strange, c.want) || (c.want == "") != (strange == "") {
				t.Errorf("said %q, want %q", strange, c.want)
			}
		})
	}
}

// A journal of before there were identities and checksums is taken as it is, and
// what is written from then on has them.
func TestLogOfSchemaOneComesForward(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, LogFile)
	must(t, create(t.Context(), path, settings{full: true}, func(c *sqlite.Conn) error {
		return errors.Join(migrate(c, path, logMigrations[:1]),
			exec(c, "INSERT INTO records(kind, grp, at_ms, head, body) VALUES(1, 'alarms', 1, '{}', 'old')"))
	}))
	v := openTestView(t, dir, Options{})
	update(t, v, func(tx Tx) error { return tx.SetPosition(1) })
	l := openTestLog(t, dir)
	strange, err := v.Match(t.Context(), l)
	must(t, err)
	if strange != "" {
		t.Errorf("its own view is refused: %s", strange)
	}
	_, err = l.Append(t.Context(), record("new"))
	must(t, err)
	records, err := l.Read(t.Context(), 0, 10, 1e6)
	must(t, err)
	if len(records) != 2 || string(records[0].Body) != "old" || records[0].Sum != 0 || records[1].Sum == 0 || records[0].Damage+records[1].Damage != "" {
		t.Errorf("read %+v", records)
	}
	written(t, dir, 1) // knows the log by now
}
