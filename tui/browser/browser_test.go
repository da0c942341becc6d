package browser

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// program writes a script that notes its arguments, and returns its folder.
func program(t *testing.T, name, script string) (dir, notes string) {
	t.Helper()
	dir = t.TempDir()
	notes = filepath.Join(dir, "notes")
	text := "#!/bin/sh\nprintf '%s|' \"$@\" > " + notes + "\n" + script + "\n"
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil { //nolint:gosec // it has to run
		t.Fatal(err)
	}
	return dir, notes
}

func env(of map[string]string) func(string) string { return func(k string) string { return of[k] } }

const url = "https://manage.mist.com/admin/?org_id=1#!ap/detail/$(touch x);`id`/2"

func TestAURLIsOpenedOnADesktop(t *testing.T) {
	for name, test := range map[string]struct {
		system, program string
		env             map[string]string
		opened          bool
	}{
		"X11":                 {"linux", "xdg-open", map[string]string{"DISPLAY": ":0"}, true},
		"Wayland":             {"linux", "xdg-open", map[string]string{"WAYLAND_DISPLAY": "wayland-0"}, true},
		"macOS":               {"darwin", "open", nil, true},
		"a console":           {"linux", "xdg-open", nil, false},
		"over SSH with X11":   {"linux", "xdg-open", map[string]string{"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "1 2 3 4"}, false},
		"over SSH to a Mac":   {"darwin", "open", map[string]string{"SSH_TTY": "/dev/ttys1"}, false},
		"without the program": {"linux", "other", map[string]string{"DISPLAY": ":0"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir, notes := program(t, test.program, "")
			t.Setenv("PATH", "relative"+string(filepath.ListSeparator)+dir)
			err := Open(url, Options{Getenv: env(test.env), OS: test.system})
			if !test.opened {
				if !errors.Is(err, ErrNoDesktop) {
					t.Errorf("%v", err)
				}
				return
			}
			args, _ := os.ReadFile(notes)
			if err != nil || string(args) != url+"|" {
				t.Errorf("it got %q, %v", args, err)
			}
		})
	}
}

func TestAnOpenerThatFailsOrStays(t *testing.T) {
	x11 := env(map[string]string{"DISPLAY": ":0"})
	dir, _ := program(t, "xdg-open", "exit 3")
	t.Setenv("PATH", dir)
	err := Open(url, Options{Getenv: x11, OS: "linux"})
	if err == nil || !strings.Contains(err.Error(), "xdg-open: exit status 3") {
		t.Errorf("%v", err)
	}
	dir, _ = program(t, "xdg-open", "exec sleep 0.5")
	t.Setenv("PATH", dir+":/bin:/usr/bin")
	began := time.Now()
	err = Open(url, Options{Getenv: x11, OS: "linux", Limit: 10 * time.Millisecond})
	if err != nil || time.Since(began) > 400*time.Millisecond {
		t.Errorf("one that stays as long as the browser took %v, %v", time.Since(began), err)
	}
}

func TestOnlyHTTPSIsOpened(t *testing.T) {
	dir, notes := program(t, "xdg-open", "")
	t.Setenv("PATH", dir)
	for _, bad := range []string{"file:///etc/passwd", "-h", "javascript:alert(1)", "http://x"} {
		if err := Open(bad, Options{Getenv: env(map[string]string{"DISPLAY": ":0"}), OS: "linux"}); err == nil {
			t.Errorf("%s was opened", bad)
		}
	}
	if _, err := os.Stat(notes); err == nil {
		t.Error("the opener was run")
	}
}
