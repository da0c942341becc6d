package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"syscall"
	"time"

	"foghorn/internal/human"
	"foghorn/relay"
)

// afterEnd is how long output is still read when the program has ended, but a process that
// it started holds its output open.
const afterEnd = time.Second

// Do runs the program once, or only looks for it.
func (d *Destination) Do(ctx context.Context, request *relay.Request) *relay.Answer {
	begun := time.Now()
	answer := d.attempt(ctx, request)
	answer.At = time.Now()
	answer.Duration = answer.At.Sub(begun)
	return answer
}

// Close has nothing to give back: each program ends with its Do.
func (d *Destination) Close() error { return nil }

func (d *Destination) attempt(ctx context.Context, request *relay.Request) *relay.Answer {
	if request.Step == stepCheck {
		path, err := exec.LookPath(d.command[0])
		if err != nil {
			return d.explain(err)
		}
		return &relay.Answer{Body: []byte(path)}
	}
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	var output, errs bounded
	variables, _ := request.Args.([]string)
	cmd := exec.CommandContext(ctx, d.command[0], d.command[1:]...)
	cmd.Env = append(inherited(), variables...)
	cmd.Stdin = bytes.NewReader(request.Body)
	cmd.Stdout, cmd.Stderr = &output, &errs
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return killGroup(cmd) }
	cmd.WaitDelay = afterEnd
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		return d.explain(err)
	}
	err := cmd.Wait()
	if errors.Is(err, exec.ErrWaitDelay) {
		_ = killGroup(cmd) // it was left behind, and would run on beside those that parallel allows
	}
	if cmd.ProcessState == nil {
		return &relay.Answer{Err: fmt.Errorf("it is not known how the command ended: %w", err), Written: true}
	}
	answer := ended(ctx, cmd, time.Since(begun))
	answer.Written = true
	answer.Body = append(errs.text, output.text...)
	answer.Body = answer.Body[:min(len(answer.Body), relay.MaxAnswer)]
	return answer
}

// killGroup kills the program and the processes that it started, unless they left its
// process group on purpose.
func killGroup(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// ended says how a program ended that was started.
func ended(ctx context.Context, cmd *exec.Cmd, took time.Duration) *relay.Answer {
	status, _ := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !status.Signaled() {
		return &relay.Answer{Status: cmd.ProcessState.ExitCode()}
	}
	signal := status.Signal()
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &relay.Answer{Err: fmt.Errorf("the command had not ended after %s and was killed: make it faster, or raise timeout", human.Duration(took))}
	case ctx.Err() != nil:
		return &relay.Answer{Err: fmt.Errorf("the command was killed, because the relay stops: %w", ctx.Err())}
	case signal == syscall.SIGKILL, signal == syscall.SIGTERM, signal == syscall.SIGINT, signal == syscall.SIGHUP:
		return &relay.Answer{Err: fmt.Errorf("somebody or the system ended the command: %s", signal)}
	}
	return &relay.Answer{Status: 128 + int(signal)} // it crashed; a shell gives that code
}

// explain says why the program did not start, and whether waiting can help.
func (d *Destination) explain(err error) *relay.Answer {
	name := d.command[0]
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return failed(fmt.Errorf("the program %q is not in PATH: install it, or write its whole path into command", name), misconfigured)
	case errors.Is(err, fs.ErrNotExist):
		return failed(fmt.Errorf("the program %s, or the interpreter that its first line names, does not exist", name), misconfigured)
	case errors.Is(err, fs.ErrPermission):
		return failed(fmt.Errorf("the program %s may not be executed by foghorn's user: chmod +x helps where the file is a program", name), misconfigured)
	case errors.Is(err, syscall.ENOEXEC):
		return failed(fmt.Errorf("the file %s is no program for this machine: a script needs a first line such as #!/bin/sh", name), misconfigured)
	case errors.Is(err, exec.ErrDot), errors.Is(err, syscall.E2BIG), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EISDIR):
		return failed(fmt.Errorf("cannot run %s: %w", name, err), misconfigured)
	}
	return failed(fmt.Errorf("cannot run %s now: %w", name, err), "")
}

// bounded keeps the beginning of an output and takes the rest without keeping it, so
// that a program is never stopped by what it prints.
type bounded struct{ text []byte }

func (b *bounded) Write(p []byte) (int, error) {
	b.text = append(b.text, p[:min(len(p), relay.MaxAnswer-len(b.text))]...)
	return len(p), nil
}
