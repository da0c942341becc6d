package collector

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/journal/priority"
	"foghorn/mist"
)

// Two watchers of silent devices told one silence twice. So every loop of a
// collector is listed once, and what appends is among those that end before the
// log's writer does.
func TestEveryLoopOfTheCollectorRunsOnce(t *testing.T) {
	c := testCollector(t, "[[junos]]\nname = \"core\"\nsecret = \"fog-over-the-harbour\"\n")
	ingest, others := loopNames(c.ingest()), loopNames(c.others())
	all := slices.Concat(ingest, others)
	slices.Sort(all)
	if once := slices.Compact(slices.Clone(all)); len(once) != len(all) || len(all) < 9 {
		t.Errorf("loops %q", all)
	}
	for _, appends := range []string{"(*Collector).listen", "junoswatch.(*Watcher).Run", "actions.(*Actions).Send", "actions.(*Actions).RetryPending"} {
		if !slices.ContainsFunc(ingest, func(name string) bool { return strings.Contains(name, appends) }) {
			t.Errorf("%s is not among what ends before the log's writer: %q", appends, ingest)
		}
	}
}

// loopNames are the names of the methods that run.
func loopNames[F ~func(context.Context) error](loops []F) []string {
	var out []string
	for _, l := range loops {
		out = append(out, runtime.FuncForPC(reflect.ValueOf(l).Pointer()).Name())
	}
	return out
}

// testCollector is a collector with this configuration, which does not run.
func testCollector(t *testing.T, text string) *Collector {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var regions []string
	for _, r := range mist.Regions() {
		regions = append(regions, r.Name)
	}
	load := func() (*config.Config, error) {
		return config.Load(path, config.Options{Regions: regions, Getenv: func(string) string { return "" }, SecretsLater: true})
	}
	cfg, err := load()
	if err != nil {
		t.Fatal(err)
	}
	logs := testLog{t}
	c, err := New(t.Context(), &Settings{
		Config: cfg, Dir: filepath.Join(dir, "data"), Clock: clock.Real{}, Logger: slog.New(slog.NewTextHandler(logs, nil)), Messages: logs,
		Secrets: &Secrets{}, Actor: "ada", Version: "test", Priorities: priority.NewLive(priority.Compile(cfg.Priority)),
		ConfigPath: path, Load: load,
	}, Options{Command: "serve", Address: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// testLog writes the collector's log lines into the test's.
type testLog struct{ t *testing.T }

func (l testLog) Write(p []byte) (int, error) {
	l.t.Logf("%s", bytes.TrimSpace(p))
	return len(p), nil
}
