// Package browser opens URLs in the person's own browser.
//
// It does so only on a desktop at which the person sits: over SSH the browser would
// open on another machine, or not at all. No shell is involved.
package browser

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// limit is how long an opener may take before it counts as having opened the URL: some
// stay as long as the browser that they started.
const limit = 3 * time.Second

// Options say where the program runs. The zero value is right outside of tests.
type Options struct {
	Getenv func(string) string // nil for os.Getenv
	OS     string              // "" for runtime.GOOS
	Limit  time.Duration       // 0 for the usual one
}

// ErrNoDesktop says that there is no desktop here to open a URL on.
var ErrNoDesktop = errors.New("no desktop here")

// Open opens a URL with the desktop's opener, and returns ErrNoDesktop where there is
// none. It waits for the opener a short while at most.
func Open(url string, o Options) error {
	program := o.opener()
	if program == "" {
		return ErrNoDesktop
	}
	if !strings.HasPrefix(url, "https://") {
		return fmt.Errorf("open %q: it is not an https URL", url)
	}
	cmd := exec.Command(program, url) //nolint:gosec,noctx // one of two programs; it may outlive the wait, as the browser does
	cmd.Stdin, cmd.Stdout, cmd.Stderr = nil, io.Discard, io.Discard
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("open the URL: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	wait := o.Limit
	if wait == 0 {
		wait = limit
	}
	after := time.NewTimer(wait)
	defer after.Stop()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("open the URL with %s: %w", filepath.Base(program), err)
		}
	case <-after.C:
	}
	return nil
}

// opener is the program that opens URLs on this desktop; "" without one.
func (o Options) opener() string {
	getenv, system := o.Getenv, o.OS
	if getenv == nil {
		getenv = os.Getenv
	}
	if system == "" {
		system = runtime.GOOS
	}
	for _, remote := range []string{"SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"} {
		if getenv(remote) != "" {
			return ""
		}
	}
	name := "xdg-open"
	switch {
	case system == "darwin":
		name = "open"
	case getenv("DISPLAY") == "" && getenv("WAYLAND_DISPLAY") == "":
		return ""
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "" // also where it is in a relative folder
	}
	return path
}
