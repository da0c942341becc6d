package store

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	osexec "os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"foghorn/journal/event"
)

// roles are what the test binary does when it is started again as a process of
// its own.
var roles = map[string]func(dir string) error{
	"append":   childAppend,
	"lock":     childLock,
	"readonly": childReadOnly,
}

func TestMain(m *testing.M) {
	if role := os.Getenv("FOGHORN_STORE_ROLE"); role != "" {
		if err := roles[role](os.Getenv("FOGHORN_STORE_DIR")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// child starts the test binary in a role.
func child(t *testing.T, role, dir string) (cmd *osexec.Cmd, out *bufio.Scanner, in io.WriteCloser) {
	t.Helper()
	cmd = osexec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "FOGHORN_STORE_ROLE="+role, "FOGHORN_STORE_DIR="+dir)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if in, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(stdout), in
}

// childAppend appends until it is killed or its input ends, and prints every
// record that was acknowledged: its sequence and its body.
func childAppend(dir string) error {
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	l, err := OpenLog(context.Background(), dir, walOfChild())
	if err != nil {
		return err
	}
	writing, stopWriting := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.Run(writing) }()
	var wg sync.WaitGroup
	var mu sync.Mutex
	for g := range 8 {
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				body := fmt.Sprintf("%d-%d-%d", os.Getpid(), g, i)
				seqs, err := l.Append(context.Background(), record(body))
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					return
				}
				mu.Lock()
				fmt.Println(seqs[0], body)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	stopWriting()
	return <-done
}

// acknowledged reads what children were told is stored.
func acknowledged(t *testing.T, out *bufio.Scanner, into map[int64]string, atMost int) {
	t.Helper()
	for range atMost {
		if !out.Scan() {
			return
		}
		seq, body, ok := strings.Cut(out.Text(), " ")
		n, err := strconv.ParseInt(seq, 10, 64)
		if !ok || err != nil {
			return // the line that the kill cut off
		}
		if was, twice := into[n]; twice {
			t.Errorf("sequence %d was given to %q and %q", n, was, body)
		}
		into[n] = body
	}
}

// allStored checks that every acknowledged record is in the log, once.
func allStored(t *testing.T, dir string, acked map[int64]string) {
	t.Helper()
	l, err := OpenLog(context.Background(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	records, err := l.Read(context.Background(), 0, 1e7, 1e9)
	if err != nil {
		t.Fatal(err)
	}
	stored, bodies := map[int64]string{}, map[string]int64{}
	for _, r := range records {
		stored[r.Seq] = string(r.Body)
		if other, twice := bodies[string(r.Body)]; twice {
			t.Errorf("%q is stored as %d and %d", r.Body, other, r.Seq)
		}
		bodies[string(r.Body)] = r.Seq
	}
	for seq, body := range acked {
		if stored[seq] != body {
			t.Errorf("record %d was acknowledged as %q and is %q", seq, body, stored[seq])
		}
	}
}

// kill -9 under load: nothing that was acknowledged is missing, nothing is there
// twice, time and again on the same file.
func TestKilledProcessLosesNothingItAcknowledged(t *testing.T) {
	dir := t.TempDir()
	acked := map[int64]string{}
	for range 4 {
		cmd, out, _ := child(t, "append", dir)
		before := len(acked)
		acknowledged(t, out, acked, 300)
		if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		acknowledged(t, out, acked, 1e6)
		_ = cmd.Wait() // it says that it was killed
		if len(acked)-before < 300 {
			t.Fatalf("the process acknowledged only %d records", len(acked)-before)
		}
		allStored(t, dir, acked)
	}
}

// Several processes append at the same time: sequences are given once, and all
// is stored.
func TestProcessesAppendAtTheSameTime(t *testing.T) {
	dir := t.TempDir()
	acked := map[int64]string{}
	type process struct {
		cmd *osexec.Cmd
		out *bufio.Scanner
		in  io.WriteCloser
	}
	var all []process
	for range 3 { // they also create the file at the same time
		cmd, out, in := child(t, "append", dir)
		all = append(all, process{cmd, out, in})
	}
	for _, p := range all {
		acknowledged(t, p.out, acked, 100)
	}
	for _, p := range all {
		if err := p.in.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range all {
		acknowledged(t, p.out, acked, 1e6)
		if err := p.cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	if len(acked) < 300 {
		t.Errorf("only %d records were acknowledged", len(acked))
	}
	allStored(t, dir, acked)
}

// childLock becomes the collector, says so, and waits to be killed.
func childLock(dir string) error {
	if _, err := LockCollector(dir, event.Collector{PID: os.Getpid(), Command: "serve", User: "ann", Host: "box"}); err != nil {
		return err
	}
	fmt.Println("locked")
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}
