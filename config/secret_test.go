package config

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
)

// However a secret is printed, it is not printed.
func TestSecretsNeverPrint(t *testing.T) {
	const text = "hunter2"
	s := NewSecret(text)
	type holder struct {
		Token  Secret
		hidden Secret
		List   []Secret
		Map    map[string]Secret
	}
	h := holder{Token: s, hidden: s, List: []Secret{s}, Map: map[string]Secret{"k": s}}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p", "%10s", "%T"} {
		fmt.Fprintf(&out, verb+"\n", s)
		fmt.Fprintf(&out, verb+"\n", &s)
		fmt.Fprintf(&out, verb+"\n", h)
		fmt.Fprintf(&out, verb+"\n", &h)
	}
	fmt.Fprintln(&out, s, h, fmt.Errorf("error with %v", s))
	asJSON, err := json.Marshal(struct{ S, P any }{s, &s})
	if err != nil || !strings.Contains(string(asJSON), `<secret>`) && !strings.Contains(string(asJSON), `\u003csecret\u003e`) {
		t.Errorf("JSON: %s, %v", asJSON, err)
	}
	asTOML, err := toml.Marshal(map[string]any{"s": s})
	if err != nil || string(asTOML) != "s = \"<secret>\"\n" {
		t.Errorf("TOML: %s, %v", asTOML, err)
	}
	out.Write(asJSON)
	for _, l := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(l).Info("log", "s", s, "p", &s, "h", h, slog.Group("g", "s", s))
	}
	for _, form := range []string{text, "68756e74657232", "68756E74657232", fmt.Sprint([]byte(text))} {
		if strings.Contains(out.String(), form) {
			t.Errorf("the secret is printed as %s:\n%s", form, out.String())
		}
	}
	if got := fmt.Sprintf("%v|%#v", s, s); got != "<secret>|<secret>" {
		t.Errorf("prints as %s", got)
	}
	if got := fmt.Sprintf("%v", Secret{}); got != "" || !NewSecret("").IsZero() {
		t.Errorf("no secret prints as %q", got)
	}
	if h.hidden.Reveal() != text {
		t.Error("the secret is lost")
	}
}

// secretFrom loads a source whose secret comes from the line.
func secretFrom(t *testing.T, line string, env map[string]string) (*Config, error) {
	t.Helper()
	return Load(write(t, "[[junos]]\nname = \"core\"\n"+line+"\n"), Options{Getenv: func(k string) string { return env[k] }})
}

func TestWhereSecretsComeFrom(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	env := map[string]string{"S": " hunter2 \n", "HOME": dir}
	for line, want := range map[string]string{
		`secret = "hunter2"`: "hunter2",
		`secret_env = "S"`:   " hunter2 ",
		fmt.Sprintf("secret_file = %q", file("a", "hunter2\r\n", 0o600)): "hunter2",
		fmt.Sprintf("secret_file = %q", file("b", "hunter2", 0o640)):     "hunter2",
		`secret_file = "~/a"`:                "hunter2",
		`secret_command = ["echo", "$S; *"]`: "$S; *",
	} {
		c, err := secretFrom(t, line, env)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if got := c.Junos[0].Secret.Reveal(); got != want || len(c.Warnings) > 0 {
			t.Errorf("%s: %q, warnings %q", line, got, c.Warnings)
		}
	}
	for line, want := range map[string]string{
		`secret_env = "NONE"`:                                                                "secret_env: the environment variable NONE is not set, or empty",
		`secret_file = "none"`:                                                               "no such file or directory",
		fmt.Sprintf("secret_file = %q", dir):                                                 "is not a regular file",
		fmt.Sprintf("secret_file = %q", file("c", "\n", 0o600)):                              "gives an empty secret",
		fmt.Sprintf("secret_file = %q", file("d", "hunter2\nhunter3\n", 0o600)):              "gives more than one line",
		fmt.Sprintf("secret_file = %q", file("e", strings.Repeat("hunter2", 10_000), 0o600)): "has more than 65536 bytes",
		`secret_command = ["no-such-program-here"]`:                                          "no-such-program-here",
		`secret_command = ["sh", "-c", "echo hunter2 >&2; exit 3"]`:                          "exit status 3",
		`secret_command = ["sh", "-c", "yes hunter2"]`:                                       "prints more than 65536 bytes",
	} {
		_, err := secretFrom(t, line, env)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "config.toml:3:1: junos.secret_") {
			t.Errorf("%s: got %v, want %s", line, err, want)
		}
		if err != nil && strings.Contains(strings.ReplaceAll(err.Error(), "sh -c", ""), "hunter") {
			t.Errorf("%s: the error holds the secret: %v", line, err)
		}
	}
}

// A program that hangs, or leaves a child behind that does, is given up.
func TestCommandsThatHang(t *testing.T) {
	for _, script := range []string{"sleep 60", "sleep 60 & echo hunter2; wait"} {
		started := time.Now()
		_, err := runSecret(context.Background(), []string{"sh", "-c", script}, 20*time.Millisecond)
		if err == nil || !strings.Contains(err.Error(), "did not end within") {
			t.Errorf("%s: %v", script, err)
		}
		if took := time.Since(started); took > 30*time.Second {
			t.Errorf("%s: given up after %v only", script, took)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := runSecret(ctx, []string{"echo", "hunter2"}, time.Minute); err == nil {
		t.Error("runs although nobody waits any more")
	}
}

// Commands that need no secrets do not ask for them, and can later.
func TestSecretsLater(t *testing.T) {
	env := map[string]string{}
	c, err := Load(write(t, "[[junos]]\nname = \"core\"\nsecret_env = \"S\"\n"), Options{Getenv: func(k string) string { return env[k] }, SecretsLater: true})
	if err != nil || !c.Junos[0].Secret.IsZero() {
		t.Fatalf("%v %v", err, c)
	}
	if err := c.Resolve(context.Background()); err == nil {
		t.Error("a variable that is not set gives a secret")
	}
	env["S"] = "hunter2"
	if err := c.Resolve(context.Background()); err != nil || c.Junos[0].Secret.Reveal() != "hunter2" {
		t.Errorf("%v", err)
	}
	env["S"] = "another"
	if err := c.Resolve(context.Background()); err != nil || c.Junos[0].Secret.Reveal() != "hunter2" {
		t.Errorf("a secret is fetched once: %v", err)
	}
}

// A code that changes is fetched each time; the configuration keeps the first.
func TestRefetch(t *testing.T) {
	file := filepath.Join(t.TempDir(), "code")
	if err := os.WriteFile(file, []byte("111111\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := load(t, "[[mist]]\nname = \"acme\"\nregion = \"emea-01\"\norg_id = \"2818e386-8dec-2562-9ede-5b8a0fbbdc71\"\n"+
		"email = \"noc@example.com\"\npassword = \"p\"\ntwo_factor_file = \""+file+"\"\n", nil)
	if err := os.WriteFile(file, []byte("222222\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := c.Refetch(t.Context(), &c.Mist[0].TwoFactor)
	if err != nil || got.Reveal() != "222222" {
		t.Errorf("fetched again: %q, %v", got.Reveal(), err)
	}
	if got, err := c.Refetch(t.Context(), &c.Mist[0].WebhookSecret); err != nil || !got.IsZero() {
		t.Errorf("a secret that is not given: %v, %v", got, err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Refetch(t.Context(), &c.Mist[0].TwoFactor); err == nil {
		t.Error("a file that is gone gives a code")
	}
}
