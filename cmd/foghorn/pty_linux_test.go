package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminal is a foghorn in a terminal of its own, as a person would run it.
type terminal struct {
	cmd    *exec.Cmd
	master *os.File
	done   chan struct{}

	mu      sync.Mutex
	written int64         // bytes the program wrote to the terminal
	since   bytes.Buffer  // what it wrote since the last look
	more    chan struct{} // one slot: it wrote something
}

// inTerminal starts foghorn in a pseudo-terminal of the given size.
func inTerminal(tb testing.TB, env []string, columns, rows uint16, args ...string) *terminal {
	tb.Helper()
	master, slave := openPty(tb)
	size := &unix.Winsize{Col: columns, Row: rows}
	if err := unix.IoctlSetWinsize(int(slave.Fd()), unix.TIOCSWINSZ, size); err != nil {
		tb.Fatal(err)
	}
	t := &terminal{cmd: exec.Command(os.Args[0], args...), master: master, done: make(chan struct{}), more: make(chan struct{}, 1)}
	t.cmd.Env = append(env, "TERM=xterm-256color", "COLORTERM=", "NO_COLOR=")
	t.cmd.Stdin, t.cmd.Stdout, t.cmd.Stderr = slave, slave, slave
	t.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := t.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	_ = slave.Close()
	go t.read()
	tb.Cleanup(func() {
		_ = t.cmd.Process.Kill()
		_ = t.cmd.Wait()
		<-t.done
		_ = master.Close()
	})
	return t
}

func openPty(tb testing.TB) (master, slave *os.File) {
	tb.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		tb.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		tb.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		tb.Fatal(err)
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		tb.Fatal(err)
	}
	return master, slave
}

// read keeps what the program draws, and answers the question for the
// background color as a dark terminal does.
func (t *terminal) read() {
	defer close(t.done)
	buf := make([]byte, 64<<10)
	for {
		n, err := t.master.Read(buf)
		if err != nil {
			return
		}
		t.mu.Lock()
		t.written += int64(n)
		t.since.Write(buf[:n])
		t.mu.Unlock()
		if bytes.Contains(buf[:n], []byte("\x1b]11;?")) {
			_, _ = t.master.WriteString("\x1b]11;rgb:0000/0000/0000\x07")
		}
		select {
		case t.more <- struct{}{}:
		default:
		}
	}
}

func (t *terminal) bytes() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.written
}

// drawn is what was drawn since the last forget.
func (t *terminal) drawn() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.since.String()
}

// forget drops what was drawn so far.
func (t *terminal) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.since.Reset()
}

// waitFor returns how long it took until text was drawn.
func (t *terminal) waitFor(tb testing.TB, text string) time.Duration {
	tb.Helper()
	start := time.Now()
	late := time.After(patience)
	for {
		t.mu.Lock()
		found := bytes.Contains(t.since.Bytes(), []byte(text))
		t.mu.Unlock()
		if found {
			return time.Since(start)
		}
		select {
		case <-t.more:
		case <-t.done:
			tb.Fatalf("foghorn ended before it drew %q:\n%q", text, t.drawn())
		case <-late:
			tb.Fatalf("%q was not drawn:\n%q", text, t.drawn())
		}
	}
}

// press sends keys.
func (t *terminal) press(tb testing.TB, keys string) {
	tb.Helper()
	if _, err := t.master.WriteString(keys); err != nil {
		tb.Fatal(err)
	}
}

// cpu is the processor time the process has used.
func (t *terminal) cpu(tb testing.TB) time.Duration {
	tb.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", t.cmd.Process.Pid))
	if err != nil {
		tb.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * (time.Second / 100) // USER_HZ is 100 on every Linux of today
}

// resident is the process's memory in bytes.
func (t *terminal) resident(tb testing.TB) int64 {
	tb.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", t.cmd.Process.Pid))
	if err != nil {
		tb.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		tb.Fatal(err)
	}
	return kb << 10
}
