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

func TestVerifyNamesTheSchemeOrTheReason(t *testing.T) {
	const body = `{"topic":"ping","events":[]}`
	v1, v2 := mist.Sign([]byte(testSecret), []byte(body))
	for _, tc := range []struct {
		name, signature string
		code            int
		want            string
	}{
		{"the preferred signature", v2, exitOK, "verified:"},
		{"in capitals", strings.ToUpper(v2), exitOK, "verified:"},
		{"the older signature", v1, exitOK, "verified-v1"},
		{"of another body", strings.Repeat("ab", 32), exitProblem, "does not match"},
		{"not hex", "hello", exitProblem, "failed:"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := foghorn(t, body, "verify", "-", "--signature", tc.signature, "--secret-env", "SECRET")
			if r.code != tc.code || !strings.Contains(r.out, tc.want) {
				t.Errorf("exit %d: %s%s", r.code, r.out, r.errOut)
			}
			if strings.Contains(r.out+r.errOut, testSecret) {
				t.Error("the secret is printed")
			}
		})
	}
	r := foghorn(t, body, "verify", "-", "--secret-env", "SECRET")
	if r.code != exitOK || !strings.Contains(r.out, v2) {
		t.Errorf("without a signature: exit %d: %s", r.code, r.out)
	}
}

func TestUsageErrorsSayWhatToDo(t *testing.T) {
	dir := t.TempDir()
	for _, tc := range []struct {
		name string
		args []string
		want string
	}{
		{"no such command", []string{"lsiten"}, "unknown command"},
		{"no such flag", []string{"listen", "--prot", "1"}, "unknown flag"},
		{"no such topic", []string{"send", "nonsense", "--print"}, "topic"},
		{"an empty secret", []string{"listen", "--secret-env", "EMPTY", "--data", dir}, "EMPTY is empty"},
		{"a bad query", []string{"events", "-q", "sit:berlin", "--data", dir}, `column 1`},
		{"a bad duration", []string{"events", "--since", "soon", "--data", dir}, "--since"},
		{"a bad format", []string{"events", "-o", "xml", "--data", dir}, "xml"},
		{"a bad id", []string{"events", "show", "abc", "--data", dir}, "not the id"},
		{"no terminal", []string{"--data", dir}, "needs a terminal"},
		{"a missing configuration", []string{"serve", "--config", filepath.Join(dir, "none.toml")}, "none.toml"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := foghorn(t, "", tc.args...)
			if r.code != exitUsage || !strings.Contains(r.errOut, tc.want) {
				t.Errorf("exit %d, standard error:\n%s", r.code, r.errOut)
			}
		})
	}
}

func TestAConfigurationIsWrittenCheckedAndShown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "config.toml")
	must(t, "config", "init", "--config", path)
	if r := foghorn(t, "", "config", "init", "--config", path); r.code != exitUsage {
		t.Errorf("init over an existing file: exit %d", r.code)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	must(t, "config", "check", "--config", path)

	bad := configFile(t, "[listen]\naddres = \"x\"\n[[mist]]\nname = \"acme\"\nregion = \"global-1\"\n")
	r := foghorn(t, "", "config", "check", "--config", bad)
	if r.code != exitUsage || !strings.Contains(r.errOut, "global-01") || !strings.Contains(r.errOut, "addres") {
		t.Errorf("exit %d:\n%s", r.code, r.errOut)
	}
	shown := must(t, "config", "show", "--config", configFile(t, "[[mist]]\nname = \"acme\"\nwebhook_secret_env = \"SECRET\"\n"))
	if strings.Contains(shown, testSecret) || !strings.Contains(shown, "<secret>") {
		t.Errorf("config show prints\n%s", shown)
	}
}

func TestADamagedLogIsPutAsideOnlyWhenAsked(t *testing.T) {
	dir := t.TempDir()
	garbage := bytes.Repeat([]byte("this is no database "), 4096)
	if err := os.WriteFile(filepath.Join(dir, "log.db"), garbage, 0o600); err != nil {
		t.Fatal(err)
	}
	r := foghorn(t, "", "serve", "--listen", "127.0.0.1:0", "--data", dir)
	if r.code == 0 || !strings.Contains(r.errOut, "damaged") || !strings.Contains(r.errOut, "--start-fresh") {
		t.Errorf("exit %d: %s", r.code, r.errOut)
	}
	if kept, err := os.ReadFile(filepath.Join(dir, "log.db")); err != nil || !bytes.Equal(kept, garbage) {
		t.Error("the damaged log was touched without a word from the person")
	}
	out := must(t, "rebuild", "--start-fresh", "--data", dir)
	if !strings.Contains(out, "aside") {
		t.Errorf("rebuild says %q", out)
	}
	if r := foghorn(t, "", "rebuild", "--start-fresh", "--data", dir); r.code == 0 {
		t.Error("a sound log was put aside")
	}
}

func TestALogDamagedInTheMiddleLosesNoViewToARebuild(t *testing.T) {
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

func TestTheDemoTellsItsStoryWithoutATerminal(t *testing.T) {
	r := foghorn(t, "", "demo", "--count", "20", "--speed", "20", "-o", "ndjson")
	if r.code != 0 || strings.Count(r.out, "\n") != 20 {
		t.Errorf("exit %d, %d lines: %s", r.code, strings.Count(r.out, "\n"), r.errOut)
	}
}
