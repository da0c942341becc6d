package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// On a terminal the renames of a file are shown and asked about once; anything but
// yes is no, and --yes does not ask.
func TestRenamingByAFileOnATerminalAsksOnce(t *testing.T) {
	o := newOrganization(t)
	eventually(t, "all devices are known", func() bool { return len(o.devices(t, "")) >= 70 })
	device := o.devices(t, "type:ap")[0]
	file := filepath.Join(t.TempDir(), "aps.csv")
	if err := os.WriteFile(file, []byte("mac,name\n"+device.MAC.String()+",lobby-77\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"ap", "rename", "--csv", file, "--data", o.dir, "--config", o.config}
	for _, c := range []struct {
		answer, says string
		code         int
	}{
		{"\r", "foghorn: nothing was done", exitProblem},
		{"n\r", "foghorn: nothing was done", exitProblem},
		{"y\r", "renamed", exitOK},
	} {
		term := inTerminal(t, environment(t), 100, 30, args...)
		term.waitFor(t, device.Name+"  →  lobby-77")
		term.waitFor(t, "Rename 1 device, which takes 1 call of the API? [y/N] ")
		term.press(t, c.answer)
		term.waitFor(t, c.says)
		_ = term.cmd.Wait()
		if code := term.cmd.ProcessState.ExitCode(); code != c.code {
			t.Errorf("%q: exit %d", c.answer, code)
		}
	}
	term := inTerminal(t, environment(t), 100, 30, append(args, "--yes")...)
	term.waitFor(t, "same")
	again := inTerminal(t, environment(t), 100, 30, args...)
	again.waitFor(t, "it has that name already")
	if got := again.drawn(); strings.Contains(got, "OLD") {
		t.Errorf("a head above no rename:\n%s", got)
	}
	if r := o.run(t, "ap", "rename", "--csv", file, "--dry-run"); r.code != exitOK || strings.Contains(r.out+r.errOut, "[y/N]") {
		t.Errorf("without a terminal: exit %d\n%s%s", r.code, r.out, r.errOut)
	}
}

// Where no webhook is known yet, ping asks Mist for them itself.
func TestPingAsksForTheWebhooksItself(t *testing.T) {
	o := newOrganization(t)
	empty := t.TempDir()
	r := foghorn(t, "", "webhooks", "ping", "nobody", "--data", empty, "--config", o.config)
	if r.code != exitProblem || !strings.Contains(r.errOut, `no webhook "nobody"; foghorn webhooks lists them`) {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.errOut)
	}
	r = foghorn(t, "", "webhooks", "ping", "fogho", "--data", empty, "--config", o.config)
	if r.code != exitProblem || !strings.Contains(r.errOut, "did you mean foghorn?") {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.errOut)
	}
}
