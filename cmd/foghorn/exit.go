package main

import (
	"context"
	"errors"

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
	var line *lineError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &coded):
		return coded.code
	case errors.As(err, &config), errors.As(err, &line):
		return exitUsage
	case errors.Is(err, context.DeadlineExceeded):
		return exitTimeout
	}
	return exitProblem
}
