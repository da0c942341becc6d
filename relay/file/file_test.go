package file

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/exp/golden"
	"go.uber.org/goleak"

	"foghorn/config"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func made(t *testing.T, c config.Relay) *Destination {
	t.Helper()
	if c.Path == "" {
		c.Path = filepath.Join(t.TempDir(), "events.ndjson")
	}
	d, err := New(c, relay.Env{})
	if err != nil {
		t.Fatal(err)
	}
	made := d.(*Destination)
	t.Cleanup(func() {
		if err := made.Close(); err != nil {
			t.Error(err)
		}
	})
	return made
}

// numbered are n events, told apart by their ids.
func numbered(n int) []relay.Item {
	items := make([]relay.Item, n)
	for i := range items {
		items[i] = relaytest.APDisconnected()
		items[i].Event.ID = int64(i + 1)
	}
	return items
}

// send drives items until the file took them, or a verdict stops it.
func send(t *testing.T, d *Destination, items ...relay.Item) []relaytest.Turn {
	t.Helper()
	turns, err := relaytest.Drive(t.Context(), d, &relay.Work{Items: items}, d.Do)
	if err != nil {
		t.Fatal(err)
	}
	return turns
}

func sent(t *testing.T, d *Destination, items ...relay.Item) {
	t.Helper()
	for _, turn := range send(t, d, items...) {
		if turn.Verdict.Outcome != relay.Sent {
			t.Fatalf("%+v", turn.Verdict)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// ids are the ids of the events in a file, in order. A line that is no item is an error.
func ids(t *testing.T, path string) (out []int64) {
	t.Helper()
	for line := range strings.Lines(read(t, path)) {
		var item struct{ Event struct{ ID int64 } }
		if err := json.Unmarshal([]byte(line), &item); err != nil || !strings.HasSuffix(line, "\n") {
			t.Fatalf("no whole item: %.200q: %v", line, err)
		}
		out = append(out, item.Event.ID)
	}
	return out
}

func wantIDs(t *testing.T, path string, want ...int64) {
	t.Helper()
	if got := ids(t, path); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s holds %v, want %v", filepath.Base(path), got, want)
	}
}

func TestLines(t *testing.T) {
	d := made(t, config.Relay{})
	sent(t, d, relaytest.APDisconnected(), relaytest.APDown(), relaytest.APAcked(), relaytest.APUp())
	golden.RequireEqual(t, []byte(read(t, d.path)))
	if info, _ := os.Stat(d.path); info.Mode() != 0o600 {
		t.Errorf("the mode is %v", info.Mode())
	}
}

func TestHostileTextStaysInItsLine(t *testing.T) {
	d, items := made(t, config.Relay{}), relaytest.Hostile()
	sent(t, d, items...)
	text := read(t, d.path)
	if n := strings.Count(text, "\n"); n != len(items) {
		t.Errorf("%d lines for %d items", n, len(items))
	}
	for line := range strings.Lines(text) {
		if !utf8.ValidString(line) || !json.Valid([]byte(line)) || strings.ContainsAny(line, "\x1b\x7f\u009b\u202e\r") {
			t.Errorf("not safe to show, or no JSON: %.200q", line)
		}
	}
}

func TestRequestsAreBounded(t *testing.T) {
	d := made(t, config.Relay{MaxSize: 3000})
	for work := append(numbered(50), relaytest.Hostile()[:20]...); len(work) > 0; {
		r, err := d.Encode(&relay.Work{Items: work})
		if err != nil || len(r.Body) > 3000 && r.Items > 1 {
			t.Fatalf("%d items make %d bytes: %v", r.Items, len(r.Body), err)
		}
		work = work[r.Items:]
	}
	items := numbered(3)
	items[1].Event.Raw = json.RawMessage(`{"cut`)
	r, err := d.Encode(&relay.Work{Items: items})
	if err != nil || r.Items != 3 {
		t.Fatalf("an element that is cut off: %v", err)
	}
	for line := range bytes.Lines(r.Body) {
		if !json.Valid(line) {
			t.Errorf("no JSON: %s", line)
		}
	}
}

func TestRotation(t *testing.T) {
	one := len(mustLine(t))
	d := made(t, config.Relay{MaxSize: config.Size(2*one + one/2), Keep: 2})
	for _, item := range numbered(9) {
		sent(t, d, item)
	}
	wantIDs(t, d.path, 9)
	wantIDs(t, d.path+".1", 7, 8)
	wantIDs(t, d.path+".2", 5, 6)
	if exists(d.path + ".3") {
		t.Error("more than keep are left")
	}
}

func mustLine(t *testing.T) []byte {
	t.Helper()
	text, err := line(&numbered(1)[0])
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// A crash between two renames leaves a number free. The next rotation ends there.
func TestARotationThatWasCutShort(t *testing.T) {
	d := made(t, config.Relay{MaxSize: 10, Keep: 3})
	for n, text := range map[int]string{0: "now\n", 2: "older\n", 3: "oldest\n", 4: "of a greater keep\n"} {
		if err := os.WriteFile(d.numbered(n), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sent(t, d, numbered(1)...)
	wantIDs(t, d.path, 1)
	for n, want := range []string{1: "now\n", 2: "older\n", 3: "oldest\n"} {
		if n > 0 && read(t, d.numbered(n)) != want {
			t.Errorf("number %d holds %q, want %q", n, read(t, d.numbered(n)), want)
		}
	}
	if exists(d.numbered(4)) {
		t.Error("what a greater keep has left stays")
	}
}

func TestARotationThatFailsLosesNothing(t *testing.T) {
	d := made(t, config.Relay{MaxSize: 10, Keep: 1})
	sent(t, d, numbered(1)...)
	if err := os.MkdirAll(filepath.Join(d.path+".1", "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	turns := send(t, d, numbered(2)[1])
	if v := turns[0].Verdict; v.Outcome != relay.Retry || !strings.Contains(v.Reason, "rotate") {
		t.Errorf("%+v", v)
	}
	wantIDs(t, d.path, 1)
	if err := os.RemoveAll(d.path + ".1"); err != nil {
		t.Fatal(err)
	}
	sent(t, d, numbered(2)[1])
	wantIDs(t, d.path, 2)
	wantIDs(t, d.path+".1", 1)
}

func TestATornLineIsEnded(t *testing.T) {
	d := made(t, config.Relay{})
	if err := os.WriteFile(d.path, []byte("{\"id\":\"a1\",\"ki"), 0o640); err != nil {
		t.Fatal(err)
	}
	sent(t, d, numbered(2)...)
	torn, rest, _ := strings.Cut(read(t, d.path), "\n")
	if torn != `{"id":"a1","ki` || strings.Count(rest, "\n") != 2 || !json.Valid([]byte(strings.SplitN(rest, "\n", 2)[0])) {
		t.Errorf("%q then %q", torn, rest)
	}
	if info, _ := os.Stat(d.path); info.Mode() != 0o640 {
		t.Errorf("the mode that somebody gave the file became %v", info.Mode())
	}
}

func TestAFileThatIsMovedOrRemovedIsMadeAgain(t *testing.T) {
	d := made(t, config.Relay{})
	items := numbered(4)
	sent(t, d, items[0])
	if err := os.Rename(d.path, d.path+".moved"); err != nil {
		t.Fatal(err)
	}
	sent(t, d, items[1])
	wantIDs(t, d.path+".moved", 1)
	wantIDs(t, d.path, 2)
	if err := os.Remove(d.path); err != nil {
		t.Fatal(err)
	}
	sent(t, d, items[2])
	wantIDs(t, d.path, 3)
	if err := os.Truncate(d.path, 0); err != nil { // logrotate's copytruncate
		t.Fatal(err)
	}
	sent(t, d, items[3])
	wantIDs(t, d.path, 4)
}

func TestWhatIsNoFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, err := range []error{os.WriteFile(at("file"), nil, 0o600), os.Symlink(at("file"), at("link")), os.Symlink(at("nowhere"), at("dangling")),
		os.Mkdir(at("dir"), 0o700), syscall.Mkfifo(at("pipe"), 0o600)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{at("link"): "a symbolic link", at("dangling"): "a symbolic link", at("dir"): "a directory",
		at("pipe"): "a pipe", "/dev/null": "a device", at("none/file"): "does not exist: make it", at("file/below"): "does not exist: make it"} {
		d := made(t, config.Relay{Path: path})
		check := d.Checks()[0]
		for _, v := range []relay.Verdict{send(t, d, numbered(1)...)[0].Verdict, d.JudgeCheck(check, d.Do(t.Context(), check))} {
			if v.Outcome != relay.Misconfigured || !strings.Contains(v.Reason, want) {
				t.Errorf("%s: %+v, want %q", path, v, want)
			}
		}
	}
	if exists(at("nowhere")) {
		t.Error("a link was followed")
	}
	// A link that takes the place of the open file is not followed either.
	d := made(t, config.Relay{Path: at("swapped")})
	sent(t, d, numbered(1)...)
	if err := errors.Join(os.Remove(d.path), os.Symlink(at("file"), d.path)); err != nil {
		t.Fatal(err)
	}
	if v := send(t, d, numbered(1)...)[0].Verdict; v.Outcome != relay.Misconfigured {
		t.Errorf("%+v", v)
	}
	if read(t, at("file")) != "" {
		t.Error("a link was followed")
	}
}

func TestChecksMakeNothing(t *testing.T) {
	d := made(t, config.Relay{})
	look := func() string {
		r := d.Checks()[0]
		v := d.JudgeCheck(r, d.Do(t.Context(), r))
		if v.Outcome != relay.Sent {
			t.Errorf("%+v", v)
		}
		return v.Reason
	}
	if got := look(); got != "the directory can be written; the file does not exist yet" || exists(d.path) {
		t.Errorf("%q", got)
	}
	sent(t, d, numbered(1)...)
	before := read(t, d.path)
	if got := look(); !strings.HasPrefix(got, "the file can be written; it has ") || read(t, d.path) != before {
		t.Errorf("%q", got)
	}
}

func TestNew(t *testing.T) {
	for _, c := range []config.Relay{{}, {Path: "x", Fsync: "sometimes"}, {Path: "x", Fsync: always, Interval: 1}, {Path: "x", Keep: -1}} {
		if _, err := New(c, relay.Env{}); err == nil {
			t.Errorf("%+v passes", c)
		}
	}
	d := made(t, config.Relay{Path: "x"})
	if d.fsync != always || d.keep != defaultKeep || d.maxSize != defaultMaxSize {
		t.Errorf("%+v", d)
	}
	if l := d.Limits(); l.Items != maxItems || l.Keeps || l.Groups {
		t.Errorf("%+v", l)
	}
}
