package collector

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/journal/priority"
)

// reloadBench is a reloader on a fake clock.
type reloadBench struct {
	*reloader
	file string
	out  *bytes.Buffer
}

func newReloadBench(t *testing.T, text string) *reloadBench {
	b := &reloadBench{file: filepath.Join(t.TempDir(), "config.toml"), out: &bytes.Buffer{}}
	b.write(t, text)
	load := func() (*config.Config, error) {
		return config.Load(b.file, config.Options{Getenv: func(string) string { return "" }, SecretsLater: true})
	}
	c, err := load()
	if err != nil {
		t.Fatal(err)
	}
	live := priority.NewLive(priority.Compile(c.Priority))
	b.reloader = newReloader(&Settings{Config: c, ConfigPath: b.file, Load: load, Priorities: live, Clock: clock.NewFake(time.Now()), Messages: b.out})
	return b
}

func (b *reloadBench) write(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile(b.file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// commit is the severity that a commit has by the rules in force.
func (b *reloadBench) commit() event.Severity {
	e := &event.Event{Topic: "junos", Type: "UI_COMMIT", Rank: event.Rank{Level: 3}, Severity: event.Info}
	b.live.Apply(e)
	return e.Severity
}

func TestAFileThatIsStillBeingWrittenIsWaitedFor(t *testing.T) {
	b := newReloadBench(t, "[priority.junos]\nUI_COMMIT = 3\n")
	b.check(t.Context())
	if b.out.Len() > 0 {
		t.Errorf("nothing changed, and it says %s", b.out)
	}
	b.write(t, "[priority.ju")
	b.check(t.Context())
	b.write(t, "[priority.junos]\nUI_COMMIT = 4\n")
	b.check(t.Context())
	if b.commit() != event.Info || b.Problem() != "" {
		t.Errorf("taken over too early: %s, %q", b.commit(), b.Problem())
	}
	b.check(t.Context())
	if b.commit() != event.Debug || b.Problem() != "" || !strings.Contains(b.out.String(), "applied the priorities") {
		t.Errorf("not taken over: %s, %q, %s", b.commit(), b.Problem(), b.out)
	}
}

func TestAFileThatIsWrongOrGoneKeepsTheRules(t *testing.T) {
	b := newReloadBench(t, "[priority.junos]\nUI_COMMIT = 4\n")
	for _, step := range []struct {
		text, note string
	}{
		{"[priority.junos]\nUI_COMMIT = 9\n", "config error in line 2"},
		{"[priority.junos]\nUI_COMMIT = 9\nROOT_PORT = 0\n", "2 config errors, the first in line 2"},
		{"[priority", "config error in line 1"},
		{"", ""},
	} {
		b.write(t, step.text)
		b.check(t.Context())
		b.check(t.Context())
		if !strings.Contains(b.Problem(), step.note) || step.note == "" && b.Problem() != "" {
			t.Errorf("%q: the note is %q", step.text, b.Problem())
		}
		if step.note != "" && b.commit() != event.Debug {
			t.Errorf("%q: the rules are gone", step.text)
		}
	}
	if b.commit() != event.Info {
		t.Error("an empty file has no rules, and is right")
	}
	b.write(t, "[priority.junos]\nUI_COMMIT = 4\n")
	b.check(t.Context())
	b.check(t.Context())
	if err := os.Remove(b.file); err != nil {
		t.Fatal(err)
	}
	b.check(t.Context())
	b.check(t.Context())
	if b.commit() != event.Debug || !strings.Contains(b.Problem(), "no such file") {
		t.Errorf("with the file gone: %s, %q", b.commit(), b.Problem())
	}
}

func TestConfigErrorsInShort(t *testing.T) {
	err := errors.New("a file of another sort")
	if got := configErrors(err); got != "config error: "+err.Error() {
		t.Error(got)
	}
}
