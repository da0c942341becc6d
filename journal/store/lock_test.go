package store

import (
	"errors"
	"strings"
	"syscall"
	"testing"

	"foghorn/journal/event"
)

func TestOneCollectorPerDirectory(t *testing.T) {
	dir := t.TempDir()
	first, err := LockCollector(dir, event.Collector{PID: 4711, Command: "serve", User: "ann", Host: "box", Started: began})
	if err != nil {
		t.Fatal(err)
	}
	_, err = LockCollector(dir, event.Collector{PID: 4712})
	var held *HeldError
	if !errors.As(err, &held) || held.Holder.PID != 4711 || !held.Holder.Started.Equal(began) || !strings.Contains(err.Error(), "process 4711 of ann on box") {
		t.Fatalf("a second collector: %v", err)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	second, err := LockCollector(dir, event.Collector{PID: 4712})
	if err != nil {
		t.Fatalf("after the first has left: %v", err)
	}
	if err := second.Release(); err != nil {
		t.Error(err)
	}
}

// The system lets go of the lock of a process that was killed.
func TestKilledCollectorLeavesNoLock(t *testing.T) {
	dir := t.TempDir()
	cmd, out, _ := child(t, "lock", dir)
	if !out.Scan() || out.Text() != "locked" {
		t.Fatalf("the child said %q", out.Text())
	}
	var held *HeldError
	if _, err := LockCollector(dir, event.Collector{}); !errors.As(err, &held) || held.Holder.PID != cmd.Process.Pid {
		t.Fatalf("while it lives: %v", err)
	}
	if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it says that it was killed
	lock, err := LockCollector(dir, event.Collector{})
	if err != nil {
		t.Fatal(err)
	}
	if err := lock.Release(); err != nil {
		t.Error(err)
	}
}
