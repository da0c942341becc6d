package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// A full disk: the group that does not fit is refused whole, and as soon as
// there is space again the log goes on.
func TestFullDiskRefusesAndRecovers(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	l, err := OpenLog(ctx, dir, Options{MaxBytes: 200_000})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	runUntilEnd(t, l.Run)
	stored := 0
	for {
		_, err := l.Append(ctx, record(strings.Repeat("x", 20_000)), record(strings.Repeat("y", 20_000)))
		if err != nil {
			if !errors.Is(err, ErrFull) || !strings.Contains(err.Error(), l.path) {
				t.Fatalf("a full disk says: %v", err)
			}
			break
		}
		if stored += 2; stored > 100 {
			t.Fatal("the limit was never reached")
		}
	}
	if n, err := l.Last(ctx); err != nil || n != int64(stored) {
		t.Errorf("%d records of the refused group were stored, %v", n-int64(stored), err)
	}
	if _, err := l.Append(ctx, record("small")); err != nil {
		t.Errorf("what fits is refused too: %v", err)
	}
	// Space comes back, as it does when retention or a person removes something.
	c, err := connect(l.path, settings{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := exec(c, "DELETE FROM records WHERE seq < 5"); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(ctx, record(strings.Repeat("x", 20_000)), record(strings.Repeat("y", 20_000))); err != nil {
		t.Errorf("with space again: %v", err)
	}
}

// overwrite damages a file of the journal that nobody has open.
func overwrite(t *testing.T, path string, at int64, b []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(b, at); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// writeLog writes a log of some pages and closes it.
func writeLog(t *testing.T, dir string) {
	t.Helper()
	l, err := OpenLog(context.Background(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	stop := runUntilEnd(t, l.Run)
	for range 20 {
		if _, err := l.Append(context.Background(), record(strings.Repeat("x", 3000))); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestDamagedLogIsReportedAndKept(t *testing.T) {
	ctx := context.Background()
	junk := []byte(strings.Repeat("junk", 1024))
	for name, damage := range map[string]func(t *testing.T, path string){
		"not a database": func(t *testing.T, path string) { overwrite(t, path, 0, junk) },
		"cut short": func(t *testing.T, path string) {
			if err := os.Truncate(path, 3*pageSize); err != nil {
				t.Fatal(err)
			}
		},
		"last page": func(t *testing.T, path string) {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			for at := int64(2 * pageSize); at < info.Size(); at += pageSize {
				overwrite(t, path, at, junk)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, LogFile)
			writeLog(t, dir)
			damage(t, path)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			_, err = OpenLog(ctx, dir, Options{})
			var corrupt *CorruptError
			if !errors.As(err, &corrupt) || !errors.Is(err, ErrCorrupt) || corrupt.Path != path || !strings.Contains(err.Error(), "set it aside") {
				t.Fatalf("opening says: %v", err)
			}
			aside, err := Quarantine(dir, LogFile)
			if err != nil {
				t.Fatal(err)
			}
			if after, err := os.ReadFile(aside); err != nil || string(after) != string(before) {
				t.Errorf("the damaged file was changed: %v", err)
			}
			fresh := openTestLog(t, dir)
			if n, err := fresh.Last(ctx); err != nil || n != 0 {
				t.Errorf("the fresh log ends at %d, %v", n, err)
			}
		})
	}
}

func TestQuarantineNeverOverwrites(t *testing.T) {
	dir := t.TempDir()
	for n := 1; n <= 3; n++ {
		if err := os.WriteFile(filepath.Join(dir, ViewFile), []byte{byte(n)}, 0o600); err != nil {
			t.Fatal(err)
		}
		aside, err := Quarantine(dir, ViewFile)
		if err != nil || aside != filepath.Join(dir, fmt.Sprintf("%s.damaged-%d", ViewFile, n)) {
			t.Errorf("moved to %s, %v", aside, err)
		}
		if b, err := os.ReadFile(aside); err != nil || len(b) != 1 || b[0] != byte(n) {
			t.Errorf("%s holds %v, %v", aside, b, err)
		}
	}
	if _, err := Quarantine(dir, "../etc/passwd"); err == nil {
		t.Error("a file that is not of the journal was moved")
	}
}

// A damaged view costs nothing but the time to derive it again; screens that
// had the old file open find the new one.
func TestDamagedViewIsMadeAnewUnderAttachedScreens(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		v, err := OpenViewWriter(ctx, dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		s := newSampler()
		fill(t, v, s, 100, 100)
		screen, err := OpenView(ctx, dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer screen.Close()
		defer runUntilEnd(t, screen.Run)()
		if events, err := screen.Events(ctx, query.Page{Limit: 1000}); err != nil || len(events) != 100 {
			t.Fatalf("%d events, %v", len(events), err)
		}
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
		if err := ResetView(ctx, dir); err != nil { // whole: emptied where it is
			t.Fatal(err)
		}
		<-screen.Changed()
		if events, err := screen.Events(ctx, query.Page{Limit: 1000}); err != nil || len(events) != 0 {
			t.Fatalf("after the reset %d events, %v", len(events), err)
		}
		if _, err := Quarantine(dir, ViewFile); err != nil { // damaged: replaced
			t.Fatal(err)
		}
		v, err = OpenViewWriter(ctx, dir, Options{})
		if err != nil || !v.Fresh() {
			t.Fatalf("the new view: fresh %v, %v", v.Fresh(), err)
		}
		defer v.Close()
		fill(t, v, s, 7, 7)
		<-screen.Changed()
		if events, err := screen.Events(ctx, query.Page{Limit: 1000}); err != nil || len(events) != 7 {
			t.Errorf("after the file was replaced %d events, %v", len(events), err)
		}
	})
}

func TestResetViewSetsADamagedOneAside(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path := filepath.Join(dir, ViewFile)
	if err := os.WriteFile(path, []byte(strings.Repeat("junk", 5000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenViewWriter(ctx, dir, Options{}); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "foghorn rebuild") {
		t.Errorf("opening a damaged view says: %v", err)
	}
	if err := ResetView(ctx, dir); err != nil {
		t.Fatal(err)
	}
	if !exists(path + ".damaged-1") {
		t.Error("the damaged view is gone")
	}
	v := openTestView(t, dir, Options{})
	if n, err := v.Position(ctx); err != nil || n != 0 {
		t.Errorf("position %d, %v", n, err)
	}
}

// Damage in the middle shows only when that page is read: emptying the view
// meets it where opening does not.
func TestResetViewSetsAsideOneThatIsDamagedInTheMiddle(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path := filepath.Join(dir, ViewFile)
	v, err := OpenViewWriter(ctx, dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, v, newSampler(), 3000, 1000)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	overwrite(t, path, st.Size()/pageSize/2*pageSize, []byte(strings.Repeat("damage! ", pageSize/8)))
	if _, err := openViewFile(ctx, path); err != nil {
		t.Fatalf("the damage is met by opening already, which another test looks at: %v", err)
	}
	if err := ResetView(ctx, dir); err != nil {
		t.Fatal(err)
	}
	if !exists(path + ".damaged-1") {
		t.Error("the damaged view is gone")
	}
	v = openTestView(t, dir, Options{})
	if events, err := v.Events(ctx, query.Page{Limit: 10}); err != nil || len(events) != 0 {
		t.Errorf("the new view holds %d events, %v", len(events), err)
	}
}

func setVersionOf(t *testing.T, path string, n int) {
	t.Helper()
	c, err := connect(path, settings{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := setVersion(c, n); err != nil {
		t.Fatal(err)
	}
}

func TestNewerFilesAreRefused(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	l, err := OpenLog(ctx, dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	v, err := OpenViewWriter(ctx, dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(l.Close(), v.Close()); err != nil {
		t.Fatal(err)
	}
	setVersionOf(t, l.path, 7)
	setVersionOf(t, v.path, 70)
	_, err = OpenLog(ctx, dir, Options{})
	if !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), fmt.Sprintf("schema 7, this one knows %d", len(logMigrations))) {
		t.Errorf("log: %v", err)
	}
	for _, open := range []func(context.Context, string, Options) (*View, error){OpenView, OpenViewWriter} {
		if _, err = open(ctx, dir, Options{}); !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "view.db was written by a newer foghorn") {
			t.Errorf("view: %v", err)
		}
	}
}

// A view of an older layout is refused by readers and made anew by the collector;
// a screen that is attached says so until then.
func TestOlderLayoutIsMadeAnew(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path := filepath.Join(dir, ViewFile)
	if _, err := OpenView(ctx, dir, Options{}); !errors.Is(err, ErrNoView) {
		t.Errorf("no view: %v", err)
	}
	v, err := OpenViewWriter(ctx, dir, Options{})
	if err != nil || !v.Fresh() {
		t.Fatal(err)
	}
	fill(t, v, newSampler(), 10, 10)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	setVersionOf(t, path, viewVersion-1)
	c, err := connect(path, settings{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(exec(c, "CREATE TABLE leftover(x)"), exec(c, fmt.Sprintf("PRAGMA user_version=%d", -1)), c.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenView(ctx, dir, Options{}); !errors.Is(err, ErrOldLayout) {
		t.Errorf("reader: %v", err)
	}
	v = openTestView(t, dir, Options{})
	if !v.Fresh() {
		t.Error("the writer does not say that it starts anew")
	}
	if n, err := v.Position(ctx); err != nil || n != 0 {
		t.Errorf("position %d, %v", n, err)
	}
	again, err := OpenViewWriter(ctx, dir, Options{})
	if err != nil || again.Fresh() {
		t.Errorf("opened again: fresh %v, %v", again.Fresh(), err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

// childReadOnly tries to open a journal that it may read but not write.
func childReadOnly(dir string) error {
	if os.Geteuid() == 0 {
		// The superuser may write anywhere; become nobody.
		if err := syscall.Setuid(65534); err != nil {
			return err
		}
	}
	_, err := OpenLog(context.Background(), dir, Options{})
	fmt.Println(errors.Is(err, ErrNotWritable), err)
	_, err = OpenLog(context.Background(), filepath.Join(dir, "new"), Options{})
	fmt.Println(errors.Is(err, ErrNotWritable), err)
	_, err = LockCollector(dir, event.Collector{})
	fmt.Println(errors.Is(err, ErrNotWritable), err)
	return nil
}

func TestReadOnlyDirectoryIsNamed(t *testing.T) {
	dir, err := os.MkdirTemp("", "foghorn-readonly-") //nolint:usetesting // another user must reach it; t.TempDir is below a directory that only its owner enters
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = os.Chmod(dir, 0o700)
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	l, err := OpenLog(context.Background(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(l.Close(), os.Chmod(l.path, 0o444), os.Chmod(dir, 0o555)); err != nil {
		t.Fatal(err)
	}
	cmd, out, _ := child(t, "readonly", dir)
	lines := 0
	for out.Scan() {
		lines++
		if !strings.HasPrefix(out.Text(), "true ") || !strings.Contains(out.Text(), dir) {
			t.Errorf("it says: %s", out.Text())
		}
	}
	if err := cmd.Wait(); err != nil || lines != 3 {
		t.Errorf("%d answers, %v", lines, err)
	}
}
