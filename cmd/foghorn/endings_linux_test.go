package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// cloudOf is a configuration for a cloud that gives every call this answer.
func cloudOf(t *testing.T, body string) (config string) {
	t.Helper()
	return cloudSaying(t, "200 OK", body)
}

// errorOf is one for a cloud that refuses every call in these words.
func errorOf(t *testing.T, body string) (config string) {
	t.Helper()
	return cloudSaying(t, "400 Bad Request", body)
}

func cloudSaying(t *testing.T, status, body string) (config string) {
	t.Helper()
	url := strings.TrimSuffix(answering(t, "HTTP/1.1 "+status+"\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"+body), "/mist/acme")
	config = filepath.Join(t.TempDir(), "config.toml")
	text := "[[mist]]\nname = \"acme\"\napi_url = \"" + url + "\"\norg_id = \"2818e386-8dec-2562-9ede-5b8a0fbbdc71\"\ntoken = \"a-token-of-forty-characters-0123456789ab\"\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config
}

// Whatever a command is at, its --timeout ends it, with the exit code for that.
func TestTimeoutEndsEverything(t *testing.T) {
	t.Parallel()
	config := cloudOf(t, `[{"name":"x"}]`)
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"--jq", "def f: f; f"},
		{"--jq", "last(range(1e12))"},
		{"--jq", "[limit(1e9; repeat(1))] | length"},
		{"--input", fifo},
	} {
		method := "GET"
		if args[0] == "--input" {
			method = "PUT"
		}
		r := foghornProcess(t, "", append([]string{"api", method, "/x", "--config", config, "--data", t.TempDir(), "--timeout", "300ms"}, args...)...)
		if r.code != exitTimeout && !strings.Contains(r.errOut, "memory") || strings.Count(r.errOut, "\n") != 1 {
			t.Errorf("%v: exit %d, %s", args, r.code, r.errOut)
		}
	}
}

// The first ctrl+c ends what waits for standard input, or computes forever.
func TestTheFirstInterruptEndsEverything(t *testing.T) {
	t.Parallel()
	config, endless := cloudOf(t, `{"ready":true}`), "def f: f; .ready, f"
	for _, args := range [][]string{
		{"verify", "-", "--secret-env", "SECRET"},
		{"ap", "rename", "--csv", "-", "--config", config},
		{"api", "PUT", "/x", "--config", config, "--input", "-"},
		{"api", "GET", "/x", "--config", config, "--jq", endless},
	} {
		cmd := exec.Command(os.Args[0], append(args, "--data", t.TempDir())...)
		cmd.Env = environment(t)
		stdin, feed, err := os.Pipe() // nobody ends it
		if err != nil {
			t.Fatal(err)
		}
		var errOut bytes.Buffer
		cmd.Stdin, cmd.Stderr = stdin, &errOut
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := feed.WriteString("{"); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if args[len(args)-1] == endless { // it is at work once its first line is there
			if _, err := out.Read(make([]byte, 1)); err != nil {
				t.Fatal(err)
			}
		} else {
			eventually(t, "it reads", func() bool { n, err := unix.IoctlGetInt(int(stdin.Fd()), unix.TIOCINQ); return err == nil && n == 0 })
		}
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		killer := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		killer.Stop()
		_, _ = feed.Close(), stdin.Close()
		if code := cmd.ProcessState.ExitCode(); code != exitProblem || !strings.Contains(errOut.String(), "interrupted") {
			t.Errorf("%v: exit %d, %s", args, code, errOut.String())
		}
	}
}
