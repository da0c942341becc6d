package main

import (
	"context"
	"errors"
	"strings"

	"foghorn/collector"
)

// Exit codes, the same for every command.
const (
	exitOK          = 0
	exitProblem     = 1 // found a problem, or an action failed
	exitUsage       = 2 // usage or configuration
	exitRefused     = 3 // credentials refused
	exitRateLimited = 4
	exitTimeout     = 5
)

// exitError carries the exit code of a command. With a nil err the command has
// already printed the reason.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usageError marks an error as one of usage or configuration.
func usageError(err error) error { return &exitError{code: exitUsage, err: err} }

// exitCode turns what a command returned into the process's exit code.
func exitCode(err error) int {
	var coded *exitError
	var config *collector.ConfigError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &coded):
		return coded.code
	case errors.As(err, &config):
		return exitUsage
	case errors.Is(err, context.DeadlineExceeded):
		return exitTimeout
	case isUsage(err):
		return exitUsage
	}
	return exitProblem
}

// isUsage recognizes cobra's errors about flags and arguments by their texts: the
// library has no type for them.
func isUsage(err error) bool {
	if err == nil {
		return false
	}
	msg := err.Error()
	for _, prefix := range []string{"unknown command", "unknown flag", "unknown shorthand", "flag needs an argument",
		"invalid argument", "accepts ", "requires ", "required flag", "if any flags in the group"} {
		if strings.HasPrefix(msg, prefix) {
			return true
		}
	}
	return false
}
