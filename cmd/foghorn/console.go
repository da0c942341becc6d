package main

import (
	"context"
	"io"
	"os"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"foghorn/collector"
	"foghorn/internal/safetext"
)

// console is an output stream of the process, and the one place that keeps what
// is printed from steering a terminal: a name, a body, an answer or an error may
// hold whatever a stranger chose. A program that reads the stream gets every
// byte as it is.
type console struct {
	stream io.Writer
	safe   *safetext.Writer   // nil where bytes pass as they are
	masks  *collector.Secrets // nil where the output may be a secret, as of junos config
}

// dataConsole is for the output of a command: sanitized on a terminal, exact in a
// pipe or a file.
func dataConsole(w io.Writer) *console {
	c := &console{stream: w}
	if isTerminal(w) {
		c.safe = safetext.NewWriter(w)
	}
	return c
}

// messageConsole is for errors and remarks. They are always sanitized, since a log is
// looked at in a terminal later, and secrets in them are masked.
func messageConsole(w io.Writer, secrets *collector.Secrets) *console {
	return &console{stream: w, safe: safetext.NewWriter(w), masks: secrets}
}

func (c *console) Write(p []byte) (int, error) {
	if c.safe == nil {
		return c.stream.Write(p)
	}
	if c.masks.Set() == nil {
		return c.safe.Write(p)
	}
	if _, err := io.WriteString(c.safe, c.masks.Text(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close writes what was held back. The stream stays open.
func (c *console) Close() error {
	if c.safe == nil {
		return nil
	}
	return c.safe.Flush()
}

// underlying returns the stream of a console. The screen, the progress bar and styled
// help write to it directly: they sanitize texts before they style them.
func underlying(w any) any {
	if c, ok := w.(*console); ok {
		return c.stream
	}
	return w
}

// underlyingWriter is underlying for writers.
func underlyingWriter(w io.Writer) io.Writer { return underlying(w).(io.Writer) }

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := underlying(stream).(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// width is the width of the output in cells: that of the terminal, or 0, which is no
// limit, when a program reads it.
func (e *env) width() int {
	if !isTerminal(e.stdout) {
		return 0
	}
	w, _, err := term.GetSize(int(underlying(e.stdout).(*os.File).Fd()))
	if err != nil {
		return 0
	}
	return w
}

// execute runs root, with help that fang styles. Fang has a command of its own
// around it, which never fails: for an error fang would first ask the terminal
// for its background, and wait seconds for one that does not answer.
func execute(ctx context.Context, root *cobra.Command, args []string) (err error) {
	styled := &cobra.Command{Use: root.Use, Args: cobra.NoArgs}
	styled.RunE = func(*cobra.Command, []string) error {
		root.SilenceErrors, root.SilenceUsage, root.Version = true, true, styled.Version
		root.SetHelpFunc(styled.HelpFunc())
		for _, c := range styled.Commands() {
			if c.Name() == "man" { // fang's own; help and completion are cobra's, and root has them
				styled.RemoveCommand(c)
				root.AddCommand(c)
				checkWords(c)
			}
		}
		root.SetArgs(args)
		err = root.ExecuteContext(ctx)
		return nil
	}
	styled.SetArgs([]string{})
	styled.SetOut(root.OutOrStdout())
	styled.SetErr(root.ErrOrStderr())
	if failed := fang.Execute(ctx, styled, fang.WithVersion(version())); failed != nil {
		return failed
	}
	return err
}
