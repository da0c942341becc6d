package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
)

// checkTerminal refuses a terminal that cannot be drawn on, and names what can be used
// there. command is how the screen was started.
func (e *env) checkTerminal(command string) error {
	if !isTerminal(e.stdin) || !isTerminal(e.stdout) {
		return usageError(errors.New("the screen needs a terminal; without one use foghorn --linear, foghorn serve, foghorn listen or foghorn alerts"))
	}
	if e.getenv("TERM") == "dumb" {
		return usageError(fmt.Errorf("the screen cannot be drawn on this terminal (TERM=dumb); use %s --linear or foghorn alerts", command))
	}
	return nil
}

// asciiOnly decides about ASCII: the flag, else the configuration, else the locale.
func (f *screenFlags) asciiOnly(configured bool, getenv func(string) string) bool {
	if f.flags != nil && f.flags.Changed("ascii") {
		return f.ascii
	}
	return configured || !utf8Locale(getenv)
}

// utf8Locale reports whether the terminal takes UTF-8, by the first of the locale's
// variables that is set. Without any of them nothing speaks against it: services,
// containers and sudo start programs so.
func utf8Locale(getenv func(string) string) bool {
	locale := cmp.Or(getenv("LC_ALL"), getenv("LC_CTYPE"), getenv("LANG"))
	charset := strings.ReplaceAll(strings.ToLower(locale), "-", "")
	return locale == "" || strings.Contains(charset, "utf8")
}
