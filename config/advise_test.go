package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const strong, stronger = "1f0c9d7ab3e45628", "9e8d7c6b5a493827160f"

// advice loads a configuration and returns what Advise says of it.
func advice(t *testing.T, text string, mode os.FileMode, dataDir string) string {
	t.Helper()
	path := write(t, text)
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path, Options{Regions: regions, Getenv: func(k string) string { return map[string]string{"BLANK": " " + strong + "\t"}[k] }})
	if err != nil {
		t.Fatal(err)
	}
	c.Warnings = nil
	c.Advise(dataDir)
	return strings.Join(c.Warnings, "\n")
}

// fileOf makes a file with a mode.
func fileOf(t *testing.T, dir, name, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAdvice(t *testing.T) {
	dir := t.TempDir()
	read := fileOf(t, dir, "read", strong, 0o644)
	group := fileOf(t, dir, "group", strong, 0o640)
	written := fileOf(t, dir, "written", strong, 0o620)
	private := fileOf(t, dir, "private", strong, 0o600)
	core := "[[junos]]\nname = \"core\"\n"
	edge := "[[junos]]\nname = \"edge\"\n"
	acme := "[[mist]]\nname = \"acme\"\n"
	for _, c := range []struct {
		name, text, want string
		mode             os.FileMode
	}{
		{name: "all is well", mode: 0o600, text: core + "secret = \"" + strong + "\"\n"},
		{name: "a file without secrets that all may read", mode: 0o644, text: core},
		{name: "a file that all may change", mode: 0o666, text: core, want: "everybody on this machine may change this file (mode 0666); run: chmod go-w "},
		{name: "a file that its group may change", mode: 0o660, text: core, want: "everybody in the file's group may change this file"},
		{name: "a secret in a file that all may read", mode: 0o644, text: core + "secret = \"" + strong + "\"\n", want: "everybody on this machine may read this file"},
		{name: "and its group", mode: 0o640, text: core + "secret = \"" + strong + "\"\n", want: "everybody in the file's group may read this file"},
		{name: "a secret's file for all", mode: 0o600, text: core + "secret_file = \"" + read + "\"\n", want: ":3:1: junos.secret_file: everybody on this machine may read " + read},
		{name: "for its group", mode: 0o600, text: core + "secret_file = \"" + group + "\"\n", want: "everybody in the file's group may read " + group},
		{name: "that its group may change", mode: 0o600, text: core + "secret_file = \"" + written + "\"\n", want: "may change " + written},
		{name: "a key of TLS", mode: 0o600, text: "[listen]\ntls_cert_file = \"" + read + "\"\ntls_key_file = \"" + read + "\"\n", want: ":3:1: listen.tls_key_file: everybody on this machine may read " + read},
		{name: "a private key of TLS", mode: 0o600, text: "[listen]\ntls_cert_file = \"" + read + "\"\ntls_key_file = \"" + private + "\"\n"},
		{name: "all addresses are proxies", mode: 0o600, text: "[listen]\ntrusted_proxies = [\"10.0.0.0/8\", \"0.0.0.0/0\"]\n", want: "listen.trusted_proxies: 0.0.0.0/0 covers every address"},
		{name: "of IPv6 too", mode: 0o600, text: "[listen]\ntrusted_proxies = [\"::/0\"]\n", want: "::/0 covers every address"},
		{name: "half of all", mode: 0o600, text: "[listen]\ntrusted_proxies = [\"128.0.0.0/1\"]\n", want: "a large part of the Internet"},
		{name: "private ranges", mode: 0o600, text: "[listen]\ntrusted_proxies = [\"10.0.0.0/8\", \"fc00::/7\", \"203.0.113.0/24\", \"127.0.0.1\"]\n"},
		{name: "one letter", mode: 0o600, text: core + "secret = \"x\"\n", want: "junos.secret: is easy to guess"},
		{name: "a letter many times", mode: 0o600, text: acme + "webhook_secret = \"aaaaaaaaaaaaaaaaaaaaaaaa\"\n", want: "mist.webhook_secret: is easy to guess"},
		{name: "one secret for two", mode: 0o600, text: core + "secret = \"" + strong + "\"\n" + edge + "secret_file = \"" + private + "\"\n", want: ":6:1: junos.secret_file: is the same secret as junos.secret in line 3"},
		{name: "of two sorts", mode: 0o600, text: core + "secret = \"" + strong + "\"\n" + acme + "webhook_secret = \"" + strong + "\"\n", want: "is the same secret as junos.secret in line 3"},
		{name: "a rotation to the same", mode: 0o600, text: core + "secret = \"" + strong + "\"\nprevious_secret = \"" + strong + "\"\n", want: "is the same secret as"},
		{name: "two secrets", mode: 0o600, text: core + "secret = \"" + strong + "\"\n" + edge + "secret = \"" + stronger + "\"\n"},
		{name: "blanks around", mode: 0o600, text: core + "secret_env = \"BLANK\"\n", want: "begins or ends with a space"},
		{name: "unsigned from everywhere", mode: 0o600, text: "[listen]\naddress = \":8484\"\n" + core + "allow_unsigned = true\n", want: ":5:1: junos.allow_unsigned: anybody who can reach listen.address"},
		{name: "unsigned from here", mode: 0o600, text: core + "allow_unsigned = true\n"},
	} {
		got := advice(t, c.text, c.mode, dir+"/none")
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if strings.Contains(got, strong) || strings.Contains(got, "aaaa") {
			t.Errorf("%s: the advice holds the secret: %q", c.name, got)
		}
	}
}

// What was there before keeps its mode, and is told.
func TestAdviceOnTheDataDirectory(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	fileOf(t, dir, "log.db", "", 0o600)
	if got := advice(t, "", 0o600, dir); got != "" {
		t.Errorf("a private directory: %q", got)
	}
	fileOf(t, dir, "log.db-wal", "", 0o644)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	got := advice(t, "", 0o600, dir)
	for _, want := range []string{"may read the data directory " + dir + " (mode 0755)", "chmod go= " + dir, "log.db-wal (0644)"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %q", want, got)
		}
	}
	if strings.Contains(got, "log.db (") {
		t.Errorf("a private file is called open: %q", got)
	}
}

// A program that a file names is not run when others could name theirs: by the
// file, by its folder, or by one further up.
func TestNoProgramForAFileThatOthersMayChange(t *testing.T) {
	for name, c := range map[string]struct {
		file, dir, above os.FileMode
		want             string
	}{
		"kept to oneself":           {0o600, 0o700, 0o755, ""},
		"read by all":               {0o644, 0o755, 0o755, ""},
		"written by all":            {0o666, 0o755, 0o755, "config.toml (mode 0666) may be changed by others"},
		"written by a group":        {0o660, 0o755, 0o755, "config.toml (mode 0660)"},
		"in a folder for all":       {0o600, 0o777, 0o755, "foghorn (mode 0777) may be changed by others"},
		"in a folder like /tmp":     {0o600, 0o777 | os.ModeSticky, 0o755, ""},
		"under a folder of a group": {0o600, 0o755, 0o775, "etc (mode 0775)"},
	} {
		etc := filepath.Join(t.TempDir(), "etc")
		dir := filepath.Join(etc, "foghorn")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		mark := filepath.Join(t.TempDir(), "ran")
		text := "[[junos]]\nname = \"core\"\nsecret_command = [\"sh\", \"-c\", \"touch " + mark + "; echo hunter2\"]\n"
		path := fileOf(t, dir, "config.toml", text, c.file)
		for at, mode := range map[string]os.FileMode{dir: c.dir, etc: c.above} {
			if err := os.Chmod(at, mode); err != nil {
				t.Fatal(err)
			}
		}
		_, err := Load(path, Options{Getenv: noEnv})
		_, ran := os.Stat(mark)
		if c.want == "" {
			if err != nil || ran != nil {
				t.Errorf("%s: %v, ran %v", name, err, ran)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "run: chmod go-w ") {
			t.Errorf("%s: %v", name, err)
		}
		if ran == nil {
			t.Errorf("%s: the program was run", name)
		}
	}
	// A link is followed: what counts is where the file is.
	dir := t.TempDir()
	open := fileOf(t, dir, "open.toml", "[[junos]]\nname = \"core\"\nsecret_command = [\"echo\", \"x\"]\n", 0o666)
	link := filepath.Join(t.TempDir(), "config.toml")
	if err := os.Symlink(open, link); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(link, Options{Getenv: noEnv}); err == nil {
		t.Error("a link to a file that all may change is believed")
	}
	private := fileOf(t, dir, "private.toml", "[[junos]]\nname = \"core\"\nsecret_command = [\"echo\", \"x\"]\n", 0o600)
	shared := t.TempDir()
	link = filepath.Join(shared, "config.toml")
	if err := os.Symlink(private, link); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(shared, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(link, Options{Getenv: noEnv}); err == nil {
		t.Error("a link that all may replace is followed")
	}
}
