package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"foghorn/mist"
)

// asProgram makes the test binary behave as foghorn itself, so that tests can
// start real processes of it, signal them and kill them.
const asProgram = "FOGHORN_TEST_AS_PROGRAM"

const testSecret = "fog-over-the-harbour"

// raceOptions are those of the race detector. It would let each process wait for a
// second before it ends, and these tests start hundreds.
const raceOptions = "GORACE"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "1" {
		os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	if os.Getenv(raceOptions) == "" {
		_ = os.Setenv(raceOptions, "atexit_sleep_ms=0")
	}
	testscript.Main(leakChecked{m}, map[string]func(){"foghorn": main})
}

// leakChecked fails the package when a test leaves a goroutine behind.
type leakChecked struct{ *testing.M }

func (m leakChecked) Run() int {
	code := m.M.Run()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}

// patience bounds every wait of these tests. It is only reached by a failure.
const patience = 60 * time.Second

// betweenLooks leaves the processors to what is waited for: a look is a whole command
// in most of these tests.
const betweenLooks = 50 * time.Millisecond

// environment keeps the processes away from the developer's own configuration.
func environment(t testing.TB) []string { return environmentOf(t, "ada") }

// environmentOf is the environment of a person.
func environmentOf(t testing.TB, person string) []string {
	home := t.TempDir()
	return append(os.Environ(), asProgram+"=1", "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_STATE_HOME="+home,
		"FOGHORN_CONFIG=", "FOGHORN_USER="+person, "SECRET="+testSecret, "WRONG=not-the-secret", "EMPTY=")
}

// result is what a finished command left behind.
type result struct {
	code        int
	out, errOut string
}

// foghorn runs a command to its end, in this process: to start one for each would
// take most of the time of these tests.
func foghorn(t *testing.T, stdin string, args ...string) result {
	t.Helper()
	return foghornAs(t, "ada", stdin, args...)
}

// foghornAs is foghorn run by a person.
func foghornAs(t *testing.T, person, stdin string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	variables := map[string]string{}
	for _, v := range environmentOf(t, person) {
		name, value, _ := strings.Cut(v, "=")
		variables[name] = value
	}
	var out, errOut bytes.Buffer
	code := runCommand(ctx, &env{
		stdin: strings.NewReader(stdin), stdout: &out, stderr: &errOut,
		getenv: func(name string) string { return variables[name] }, completeWithin: patience,
	}, args)
	return result{code: code, out: out.String(), errOut: errOut.String()}
}

// foghornProcess runs a command to its end in a process of its own, for what may
// leave something behind when it ends.
func foghornProcess(t *testing.T, stdin string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = environment(t)
	cmd.Stdin = strings.NewReader(stdin)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("foghorn %v: %v", args, err)
	}
	return result{code: cmd.ProcessState.ExitCode(), out: out.String(), errOut: errOut.String()}
}

// must is foghorn for commands that have to succeed.
func must(t *testing.T, args ...string) string {
	t.Helper()
	r := foghorn(t, "", args...)
	if r.code != 0 {
		t.Fatalf("foghorn %s: exit %d\n%s%s", strings.Join(args, " "), r.code, r.out, r.errOut)
	}
	return r.out
}

// process is a foghorn that runs beside the test.
type process struct {
	cmd   *exec.Cmd
	url   string      // where it listens
	lines chan string // what it prints
	done  chan struct{}

	mu     sync.Mutex
	errOut bytes.Buffer
}

var listening = regexp.MustCompile(`listening on (?:http://)?([0-9.]+:[0-9]+)`)

// start starts a foghorn and waits until it listens.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	return startIn(t, environment(t), args...)
}

// startIn is start with another environment.
func startIn(t testing.TB, env []string, args ...string) *process {
	t.Helper()
	p, address := launch(t, env, args...)
	select {
	case a := <-address:
		p.url = "http://" + a
	case <-p.done:
		t.Fatalf("foghorn %s ended before it listened:\n%s", strings.Join(args, " "), p.errors())
	case <-time.After(patience):
		t.Fatalf("foghorn %s does not listen:\n%s", strings.Join(args, " "), p.errors())
	}
	return p
}

// launch starts a foghorn. When it says where it listens, address has it.
func launch(t testing.TB, env []string, args ...string) (*process, <-chan string) {
	t.Helper()
	p := &process{cmd: exec.Command(os.Args[0], args...), lines: make(chan string, 100_000), done: make(chan struct{})}
	p.cmd.Env = env
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	address := make(chan string, 1)
	var readers sync.WaitGroup
	readers.Go(func() { p.readErrors(stderr, address) })
	readers.Go(func() {
		defer close(p.lines)
		for s := bufio.NewScanner(stdout); s.Scan(); {
			p.lines <- s.Text()
		}
	})
	go func() {
		readers.Wait()
		_ = p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.done
		if t.Failed() {
			t.Logf("foghorn %s wrote:\n%s", strings.Join(args, " "), p.errors())
		}
	})
	return p, address
}

func (p *process) readErrors(stderr io.Reader, address chan<- string) {
	for s := bufio.NewScanner(stderr); s.Scan(); {
		p.mu.Lock()
		p.errOut.WriteString(s.Text() + "\n")
		p.mu.Unlock()
		if m := listening.FindStringSubmatch(s.Text()); m != nil {
			select {
			case address <- m[1]:
			default:
			}
		}
	}
}

func (p *process) errors() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.errOut.String()
}

// line returns the next line the process prints.
func (p *process) line(t testing.TB) string {
	t.Helper()
	select {
	case l, ok := <-p.lines:
		if !ok {
			t.Fatalf("the process ended:\n%s", p.errors())
		}
		return l
	case <-time.After(patience):
		t.Fatal("no line came")
	}
	return ""
}

// stop sends a signal and waits for the end.
func (p *process) stop(t testing.TB, sig os.Signal) int {
	t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
	select {
	case <-p.done:
	case <-time.After(patience):
		t.Fatalf("it does not stop on %v", sig)
	}
	return p.cmd.ProcessState.ExitCode()
}

// post sends a body as Mist does and returns the status of the answer.
func post(t *testing.T, url, secret, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if secret != "" {
		v1, v2 := mist.Sign([]byte(secret), []byte(body))
		req.Header.Set(mist.HeaderV1, v1)
		req.Header.Set(mist.HeaderV2, v2)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

// list asks a listing command for JSON rows.
func list[T any](t *testing.T, args ...string) []T {
	t.Helper()
	var rows []T
	out := must(t, append(args, "-o", "json")...)
	if err := json.Unmarshal([]byte(out), &rows); err != nil {
		t.Fatalf("foghorn %v: %v in\n%s", args, err, out)
	}
	return rows
}

// eventually asks until the answer is right: other processes take their time,
// and only they know how much.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	again := time.NewTicker(betweenLooks)
	defer again.Stop()
	for ; !ok(); <-again.C {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

// answering is the URL of a server that gives every request this answer, byte
// for byte.
func answering(t *testing.T, answer string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer conn.Close()
				if req, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					_, _ = io.Copy(io.Discard, req.Body)
					_, _ = io.WriteString(conn, answer)
				}
			})
		}
	})
	t.Cleanup(func() { _ = l.Close(); open.Wait() })
	return "http://" + l.Addr().String() + "/mist/acme"
}
