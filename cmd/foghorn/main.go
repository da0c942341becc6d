// Command foghorn watches Juniper Mist and Junos from a terminal: it listens
// for their webhooks, keeps everything in a durable journal, and shows what is
// wrong now.
//
// It is the only place where the packages of the program are wired together: one
// file per command.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"foghorn/collector"
	"foghorn/config"
	"foghorn/journal/store"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is main with its streams as arguments. A second signal ends the process at
// once, unless it is an echo of the first.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, leave := context.WithCancel(ctx)
	hups, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(hups, syscall.SIGHUP)
	hup := &hangup{leave: leave}
	go hup.run(hups, done)
	defer close(done)
	// Not at the end of run: an echo would end the process before it has returned its
	// exit code.
	context.AfterFunc(ctx, func() {
		time.AfterFunc(echo, func() {
			stop()
			signal.Stop(hups)
		})
	})

	return runCommand(ctx, &env{stdin: stdin, stdout: stdout, stderr: stderr, getenv: os.Getenv, hangup: hup}, args)
}

// runCommand runs one command to its end and returns the exit code. It touches
// nothing of the process but e, so that several may run in one process.
func runCommand(ctx context.Context, e *env, args []string) int {
	e.secrets = &collector.Secrets{}
	plain, out, messages := e.stdout, dataConsole(e.stdout), messageConsole(e.stderr, e.secrets)
	e.stdout, e.stderr = out, messages
	root := newRoot(e)
	root.SetIn(e.stdin)
	root.SetOut(plain) // help, which is styled
	root.SetErr(messages)
	err := execute(ctx, root, args)
	if failed := out.Close(); err == nil && failed != nil {
		err = fmt.Errorf("write the output: %w", failed)
	}
	if err != nil {
		printError(messages, err)
	}
	_ = messages.Close() // there is nowhere left to report it
	return exitCode(err)
}

// echo is how long after a signal another one counts as the same request. A dropped
// SSH session sends SIGHUP twice, from the kernel and from the shell, and timeout(1)
// signals the process and then its group. Neither may interrupt finishing deliveries
// and restoring the terminal.
const echo = time.Second

// plainWords puts what Go's context says in the words of people.
var plainWords = strings.NewReplacer(
	context.Canceled.Error(), "interrupted",
	context.DeadlineExceeded.Error(), "it took too long",
)

// printError prints an error as plain text. Errors that carry only an exit code have
// been reported already.
func printError(w io.Writer, err error) {
	var quiet *exitError
	if errors.As(err, &quiet) && quiet.err == nil {
		return
	}
	if _, ok := errors.AsType[config.Problems](err); ok {
		// One a line, each beginning with file:line:column, so that editors and
		// terminals can jump there.
		fmt.Fprintln(w, err)
		return
	}
	fmt.Fprintf(w, "foghorn: %s\n", plainWords.Replace(err.Error()))
	var damaged *store.CorruptError
	if errors.As(err, &damaged) && filepath.Base(damaged.Path) == store.LogFile {
		fmt.Fprintln(w, "If it stays damaged: foghorn rebuild --start-fresh renames it and begins an empty journal.")
	}
	if _, ok := errors.AsType[*lineError](err); ok {
		fmt.Fprintln(w, "Run the command with --help for its flags and examples.")
	}
}
