package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// scattered is a configuration most of whose secrets are not there.
const scattered = `
[listen]
address = "127.0.0.1:1"
[[mist]]
name = "acme"
region = "emea-01"
org_id = "2818e386-8dec-2562-9ede-5b8a0fbbdc71"
token_env = "NO_TOKEN"
webhook_secret_env = "SECRET"
[[mist]]
name = "other"
region = "emea-01"
org_id = "2818e386-8dec-2562-9ede-5b8a0fbbdc72"
token_env = "NO_OTHER_TOKEN"
webhook_secret_env = "NO_OTHER_SECRET"
[[junos]]
name = "core"
secret_env = "SECRET"
[[junos]]
name = "edge"
secret_env = "NO_EDGE_SECRET"
`

// A command fails for a secret that it uses, and for no other.
func TestCommandsNeedOnlyTheirOwnSecrets(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(file, []byte(scattered), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, c := range []struct {
		args []string
		says string // on standard error; nothing of a missing variable if empty
	}{
		{args: []string{"send", "alarms"}, says: "is a listener running there"},
		{args: []string{"send", "alarms", "--secret-env", "SECRET"}, says: "is a listener running there"},
		{args: []string{"send", "junos"}, says: "is a listener running there"},
		{args: []string{"junos", "config", "--source", "core", "--url", "http://192.0.2.1/junos/core"}},
		{args: []string{"junos", "config", "--source", "edge", "--url", "http://192.0.2.1/junos/edge", "--no-secret"}},
		{args: []string{"junos", "config", "--source", "edge", "--url", "http://192.0.2.1/junos/edge"}, says: "NO_EDGE_SECRET"},
		{args: []string{"api", "GET", "/self", "--source", "other"}, says: "NO_OTHER_TOKEN"},
		{args: []string{"ap", "rename", "a", "b", "--source", "acme"}, says: "NO_TOKEN"},
		{args: []string{"events"}},
	} {
		r := foghorn(t, "", append(c.args, "--config", file, "--data", dir)...)
		if !strings.Contains(r.errOut, c.says) || strings.Count(r.errOut, "NO_") != strings.Count(c.says, "NO_") {
			t.Errorf("foghorn %v: exit %d\n%s", c.args, r.code, r.errOut)
		}
	}
}

// In an empty environment --data is all that is needed.
func TestWithoutAHomeDataIsEnough(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, args := range [][]string{{"events"}, {"alerts"}, {"deliveries"}, {"ap"}, {"config", "check"}, {"config", "show"}, {"junos", "levels"}} {
		cmd := exec.Command(os.Args[0], append(args, "--data", dir)...)
		cmd.Env = []string{asProgram + "=1"}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("foghorn %v: %v\n%s", args, err, out)
		}
	}
}

// The check tells what others may do with the files, and refuses to run a
// program that they could have named.
func TestConfigCheckTellsWhatIsUnwise(t *testing.T) {
	file, dir := filepath.Join(t.TempDir(), "config.toml"), t.TempDir()
	check := func(text string, mode os.FileMode) result {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		return foghorn(t, "", "config", "check", "--config", file, "--data", dir)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	r := check("[[junos]]\nname = \"core\"\nsecret = \"x\"\n", 0o644)
	for _, want := range []string{"may read this file", "is easy to guess", "may read the data directory", "usable, with 3 warnings: 0 Mist and 1 Junos"} {
		if r.code != exitOK || !strings.Contains(r.out, want) {
			t.Errorf("exit %d, no %q in %s%s", r.code, want, r.out, r.errOut)
		}
	}
	r = check("[[junos]]\nname = \"core\"\nsecret_command = [\"touch\", \""+dir+"/ran\"]\n", 0o666)
	if _, err := os.Stat(dir + "/ran"); r.code != exitUsage || err == nil || !strings.Contains(r.errOut, "chmod go-w "+file) {
		t.Errorf("exit %d, ran %v: %s", r.code, err == nil, r.errOut)
	}
}
