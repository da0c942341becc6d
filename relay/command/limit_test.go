package command

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

// whoLives is a pipe that a program and the processes that it starts hold open: they
// are all gone when it has ended.
func whoLives(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "alive")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// killed runs a script that writes to the pipe $0 when it is ready, stops it then, and
// returns the verdict when every process is gone that held the pipe.
func killed(t *testing.T, c config.Relay, script string, stop func(cancel func())) relay.Verdict {
	t.Helper()
	pipe := whoLives(t)
	c.Command = []string{"/bin/sh", "-c", script, pipe}
	d := made(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	verdict := make(chan relay.Verdict, 1)
	var running sync.WaitGroup
	running.Go(func() {
		work := &relay.Work{Items: []relay.Item{relaytest.APDown()}}
		turns, err := relaytest.Drive(ctx, d, work, d.Do)
		if err != nil {
			t.Error(err)
		}
		if !turns[0].Answer.Written {
			t.Error("the program ran, and the answer does not say so")
		}
		verdict <- turns[0].Verdict
	})
	f, err := os.Open(pipe) // waits for the program
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := bufio.NewReader(f)
	if _, err := r.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	stop(cancel)
	if _, err := io.Copy(io.Discard, r); err != nil { // waits until nobody holds the pipe
		t.Fatal(err)
	}
	running.Wait()
	return <-verdict
}

func TestAProgramIsKilledWithItsChildren(t *testing.T) {
	const family = `exec 3>"$0"; sleep 1000 & (trap '' TERM HUP; sleep 1000) & echo ready >&3; wait`
	t.Run("at its time limit", func(t *testing.T) {
		v := killed(t, config.Relay{Timeout: config.Duration(300 * time.Millisecond)}, family, func(func()) {})
		if v.Outcome != relay.Retry || !strings.Contains(v.Reason, "and was killed: make it faster, or raise timeout") {
			t.Errorf("%+v", v)
		}
	})
	t.Run("when the relay stops", func(t *testing.T) {
		v := killed(t, config.Relay{}, family, func(cancel func()) { cancel() })
		if v.Outcome != relay.Retry || !strings.Contains(v.Reason, "because the relay stops") {
			t.Errorf("%+v", v)
		}
	})
}

// The program has ended well; what it left in the background must not hold the relay up.
func TestAChildThatIsLeftBehind(t *testing.T) {
	v := killed(t, config.Relay{}, `exec 3>"$0"; sleep 1000 & echo ready >&3; exit 0`, func(func()) {})
	if v.Outcome != relay.Sent {
		t.Errorf("%+v", v)
	}
}

// A child that took its own output does not belong to the command any more.
func TestADaemonLivesOn(t *testing.T) {
	pipe := whoLives(t)
	d := made(t, config.Relay{Command: []string{"/bin/sh", "-c", `mkfifo "$0.up"; (exec >/dev/null 2>&1; echo up >"$0.up"; cat <"$0") & read up <"$0.up"`, pipe}})
	if v := run(t, d, relaytest.APDown()).Verdict; v.Outcome != relay.Sent {
		t.Fatalf("%+v", v)
	}
	f, err := os.OpenFile(pipe, os.O_WRONLY, 0) // waits for a reader
	if err != nil {
		t.Fatal(err)
	}
	f.Close() // the daemon ends with it
}
