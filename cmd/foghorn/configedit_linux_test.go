package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const plainConfig = "[listen]\naddress = \"127.0.0.1:8484\"\n"

// editing runs config edit on a terminal, with a script as the editor. The script gets
// the number of its run in $N's place: a file beside it counts.
func editing(t *testing.T, script string) (term *terminal, file, tmp string) {
	t.Helper()
	dir := t.TempDir()
	file, tmp = filepath.Join(dir, "config.toml"), filepath.Join(dir, "tmp")
	editor := filepath.Join(dir, "editor")
	if err := os.Mkdir(tmp, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{file: plainConfig, editor: "#!/bin/sh\n" + script} {
		if err := os.WriteFile(name, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	env := append(environment(t), "VISUAL="+editor+" --flag", "TMPDIR="+tmp)
	return inTerminal(t, env, 100, 30, "config", "edit", "--config", file), file, tmp
}

func contains(t *testing.T, file, text string) {
	t.Helper()
	if got, err := os.ReadFile(file); err != nil || !strings.Contains(string(got), text) {
		t.Errorf("%s has no %q: %q, %v", file, text, got, err)
	}
}

func leftIn(t *testing.T, dir string, want int) {
	t.Helper()
	if left, err := filepath.Glob(dir + "/*/config.toml"); err != nil || len(left) != want {
		t.Errorf("left are %q, %v", left, err)
	}
}

// A mistake is shown, and the editor opens again; what is right then is put in place.
func TestEditingAgainAfterAMistake(t *testing.T) {
	t.Parallel()
	term, file, tmp := editing(t, `test "$1" = --flag || exit 9
if grep -q addrez "$2"; then sed -i s/addrez/address/ "$2"; else sed -i 's/address/addrez/; s/8484/8585/' "$2"; fi`)
	term.waitFor(t, "config.toml:2:1: listen.addrez")
	contains(t, file, "8484")
	term.waitFor(t, "Edit again, keep it with its mistakes, or drop it? [E/k/d] ")
	term.press(t, "\r")
	term.waitFor(t, "checked")
	_ = term.cmd.Wait()
	contains(t, file, `address = "127.0.0.1:8585"`)
	leftIn(t, tmp, 0)
}

// With mistakes it replaces the file only when a person says so.
func TestKeepingOrDroppingAMistake(t *testing.T) {
	t.Parallel()
	for answer, c := range map[string]struct {
		says, has string
		code      int
		left      int
	}{
		"k\r":  {"with mistakes", "addrez", exitOK, 0},
		"d\r":  {"nothing was changed", "address", exitProblem, 0},
		"\x03": {"what you edited is in ", "address", exitProblem, 1},
	} {
		term, file, tmp := editing(t, `sed -i s/address/addrez/ "$2"`)
		term.waitFor(t, "[E/k/d] ")
		term.press(t, answer)
		term.waitFor(t, c.says)
		_ = term.cmd.Wait()
		if code := term.cmd.ProcessState.ExitCode(); code != c.code {
			t.Errorf("%q: exit %d", answer, code)
		}
		contains(t, file, c.has)
		leftIn(t, tmp, c.left)
	}
}

// What somebody else wrote meanwhile is not lost, and neither is what was typed; an
// editor that fails changes nothing.
func TestEditingNeverOverwritesBlindly(t *testing.T) {
	t.Parallel()
	for script, c := range map[string]struct {
		says string
		left int
	}{
		`echo '# mine' >> "$2"; echo '# theirs' >> ` + "$(dirname $0)/config.toml": {"was changed meanwhile by somebody else", 1},
		`echo '# mine' >> "$2"; exit 3`:                                            {"nothing was changed: the editor", 1},
		`exit 3`:                                                                   {"nothing was changed: the editor", 0},
	} {
		term, file, tmp := editing(t, script)
		term.waitFor(t, c.says)
		_ = term.cmd.Wait()
		text, err := os.ReadFile(file)
		if err != nil || strings.Contains(string(text), "# mine") {
			t.Errorf("%s: %q, %v", script, text, err)
		}
		leftIn(t, tmp, c.left)
	}
}

func TestTheConfigurationKeepsTheGroupsRightToRead(t *testing.T) {
	for before, want := range map[os.FileMode]os.FileMode{0: 0o600, 0o600: 0o600, 0o640: 0o640, 0o666: 0o640} {
		path := filepath.Join(t.TempDir(), "config.toml")
		if before != 0 {
			if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, before); err != nil {
				t.Fatal(err)
			}
		}
		if err := writeConfig(path, []byte("new")); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		text, _ := os.ReadFile(path)
		if err != nil || info.Mode().Perm() != want || string(text) != "new" {
			t.Errorf("from %04o: %04o, %q, %v", before, info.Mode().Perm(), text, err)
		}
	}
}
