// Command foghorn watches Juniper Mist and Junos from a terminal: it listens
// for their webhooks, keeps everything in a durable journal, and shows what is
// wrong now.
//
// It is the only place where the rooms of the program are wired together: one
// file per command, and collector.go for what several of them share.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"foghorn/collector"
	"foghorn/config"
	"foghorn/journal/store"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is main without the process around it, so that tests can drive the whole
// program. A second signal while the first is being obeyed ends the process at
// once, unless it is an echo of the first.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, leave := context.WithCancel(ctx)
	hups, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(hups, syscall.SIGHUP)
	hup := &hangup{leave: leave}
	go hup.follow(hups, done)
	defer close(done)
	// Not at the end too: an echo would end the process before its exit code does.
	context.AfterFunc(ctx, func() {
		time.AfterFunc(echo, func() {
			stop()
			signal.Stop(hups)
		})
	})

	secrets := &collector.Secrets{}
	out, messages := dataConsole(stdout), messageConsole(stderr, secrets)
	root := newRoot(&env{stdin: stdin, stdout: out, stderr: messages, getenv: os.Getenv, hangup: hup, secrets: secrets})
	root.SetIn(stdin)
	root.SetOut(stdout) // help, which is styled
	root.SetErr(messages)
	err := execute(ctx, root, args)
	if failed := out.Close(); err == nil && failed != nil {
		err = fmt.Errorf("write the output: %w", failed)
	}
	if err != nil {
		printError(messages, err)
	}
	_ = messages.Close() // there is nowhere left to say it
	return exitCode(err)
}

// echo is how long a signal is taken for the same wish as the one before. A
// dropped SSH session sends SIGHUP twice, from the kernel and from the shell,
// and timeout(1) tells the process and then its group: neither may cut short
// what finishes deliveries and restores the terminal.
const echo = time.Second

// printError says what went wrong in plain text. Errors that only carry an
// exit code have said their piece already.
func printError(w io.Writer, err error) {
	var quiet *exitError
	if errors.As(err, &quiet) && quiet.err == nil {
		return
	}
	var problems config.Problems
	if errors.As(err, &problems) {
		// One a line, each beginning with file:line:column, so that editors and
		// terminals can jump there.
		fmt.Fprintln(w, err)
		return
	}
	fmt.Fprintf(w, "foghorn: %v\n", err)
	var damaged *store.CorruptError
	if errors.As(err, &damaged) && filepath.Base(damaged.Path) == store.LogFile {
		fmt.Fprintln(w, "If it stays damaged: foghorn rebuild --start-fresh sets it aside under another name and begins an empty journal.")
	}
	if isUsage(err) {
		fmt.Fprintln(w, "Run the command with --help for its flags and examples.")
	}
}
