package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/exp/golden"
	"go.uber.org/goleak"

	"foghorn/config"
	"foghorn/internal/safetext/hostile"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func made(t *testing.T, c config.Relay) *Destination {
	t.Helper()
	if c.Name == "" {
		c.Name = "pager"
	}
	d, err := New(c, relay.Env{})
	if err != nil {
		t.Fatal(err)
	}
	return d.(*Destination)
}

// shell is a relay whose program is a few lines of shell.
func shell(t *testing.T, script string) *Destination {
	t.Helper()
	return made(t, config.Relay{Command: []string{"/bin/sh", "-c", script}})
}

// run sends one item, and returns what the relay makes of it.
func run(t *testing.T, d *Destination, item relay.Item) relaytest.Turn {
	t.Helper()
	turns, err := relaytest.Drive(t.Context(), d, &relay.Work{Items: []relay.Item{item}}, d.Do)
	if err != nil {
		t.Fatal(err)
	}
	return turns[len(turns)-1]
}

func TestWhatAProgramIsGiven(t *testing.T) {
	for name, item := range map[string]relay.Item{"event": relaytest.APDisconnected(), "opened": relaytest.APDown(), "acked": relaytest.APAcked(), "resolved": relaytest.APUp()} {
		t.Run(name, func(t *testing.T) {
			r, err := made(t, config.Relay{Command: []string{"page"}}).Encode(&relay.Work{Items: []relay.Item{item}})
			if err != nil {
				t.Fatal(err)
			}
			golden.RequireEqual(t, slices.Concat([]byte(strings.Join(r.Args.([]string), "\n")+"\n\n"), r.Body))
		})
	}
}

// A program gets the item, and nothing of what this process knows besides.
func TestTheEnvironmentOfAProgramHasNoSecrets(t *testing.T) {
	t.Setenv("MIST_API_TOKEN", "token-of-the-cloud")
	t.Setenv("FOGHORN_SLACK_TOKEN", "token-of-a-chat")
	t.Setenv("HTTPS_PROXY", "http://ada:password@proxy")
	t.Setenv("LANG", "C.UTF-8")
	out := filepath.Join(t.TempDir(), "out")
	turn := run(t, made(t, config.Relay{Command: []string{"/bin/sh", "-c", `env > "$0"; cat >> "$0"`, out}}), relaytest.APDown())
	if turn.Verdict.Outcome != relay.Sent {
		t.Fatalf("%+v", turn.Verdict)
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"token-of", "password"} {
		if bytes.Contains(got, []byte(secret)) {
			t.Errorf("the program sees %q:\n%s", secret, got)
		}
	}
	for _, want := range append(turn.Request.Args.([]string), "LANG=C.UTF-8", "PATH="+os.Getenv("PATH"), string(turn.Request.Body)) {
		if !bytes.Contains(got, []byte(strings.TrimSuffix(want, "\n")+"\n")) {
			t.Errorf("the program does not see %q:\n%s", want, got)
		}
	}
}

func TestHostileTextReachesAProgramAsText(t *testing.T) {
	d := shell(t, `cat >/dev/null; [ "$FOGHORN_KIND" = event ] || [ "$FOGHORN_KIND" = alert ]`)
	for _, item := range relaytest.Hostile() {
		turn := run(t, d, item)
		if turn.Verdict.Outcome != relay.Sent {
			t.Fatalf("%+v with %.200q", turn.Verdict, turn.Request.Args)
		}
		for _, variable := range turn.Request.Args.([]string) {
			if err := hostile.Check(variable, false); err != nil || utf8.RuneCountInString(variable) > maxValue+40 {
				t.Errorf("%.80q has %d bytes: %v", variable, len(variable), err)
			}
		}
		if text := bytes.TrimSuffix(turn.Request.Body, []byte("\n")); !json.Valid(text) || !utf8.Valid(text) || bytes.ContainsAny(text, "\n\x1b") {
			t.Errorf("not one line of JSON: %.200q", text)
		}
	}
}

func TestWhatBecomesOfAnExit(t *testing.T) {
	const twoLines = `echo noise; echo >&2; printf 'no such team:\033[31m net\n' >&2; echo more >&2; `
	for _, c := range []struct {
		script string
		want   relay.Verdict
	}{
		{"cat >/dev/null", relay.Verdict{Outcome: relay.Sent}},
		{"exit 0", relay.Verdict{Outcome: relay.Sent}}, // without reading what it was given
		{twoLines + "exit 1", relay.Verdict{Outcome: relay.Refused, Reason: `exit 1: no such team:\x1b[31m net`}},
		{"echo only this; exit 3", relay.Verdict{Outcome: relay.Refused, Reason: "exit 3: only this"}},
		{"exit 2", relay.Verdict{Outcome: relay.Refused, Reason: "exit 2"}},
		{twoLines + "exit 75", relay.Verdict{Outcome: relay.Retry, Reason: `exit 75, to be tried again: no such team:\x1b[31m net`}},
		{"exit 78", relay.Verdict{Outcome: relay.Misconfigured, Reason: "exit 78, its configuration is wrong"}},
		{"exit 126", relay.Verdict{Outcome: relay.Misconfigured, Reason: "exit 126, a program in it cannot be executed"}},
		{"exec 2>/dev/null; no-such-program", relay.Verdict{Outcome: relay.Misconfigured, Reason: "exit 127, a program in it was not found"}},
		{"kill -KILL $$", relay.Verdict{Outcome: relay.Retry, Reason: "somebody or the system ended the command: killed"}},
		{"kill -TERM $$", relay.Verdict{Outcome: relay.Retry, Reason: "somebody or the system ended the command: terminated"}},
		{"ulimit -c 0; kill -SEGV $$", relay.Verdict{Outcome: relay.Refused, Reason: "exit 139"}},
	} {
		if got := run(t, shell(t, c.script), relaytest.APDown()).Verdict; got != c.want {
			t.Errorf("%s: %+v, want %+v", c.script, got, c.want)
		}
	}
}

func TestAProgramThatCannotBeRun(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	t.Chdir(dir)
	t.Setenv("PATH", "")
	write("here", "#!/bin/sh\n", 0o755)
	for _, c := range []struct{ program, want string }{
		{"no-such-program", "not in PATH"},
		{filepath.Join(dir, "absent"), "absent, or the interpreter that its first line names, does not exist"},
		{write("plain", "#!/bin/sh\n", 0o644), "may not be executed"},
		{write("lost", "#!/no/such/interpreter\n", 0o755), "interpreter"},
		{write("text", "hello", 0o755), "#!/bin/sh"},
		{dir, "may not be executed"},
		{filepath.Join(dir, "plain", "below"), "cannot run"},
	} {
		v := run(t, made(t, config.Relay{Command: []string{c.program}}), relaytest.APDown()).Verdict
		if v.Outcome != relay.Misconfigured || !strings.Contains(v.Reason, c.want) {
			t.Errorf("%s: %+v, want %q", c.program, v, c.want)
		}
	}
}

func TestAProgramThatPrintsALot(t *testing.T) {
	turn := run(t, shell(t, `echo told >&2; head -c 3000000 /dev/zero >&2; head -c 3000000 /dev/zero; exit 1`), relaytest.APDown())
	if turn.Verdict.Reason != "exit 1: told" || len(turn.Answer.Body) != relay.MaxAnswer {
		t.Errorf("%+v with %d bytes", turn.Verdict, len(turn.Answer.Body))
	}
}

func TestChecks(t *testing.T) {
	for program, want := range map[string]relay.Verdict{
		"/bin/sh":         {Outcome: relay.Sent, Reason: "found /bin/sh"},
		"no-such-program": {Outcome: relay.Misconfigured, Reason: `the program "no-such-program" is not in PATH: install it, or write its whole path into command`},
	} {
		d := made(t, config.Relay{Command: []string{program, "-c", "exit 9"}})
		r := d.Checks()[0]
		if got := d.JudgeCheck(r, d.Do(t.Context(), r)); got != want {
			t.Errorf("%s: %+v, want %+v", program, got, want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for _, c := range []config.Relay{{}, {Command: []string{""}}, {Command: []string{"a", "b\x00c"}}, {Command: []string{"a"}, Parallel: -1}} {
		if _, err := New(c, relay.Env{}); err == nil {
			t.Errorf("%+v passes", c)
		}
	}
	if got := made(t, config.Relay{Command: []string{"a"}}).Limits(); got.Items != 1 || got.Parallel != defaultParallel || got.Keeps || got.Groups {
		t.Errorf("%+v", got)
	}
}

// An element that is cut off reaches the program as text, in an object that it can read.
func TestAnElementThatIsCutOff(t *testing.T) {
	item := relaytest.APDisconnected()
	item.Event.Raw = json.RawMessage(`{"cut`)
	r, err := shell(t, "exit 0").Encode(&relay.Work{Items: []relay.Item{item}})
	if err != nil || !json.Valid(r.Body) {
		t.Errorf("%v: %s", err, r.Body)
	}
}

// Example shows what a script can use.
func Example() {
	d, _ := New(config.Relay{Name: "pager", Command: []string{"page"}}, relay.Env{})
	item := relaytest.APUp()
	item.Notice.Now = item.Notice.Now.Add(time.Second)
	r, _ := d.Encode(&relay.Work{Items: []relay.Item{item}})
	for _, variable := range r.Args.([]string) {
		if strings.HasPrefix(variable, "FOGHORN_TITLE") || strings.HasPrefix(variable, "FOGHORN_WHY") {
			fmt.Println(variable)
		}
	}
	// Output:
	// FOGHORN_WHY=resolved
	// FOGHORN_TITLE=AP lobby-ap3 was down for 4m
}
