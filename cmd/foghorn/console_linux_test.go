package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// hostile is what a stranger sends to somebody's terminal: a new title, the
// clipboard, a color that hides, 8-bit controls, text turned round.
const hostile = "x\x1b]0;pwn\a\x1b]52;c;UFdO\a\x1b[8m\u009b31m\u202egpj\u200b.exe"

// steers lists what a terminal obeys. A line break ends in \r\n there.
func steers(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ReplaceAll(text, "\r\n", "\n"), func(r rune) bool {
		return r == '\n' || r >= ' ' && r < 0x7f || r == 'µ'
	}), " ")
}

// onTerminal runs a command to its end on a terminal that answers nothing, and
// returns what it wrote there.
func onTerminal(t *testing.T, env []string, args ...string) (string, int) {
	t.Helper()
	master, slave := openPty(t)
	defer master.Close()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(env, "TERM=xterm-256color", "COLORTERM=", "NO_COLOR=")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = slave.Close()
	killer := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer killer.Stop()
	var out bytes.Buffer
	for buf := make([]byte, 4096); ; {
		n, err := master.Read(buf)
		out.Write(buf[:n])
		if err != nil {
			break // the program ended, and with it the terminal's other side
		}
	}
	_ = cmd.Wait()
	return out.String(), cmd.ProcessState.ExitCode()
}

// A refused post that aims at the operator's terminal is shown by every form of
// every command without reaching it; a program reads it byte for byte.
func TestNothingPrintedSteersTheTerminal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data", dir)
	body := `{"topic":"alarms","events":[{"type":"` + hostile + `"}]` + hostile
	post(t, p.url+"/mist", "wrong", body)
	eventually(t, "the delivery is there", func() bool { return strings.Contains(must(t, "deliveries", "--data", dir), "127.0.0.1") })
	env := environment(t)
	for _, args := range [][]string{
		{"deliveries", "show", "1", "-o", "body"},
		{"deliveries", "show", "1", "-o", "http"},
		{"deliveries", "show", "1", "-o", "curl"},
		{"deliveries", "show", "1"},
		{"junos", "levels", "--event", hostile, "--text", hostile, "--host", hostile},
		{"send", "alarms", "--print", "--set", "type=" + hostile},
		{"verify", hostile, "--secret-env", "SECRET"},
		{"ap", "rename", "--csv", hostile},
		{"events", "-q", "/(" + hostile + "/"},
		{"events", "--" + hostile},
		{hostile},
		{"events", "show", hostile},
		{"api", hostile, "/self"},
		{"api", "GET", "/self", "--jq", hostile},
		{"events", "--data", dir + "/" + hostile},
		{"--config", hostile, "events"},
	} {
		if args[0] == "deliveries" {
			args = append(args, "--data", dir)
		}
		out, _ := onTerminal(t, env, args...)
		if bad := steers(out); bad != "" || out == "" {
			t.Errorf("foghorn %q writes %q to the terminal:\n%q", args, bad, out)
		}
	}
	if got := must(t, "deliveries", "show", "1", "-o", "body", "--data", dir); got != body {
		t.Errorf("a pipe gets %q, sent was %q", got, body)
	}
}

// A reason phrase is the other side's to choose, too.
func TestReasonPhrasesDoNotSteerTheTerminal(t *testing.T) {
	t.Parallel()
	to := answering(t, "HTTP/1.1 299 "+hostile+"\r\nContent-Length: 4\r\n\r\n\x1b[2J")
	out, code := onTerminal(t, environment(t), "send", "alarms", "--to", to, "--secret-env", "SECRET")
	if bad := steers(out); bad != "" || code != 0 || !strings.Contains(out, "299") {
		t.Errorf("exit %d, %q reaches the terminal:\n%q", code, bad, out)
	}
}

// An error line waits for no answer of the terminal.
func TestErrorsAskTheTerminalNothing(t *testing.T) {
	out, code := onTerminal(t, environment(t), "evnts")
	if code != exitUsage || strings.Contains(out, "\x1b") || !strings.Contains(out, "evnts") {
		t.Errorf("exit %d, %q", code, out)
	}
}
