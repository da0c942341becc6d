package clip

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"foghorn/internal/safetext/hostile"
)

// env is an environment of its own.
func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

// copier is a program that copies one text and leaves with what it was told.
type copier struct {
	cmd  tea.Cmd
	done *Done
}

func (c copier) Init() tea.Cmd  { return c.cmd }
func (c copier) View() tea.View { return tea.NewView("") }
func (c copier) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if d, ok := msg.(Done); ok {
		*c.done = d
		return c, tea.Quit
	}
	return c, nil
}

// run copies text in a real program and returns what it wrote to its terminal.
func run(t *testing.T, text string, o Options) (string, Done) {
	t.Helper()
	var out bytes.Buffer
	var done Done
	p := tea.NewProgram(copier{Copy(text, o), &done}, tea.WithInput(nil), tea.WithOutput(&out), tea.WithoutSignals(), tea.WithEnvironment([]string{"TERM=xterm"}))
	if _, err := p.Run(); err != nil {
		t.Fatal(err)
	}
	return out.String(), done
}

func TestCopyGoesToTheTerminalAndToTheFile(t *testing.T) {
	home := t.TempDir()
	out, done := run(t, "lobby-ap3", Options{Getenv: env("HOME", home, "TERM", "xterm-256color")})
	if want := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte("lobby-ap3")) + "\x07"; !strings.Contains(out, want) {
		t.Errorf("terminal got %q", out)
	}
	file := filepath.Join(home, ".local/state/foghorn/clipboard.txt")
	if got, err := os.ReadFile(file); err != nil || string(got) != "lobby-ap3" {
		t.Errorf("file holds %q, %v", got, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file is %v, %v", info.Mode(), err)
	}
	if got := done.String(); got != "sent 9 bytes by OSC 52; if your terminal blocks it: file ~/.local/state/foghorn/clipboard.txt" {
		t.Errorf("said %q", got)
	}
}

func TestSecondCopyReplacesTheFirst(t *testing.T) {
	dir := t.TempDir()
	victim := filepath.Join(dir, "victim")
	if err := os.WriteFile(victim, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := Options{Getenv: env(), File: filepath.Join(dir, "clipboard.txt")}
	if err := os.Symlink(victim, o.File); err != nil {
		t.Fatal(err)
	}
	run(t, "one", o)
	run(t, "two", o)
	if got, _ := os.ReadFile(o.File); string(got) != "two" {
		t.Errorf("file holds %q", got)
	}
	if got, _ := os.ReadFile(victim); string(got) != "precious" {
		t.Errorf("a link was followed: %q", got)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
}

func TestTooMuchGoesToTheFileAlone(t *testing.T) {
	o := Options{Getenv: env("HOME", "/home/jd"), File: filepath.Join(t.TempDir(), "c.txt")}
	out, done := run(t, strings.Repeat("x", Limit), o)
	if !done.Sent || strings.Count(out, "]52;") != 1 {
		t.Errorf("the largest text was not sent: %v", done)
	}
	out, done = run(t, strings.Repeat("x", Limit+1), o)
	if strings.Contains(out, "]52;") || done.Sent {
		t.Error("more than terminals take was sent")
	}
	if got := done.String(); got != "74,995 bytes are too many for OSC 52 (74,994 at most): file "+o.File {
		t.Errorf("said %q", got)
	}
}

func TestNothingIsNotCopied(t *testing.T) {
	out, done := run(t, "", Options{Getenv: env(), File: filepath.Join(t.TempDir(), "c")})
	if strings.Contains(out, "]52;") || done.String() != "nothing to copy" {
		t.Errorf("%q, %q", out, done)
	}
}

func TestMessageIsHonestWithoutAFile(t *testing.T) {
	blocker := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocker, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"a":                          "sent 1 byte by OSC 52; no file to fall back on: keep a copy: ",
		strings.Repeat("a", Limit+1): "not copied: 74,995 bytes are too many for OSC 52, and no file: keep a copy: ",
	} {
		if _, done := run(t, text, Options{Getenv: env(), File: filepath.Join(blocker, "c")}); done.Err == nil || !strings.HasPrefix(done.String(), want) {
			t.Errorf("said %q", done)
		}
	}
	if _, done := run(t, "a", Options{Getenv: env()}); !strings.HasSuffix(done.String(), "neither XDG_STATE_HOME nor HOME is set") {
		t.Errorf("said %q", done)
	}
}

func TestMultiplexersGetTheirWrapping(t *testing.T) {
	plain := "\x1b]52;c;YQ==\x07"
	tmux := "\x1bPtmux;\x1b\x1b]52;c;YQ==\x07\x1b\\"
	screen := "\x1bP" + plain + "\x1b\\"
	for _, c := range []struct {
		name string
		env  func(string) string
		want string
	}{
		{"plain", env("TERM", "xterm-256color"), plain},
		{"tmux", env("TERM", "screen-256color", "TMUX", "/tmp/tmux-0/default,1,0"), plain + tmux},
		{"tmux behind ssh", env("TERM", "tmux-256color"), plain + tmux},
		{"screen", env("TERM", "screen", "STY", "1.pts"), screen},
		{"either behind ssh", env("TERM", "screen-256color"), plain + screen},
	} {
		if got := Sequence("a", c.env); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	for chunk := range strings.SplitSeq(Sequence(strings.Repeat("x", 5000), env("STY", "1")), "\x1b\\") {
		if len(chunk) > screenChunk+2 {
			t.Errorf("screen would cut a string of %d bytes", len(chunk))
		}
	}
}

func TestWhatIsPastedIsClean(t *testing.T) {
	for _, s := range hostile.Samples() {
		o := Options{Getenv: env(), File: filepath.Join(t.TempDir(), "c")}
		Copy(s.Text, o) // on its own it must not touch anything
		if _, err := os.Stat(o.File); err == nil {
			t.Fatal("Copy wrote before its command ran")
		}
	}
	o := Options{Getenv: env(), File: filepath.Join(t.TempDir(), "c")}
	out, _ := run(t, "ap\x1b]0;owned\x07\u202e\nrm", o)
	want := base64.StdEncoding.EncodeToString([]byte(`ap\x1b]0;owned\x07\u202e` + "\nrm"))
	if !strings.Contains(out, want) {
		t.Errorf("terminal got %q", out)
	}
}

func TestMessageIsCleanToo(t *testing.T) {
	d := Done{Bytes: 1, Sent: true, File: "/home/\x1b[2J/c", Tmux: true}
	if err := hostile.Check(d.String(), false); err != nil {
		t.Error(err)
	}
}

// Inside tmux the text goes to tmux itself: its default does not pass a program's sequence on.
func TestTmuxTakesTheTextItself(t *testing.T) {
	refuses := errors.New("exit status 1")
	for name, c := range map[string]struct {
		load, show error
		set        string
		says       string
		sequence   bool
	}{
		"external":   {nil, nil, "external\n", "copied 9 bytes to tmux's buffer and the clipboard", false},
		"an old one": {refuses, nil, "", "sent 9 bytes by OSC 52; if tmux (set-clipboard on) or your terminal blocks it: file ", true},
		"off":        {nil, nil, "off\n", "copied 9 bytes to tmux's buffer; tmux's set-clipboard is off, so the clipboard did not change", false},
		"no option":  {nil, refuses, "", "copied 9 bytes to tmux's buffer and the clipboard", false},
	} {
		t.Run(name, func(t *testing.T) {
			loaded := ""
			tmux := func(ctx context.Context, stdin string, args ...string) (string, error) {
				if _, bounded := ctx.Deadline(); !bounded {
					t.Error("tmux may take for ever")
				}
				if slices.Equal(args, []string{"load-buffer", "-w", "-"}) {
					loaded = stdin
					return "", c.load
				}
				return c.set, c.show
			}
			file := filepath.Join(t.TempDir(), "c.txt")
			out, done := run(t, "lobby-ap3", Options{Getenv: env("TMUX", "/tmp/tmux-0/default,1,0"), File: file, Tmux: tmux})
			if loaded != "lobby-ap3" || !strings.HasPrefix(done.String(), c.says) || strings.Contains(out, "]52;") != c.sequence || !done.OK() {
				t.Errorf("tmux got %q, the terminal %q, said %q", loaded, out, done)
			}
			if kept, err := os.ReadFile(file); err != nil || string(kept) != "lobby-ap3" {
				t.Errorf("file holds %q, %v", kept, err)
			}
		})
	}
}
