package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// canAsk reports whether a person is at both ends: what is asked is seen, and
// what is typed is an answer.
func (e *env) canAsk() bool { return isTerminal(e.stdin) && isTerminal(e.stderr) }

// ask asks a question once. Any answer but yes is a no.
func (e *env) ask(ctx context.Context, question string) (bool, error) {
	answer, err := e.askFor(ctx, question+" [y/N] ")
	return answer == "y" || answer == "yes", err
}

// askFor asks for a line, and returns it in lower case without blanks at its ends.
func (e *env) askFor(ctx context.Context, prompt string) (string, error) {
	fmt.Fprint(e.stderr, prompt)
	if c, ok := e.stderr.(*console); ok {
		_ = c.Close() // writes what it holds back
	}
	in := readUntilDone(ctx, io.NopCloser(e.stdin), "the answer")
	defer in.Close()
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return strings.ToLower(strings.TrimSpace(line)), nil
}
