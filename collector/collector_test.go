package collector

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"foghorn/collector/lifecycle"
	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/journal/priority"
	"foghorn/mist"
)

// The services of a full configuration. Whoever adds one adds it here, with its
// phase: whatever appends to the log is in the ingest phase.
func TestServicesOfAFullConfiguration(t *testing.T) {
	c := testCollector(t, fullConfig)
	const ingest, derive, serve = "ingest", "derive", "serve"
	want := []struct {
		name, phase string
		restart     lifecycle.Restart
	}{
		{"listener", ingest, lifecycle.Never},
		{"junos silence", ingest, lifecycle.OnFailure},
		{"health checks", ingest, lifecycle.OnFailure},
		{"mist acme", ingest, lifecycle.OnFailure},
		{"mist globex", ingest, lifecycle.OnFailure},
		{"chat", ingest, lifecycle.OnFailure},
		{"chat settings", ingest, lifecycle.OnFailure},
		{"slack", ingest, lifecycle.OnFailure},
		{"mattermost", ingest, lifecycle.OnFailure},
		{"configuration checks", ingest, lifecycle.OnFailure},
		{"configuration alerts", ingest, lifecycle.OnFailure},
		{"configuration drift", ingest, lifecycle.OnFailure},
		{"jobs", ingest, lifecycle.OnFailure},
		{"actions", ingest, lifecycle.OnFailure},
		{"pending actions", ingest, lifecycle.OnFailure},
		{"log writer", derive, lifecycle.Never},
		{"view", derive, lifecycle.Never},
		{"projector", derive, lifecycle.Never},
		{"retention", derive, lifecycle.OnFailure},
		{"relays", serve, lifecycle.OnFailure},
		{"changed configuration", serve, lifecycle.OnFailure},
		{"configuration", serve, lifecycle.OnFailure},
		{"status", serve, lifecycle.OnFailure},
	}
	got := c.services()
	for i, w := range want {
		if i >= len(got) || got[i].Name != w.name || got[i].Phase.String() != w.phase || got[i].Restart != w.restart {
			t.Fatalf("service %d is not %v: %+v", i, w, got)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d services, want %d", len(got), len(want))
	}
}

// Two watchers of silent devices reported one silence twice: what runs is listed
// once, whatever its name is.
func TestEveryServiceRunsOnce(t *testing.T) {
	c := testCollector(t, fullConfig)
	seen := map[string]string{}
	for _, s := range c.services() {
		name := runtime.FuncForPC(reflect.ValueOf(s.Run).Pointer()).Name()
		if strings.HasPrefix(s.Name, "mist ") {
			continue // one each of several organizations
		}
		if other, twice := seen[name]; twice {
			t.Errorf("services %s and %s both run %s", other, s.Name, name)
		}
		seen[name] = s.Name
	}
}

const fullConfig = `
[[mist]]
name = "acme"
org_id = "2818e386-8dec-2562-9ede-5b8a0fbbdc71"
token = "a-token-of-forty-characters-0123456789ab"
api_url = "http://127.0.0.1:1"
[[mist]]
name = "globex"
org_id = "2818e386-8dec-2562-9ede-5b8a0fbbdc72"
token = "another-token-of-forty-characters-012345"
api_url = "http://127.0.0.1:1"
[[mist]]
name = "webhooks-only"
webhook_secret = "fog-over-the-harbour"
[[junos]]
name = "core"
secret = "fog-over-the-harbour"
`

// testCollector is a collector with this configuration, which does not run.
func testCollector(t *testing.T, text string) *Collector {
	t.Helper()
	c := testCollectorIn(t, t.TempDir(), text)
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// testCollectorIn is testCollector in a directory. Whoever calls it closes the collector.
func testCollectorIn(t *testing.T, dir, text string) *Collector {
	t.Helper()
	return testCollectorAt(t, dir, text, clock.Real{})
}

// testCollectorAt is testCollectorIn with a clock.
func testCollectorAt(t *testing.T, dir, text string, clk clock.Clock) *Collector {
	t.Helper()
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
		Config: cfg, Dir: filepath.Join(dir, "data"), Clock: clk, Logger: slog.New(slog.NewTextHandler(logs, nil)), Messages: logs,
		Secrets: &Secrets{}, Actor: "ada", Version: "test", Priorities: priority.NewLive(priority.Compile(cfg.Priority)),
		ConfigPath: path, Load: load,
	}, Options{Command: "serve", Address: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// testLog writes the collector's log lines into the test's.
type testLog struct{ t *testing.T }

func (l testLog) Write(p []byte) (int, error) {
	l.t.Logf("%s", bytes.TrimSpace(p))
	return len(p), nil
}
