package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// openInput opens a file for reading, "-" for standard input. Reads end when ctx
// does: without that a pipe that nobody writes to, or a terminal where nobody types,
// would block the command forever, and so would opening such a pipe.
func (e *env) openInput(ctx context.Context, name string) (io.ReadCloser, error) {
	type opened struct {
		r   io.ReadCloser
		err error
	}
	if name == "-" {
		return readUntilDone(ctx, io.NopCloser(e.stdin), "standard input"), nil
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
		return readUntilDone(ctx, o.r, name), nil
	case <-ctx.Done():
		return nil, endedError(ctx, "open "+name)
	}
}

// readUntilDone reads r until ctx ends. A read that blocks at that moment cannot be
// interrupted; its goroutine ends with the process.
func readUntilDone(ctx context.Context, r io.ReadCloser, name string) io.ReadCloser {
	pr, pw := io.Pipe()
	stop := context.AfterFunc(ctx, func() { _ = pw.CloseWithError(endedError(ctx, "read "+name)) })
	go func() {
		defer stop()
		_, err := io.Copy(pw, r)
		_ = r.Close()
		_ = pw.CloseWithError(err) // nil is the end of the file
	}()
	return pr
}

// endedError returns the error of an operation that a signal or --timeout ended.
func endedError(ctx context.Context, what string) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &exitError{code: exitTimeout, err: fmt.Errorf("%s: timed out (--timeout)", what)}
	}
	return fmt.Errorf("%s: %w", what, errInterrupted)
}

var errInterrupted = errors.New("interrupted")

// badInput makes an error in a file a usage error, unless reading was interrupted.
func badInput(err error) error {
	var coded *exitError
	if errors.As(err, &coded) || errors.Is(err, errInterrupted) {
		return err
	}
	return usageError(err)
}
