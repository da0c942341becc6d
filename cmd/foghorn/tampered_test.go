package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Files of the journal are changed under a running collector: it ends by itself,
// names the file, and says what is true of what it acknowledged.
func TestACollectorWhoseFilesAreChangedStops(t *testing.T) {
	t.Parallel()
	const kept, unsure = "everything that was acknowledged is in the journal", "may be missing from the journal"
	for name, c := range map[string]struct {
		change     func(dir string) error
		said, bye  string
		nothingNew bool
	}{
		"lock deleted": {change: func(dir string) error { return os.Remove(filepath.Join(dir, "collector.lock")) },
			said: "collector.lock was deleted or replaced", bye: "stopped, " + kept},
		"-wal deleted": {change: func(dir string) error { return os.Remove(filepath.Join(dir, "log.db-wal")) },
			said: "log.db-wal was moved or deleted", bye: "stopped, " + kept},
		"log.db emptied": {change: func(dir string) error { return os.Truncate(filepath.Join(dir, "log.db"), 0) },
			said: "log.db was overwritten or truncated", bye: unsure, nothingNew: true},
		"directory deleted": {change: os.RemoveAll,
			said: "log.db was moved or deleted", bye: unsure, nothingNew: true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			p := start(t, "serve", "--listen", "127.0.0.1:0", "--data", dir)
			for _, client := range []string{"a", "b", "c"} {
				if code := post(t, p.url+"/mist/mist", "", clientInfo(client)); code != http.StatusOK {
					t.Fatalf("a delivery is answered %d", code)
				}
			}
			if err := c.change(dir); err != nil {
				t.Fatal(err)
			}
			select {
			case <-p.done:
			case <-time.After(patience):
				t.Fatal("it goes on")
			}
			if said := p.errors(); p.cmd.ProcessState.ExitCode() != exitProblem || !strings.Contains(said, c.said) || !strings.Contains(said, c.bye) {
				t.Errorf("it ends with %d and says\n%s", p.cmd.ProcessState.ExitCode(), said)
			}
			if c.nothingNew {
				return
			}
			p = start(t, "serve", "--listen", "127.0.0.1:0", "--data", dir)
			eventually(t, "the next start shows all that was acknowledged", func() bool { // once its projector has caught up
				got := clients(t, dir)
				return got["a"] && got["b"] && got["c"]
			})
			p.stop(t, syscall.SIGTERM)
		})
	}
}
