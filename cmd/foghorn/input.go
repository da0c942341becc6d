package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// openInput opens a file that a command reads, "-" for standard input, so that
// ctx ends the reading: a pipe that nobody writes to, or a terminal where nobody
// types, would block the command forever, and so would opening such a pipe.
func (e *env) openInput(ctx context.Context, name string) (io.ReadCloser, error) {
	type opened struct {
		r   io.ReadCloser
		err error
	}
	if name == "-" {
		return endingWith(ctx, io.NopCloser(e.stdin), "standard input"), nil
	}
	ready := make(chan opened, 1)
	go func() {
		f, err := os.Open(name)
		ready <- opened{f, err}
	}()
	select {
	case o := <-ready:
		if o.err != nil {
			return nil, usageError(o.err)
		}
		return endingWith(ctx, o.r, name), nil
	case <-ctx.Done():
		return nil, ended(ctx, "open "+name)
	}
}

// endingWith reads r until ctx ends. A read that is under way then cannot be
// taken back: it is left behind, for the process to end with.
func endingWith(ctx context.Context, r io.ReadCloser, name string) io.ReadCloser {
	pr, pw := io.Pipe()
	stop := context.AfterFunc(ctx, func() { _ = pw.CloseWithError(ended(ctx, "read "+name)) })
	go func() {
		defer stop()
		_, err := io.Copy(pw, r)
		_ = r.Close()
		_ = pw.CloseWithError(err) // nil is the end of the file
	}()
	return pr
}

// ended is the error of what a person or --timeout ended.
func ended(ctx context.Context, what string) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &exitError{code: exitTimeout, err: fmt.Errorf("%s: timed out (--timeout)", what)}
	}
	return fmt.Errorf("%s: %w", what, errInterrupted)
}

var errInterrupted = errors.New("interrupted")

// inputError marks what is wrong with a file as a mistake of usage, unless the
// reading of it was ended.
func inputError(err error) error {
	var coded *exitError
	if errors.As(err, &coded) || errors.Is(err, errInterrupted) {
		return err
	}
	return usageError(err)
}
