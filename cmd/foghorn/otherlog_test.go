package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"foghorn/journal/event"
)

// collected runs a collector, posts so many deliveries to it whose clients are
// called after the name, stops it, and brings the view up to date.
func collected(t *testing.T, dir, name string, n int) {
	t.Helper()
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data", dir)
	for i := range n {
		if code := post(t, p.url+"/mist/mist", "", clientInfo(fmt.Sprintf("%s-%d", name, i))); code != http.StatusOK {
			t.Fatalf("a delivery is answered %d", code)
		}
	}
	p.stop(t, syscall.SIGTERM)
	if !clients(t, dir)[fmt.Sprintf("%s-%d", name, n-1)] {
		t.Fatal("the last delivery is not shown")
	}
}

// clients are the names in the events of the journal.
func clients(t *testing.T, dir string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, ev := range list[event.Event](t, "events", "--limit", "0", "--data", dir) {
		names[ev.Client] = true
	}
	return names
}

func readyz(t *testing.T, url string) (code int, body string) {
	t.Helper()
	res, err := http.Get(url + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// A log is put in the place of another beside a view that is ahead of it: what
// comes then is shown, the change is said, and the old view is kept.
func TestAnotherLogIsNotTakenForTheViewsOwn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(t *testing.T, log, backup string) error
		said   string
		left   bool // what the backup held is shown
	}{
		"a backup put back": {func(t *testing.T, log, backup string) error { return os.Rename(backup, log) }, "an older copy", true},
		"set aside":         {func(t *testing.T, log, _ string) error { return os.Rename(log, log+".aside") }, "new and empty", false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			log, backup := filepath.Join(dir, "log.db"), filepath.Join(t.TempDir(), "log.db")
			collected(t, dir, "early", 2)
			b, err := os.ReadFile(log)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(backup, b, 0o600); err != nil {
				t.Fatal(err)
			}
			collected(t, dir, "late", 5)
			if err := c.change(t, log, backup); err != nil {
				t.Fatal(err)
			}
			p := start(t, "serve", "--listen", "127.0.0.1:0", "--data", dir)
			if code, body := readyz(t, p.url); code != http.StatusOK || !strings.Contains(body, c.said) {
				t.Errorf("/readyz answers %d: %s", code, body)
			}
			post(t, p.url+"/mist/mist", "", clientInfo("new"))
			eventually(t, "the new delivery is shown", func() bool { return clients(t, dir)["new"] })
			if got := clients(t, dir); got["late-0"] || got["early-0"] != c.left {
				t.Errorf("shown are %v", got)
			}
			p.stop(t, syscall.SIGTERM)
			if !strings.Contains(p.errors(), c.said) || !strings.Contains(p.errors(), "view.db.other-log-1") {
				t.Errorf("it says\n%s", p.errors())
			}
			if _, err := os.Stat(filepath.Join(dir, "view.db.other-log-1")); err != nil {
				t.Error(err)
			}
		})
	}
}

// The log is damaged in its middle and the view is gone: what can be read is
// shown, what comes is shown, and the loss is counted and named.
func TestADamagedLogGoesOnAndSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	collected(t, dir, "old", 60)
	path := filepath.Join(dir, "log.db")
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(bytes.Repeat([]byte{0xff}, 2*4096), 6*4096); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "view.db")); err != nil {
		t.Fatal(err)
	}
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data", dir)
	post(t, p.url+"/mist/mist", "", clientInfo("new"))
	eventually(t, "the new delivery is shown", func() bool { return clients(t, dir)["new"] })
	got := clients(t, dir)
	if len(got) < 20 || len(got) > 60 || !got["old-0"] || !got["old-59"] {
		t.Errorf("%d clients are shown", len(got))
	}
	eventually(t, "/readyz says it", func() bool {
		code, body := readyz(t, p.url)
		return code == http.StatusOK && strings.Contains(body, "of log.db are damaged")
	})
	if lost := list[event.Delivery](t, "deliveries", "-q", "verdict:malformed", "--data", dir); len(lost) == 0 || !strings.Contains(lost[0].Cause, "of log.db cannot be read") {
		t.Errorf("the lost records are listed as %+v", lost)
	}
	p.stop(t, syscall.SIGTERM)
	if !strings.Contains(p.errors(), "the journal is damaged") {
		t.Errorf("it says\n%s", p.errors())
	}
}

// A copy is made while the collector works, and put back after the directory
// went another way.
func TestBackupAndRestoreByCommand(t *testing.T) {
	t.Parallel()
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "copy.db")
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data", dir)
	post(t, p.url+"/mist/mist", "", clientInfo("before"))
	if out := must(t, "backup-log", file, "--data", dir); !strings.Contains(out, "verified") || !strings.Contains(out, "records up to 1, 1 in all") {
		t.Errorf("it prints %q", out)
	}
	if r := foghorn(t, "", "backup-log", file, "--data", dir); r.code == 0 || !strings.Contains(r.errOut, "exists already") {
		t.Errorf("again: exit %d, %s", r.code, r.errOut)
	}
	if r := foghorn(t, "", "restore-log", file, "--data", dir); r.code == 0 || !strings.Contains(r.errOut, "another collector") {
		t.Errorf("under a running collector: exit %d, %s", r.code, r.errOut)
	}
	post(t, p.url+"/mist/mist", "", clientInfo("after"))
	eventually(t, "both are shown", func() bool { return clients(t, dir)["after"] })
	p.stop(t, syscall.SIGKILL)
	if out := must(t, "restore-log", file, "--data", dir); !strings.Contains(out, "log.db.before-restore-1") {
		t.Errorf("it prints %q", out)
	}
	if got := clients(t, dir); !got["before"] || got["after"] {
		t.Errorf("restored are %v", got)
	}
}
