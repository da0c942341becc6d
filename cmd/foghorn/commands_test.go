package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"foghorn/journal/event"
	"foghorn/mist"
)

// configFile writes a configuration file for a test.
func configFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func clientInfo(host string) string {
	return fmt.Sprintf(`{"topic":"client-info","events":[{"hostname":%q,"ip":"10.0.0.7","mac":"6ebaa47a3fd4","org_id":"o","site_id":"s","timestamp":1763900000}]}`, host)
}

// tryPost reports whether a signed delivery was acknowledged.
func tryPost(url, body string) bool {
	req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return false
	}
	v1, v2 := mist.Sign([]byte(testSecret), []byte(body))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(mist.HeaderV1, v1)
	req.Header.Set(mist.HeaderV2, v2)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	return res.Body.Close() == nil && res.StatusCode == http.StatusOK
}

func TestEveryCommandHasAnExampleAndAShortText(t *testing.T) {
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Short == "" || c.Example == "" {
			t.Errorf("%s: short text %q, example %q", c.CommandPath(), c.Short, c.Example)
		}
		if c.Example != "" && !strings.Contains(c.Example, "foghorn") {
			t.Errorf("%s: the example does not show a command line", c.CommandPath())
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRoot(&env{stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}, getenv: os.Getenv}))
}

func TestALogDamagedInTheMiddleLosesNoViewToARebuild(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := start(t, "listen", "--listen", "127.0.0.1:0", "--secret-env", "SECRET", "--data", dir)
	must(t, "send", "client-join", "--count", "600", "--to", p.url+"/mist", "--secret-env", "SECRET")
	p.stop(t, os.Interrupt)
	if n := len(list[event.Event](t, "events", "--limit", "0", "--data", dir)); n != 600 {
		t.Fatalf("%d events", n)
	}
	f, err := os.OpenFile(filepath.Join(dir, "log.db"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(bytes.Repeat([]byte("damage! "), 16*512), 40*4096); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if r := foghorn(t, "", "rebuild", "--data", dir); r.code == 0 || !strings.Contains(r.errOut, "--start-fresh") {
		t.Errorf("rebuild over a damaged log: exit %d\n%s", r.code, r.errOut)
	}
	if n := len(list[event.Event](t, "events", "--limit", "0", "--data", dir)); n != 600 {
		t.Errorf("%d of 600 events are left to look at", n)
	}
	if out := must(t, "rebuild", "--start-fresh", "--data", dir); !strings.Contains(out, "log.db.damaged-1") {
		t.Errorf("start-fresh says %q", out)
	}
	if n := len(list[event.Event](t, "events", "--data", dir)); n != 0 {
		t.Errorf("the fresh journal has %d events", n)
	}
}
