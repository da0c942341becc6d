// Package clip copies text to the clipboard of the person's own terminal, over
// SSH and through tmux or screen: inside tmux by tmux itself, and else, or when that
// fails, by the OSC 52 sequence.
//
// A program cannot learn whether a terminal obeyed: many ignore the sequence
// without a word, and so does tmux unless it was told otherwise. So each copy
// is kept in a file of the person too, and [Done] says what was really done
// instead of "copied". Callers may rely on Copy itself doing no I/O; all of it
// happens in the command it returns.
package clip

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"foghorn/internal/human"
	"foghorn/internal/privatefile"
	"foghorn/internal/safetext"
)

// Limit is the most bytes of text that are sent. Terminals and relays between
// cut off or drop a sequence of more than 100,000 bytes; 74,994 bytes make
// 99,992 of base64 and leave 8 for what is around it.
const Limit = 74_994

// screenChunk is the most bytes of one string that every GNU screen passes on.
const screenChunk = 256

// Options say where the program runs. The zero value is right outside of tests.
type Options struct {
	Getenv func(string) string // nil for os.Getenv
	File   string              // the way out; "" for DefaultFile
	Note   string              // what to say about the text besides
	For    any                 // comes back in Done
	// Tmux runs tmux with arguments and a text on its standard input, and returns what
	// it printed; nil runs the real one.
	Tmux func(ctx context.Context, stdin string, args ...string) (string, error)
}

// Done is the message that follows a copy.
type Done struct {
	Bytes int    // of the text
	Note  string // Options.Note
	For   any    // Options.For
	Taken Taken  // who took it without the sequence
	Sent  bool   // the sequence was sent; whether it was obeyed nobody knows
	Tmux  bool   // it goes through tmux, which has to allow it
	File  string // where the text is kept too, "" if Err
	Err   error  // why it is not kept there
	Home  string // is shown as ~
}

// Taken says who is known to have taken a text.
type Taken uint8

// Who took a text. The terminal may refuse what tmux sends to it.
const (
	ByNobody    Taken = iota
	ByTmux            // and its clipboard is switched off
	ByClipboard       // tmux, which sent it to the terminal
)

// OK reports whether the text is on its way to the clipboard.
func (d Done) OK() bool { return d.Taken != ByNobody || d.Sent && d.Err == nil }

// String says what was done, for the status line.
func (d Done) String() string {
	if d.Bytes == 0 {
		return "nothing to copy"
	}
	return d.way() + d.Note
}

// way says which way the text went.
func (d Done) way() string {
	size := human.CountOf(d.Bytes, "byte")
	file := d.File
	if rest, ok := strings.CutPrefix(file, d.Home+string(filepath.Separator)); ok && d.Home != "" {
		file = "~" + string(filepath.Separator) + rest
	}
	file = safetext.Line(file)
	switch {
	case d.Taken == ByClipboard:
		return "copied " + size + " to tmux's buffer and the clipboard"
	case d.Taken == ByTmux:
		return "copied " + size + " to tmux's buffer; tmux's set-clipboard is off, so the clipboard did not change"
	case d.Sent && d.Err == nil && d.Tmux:
		return "sent " + size + " by OSC 52; if tmux (set-clipboard on) or your terminal blocks it: file " + file
	case d.Sent && d.Err == nil:
		return "sent " + size + " by OSC 52; if your terminal blocks it: file " + file
	case d.Sent:
		return "sent " + size + " by OSC 52; no file to fall back on: " + safetext.Line(d.Err.Error())
	case d.Err == nil:
		return size + " are too many for OSC 52 (" + human.Count(Limit) + " at most): file " + file
	}
	return "not copied: " + size + " are too many for OSC 52, and no file: " + safetext.Line(d.Err.Error())
}

// Copy returns a command that sends text to the clipboard, keeps it in the file
// and ends with a [Done]. The text goes through safetext.Text first: what is on
// a clipboard is pasted into shells. Text of more than [Limit] bytes goes to
// the file alone; empty text goes nowhere, as it would clear the clipboard.
func Copy(text string, o Options) tea.Cmd {
	text = safetext.Text(text)
	getenv := o.Getenv
	if getenv == nil {
		getenv = os.Getenv
	}
	done := Done{Bytes: len(text), Note: o.Note, For: o.For, Sent: text != "" && len(text) <= Limit, Tmux: inTmux(getenv), Home: getenv("HOME")}
	if text == "" {
		return func() tea.Msg { return done }
	}
	keep := func() tea.Msg {
		file := o.File
		if file == "" {
			file, done.Err = DefaultFile(getenv)
		}
		if done.Err == nil {
			done.Err = write(file, text)
		}
		if done.Err == nil {
			done.File = file
		}
		return done
	}
	if !done.Sent {
		return keep
	}
	send := tea.Sequence(tea.Raw(Sequence(text, getenv)), keep)
	if getenv("TMUX") == "" {
		return send
	}
	run := o.Tmux
	if run == nil {
		run = runTmux
	}
	return func() tea.Msg {
		if done.Taken = byTmux(run, text); done.Taken != ByNobody {
			return keep()
		}
		return send()
	}
}

// tmuxLimit is how long tmux may take. It answers at once or hangs.
const tmuxLimit = 2 * time.Second

// byTmux gives the text to tmux, which sends it to the terminal even if it ignores the
// sequences of programs inside it (load-buffer -w, from tmux 3.2: docs/integrations.md,
// Terminals).
func byTmux(run func(context.Context, string, ...string) (string, error), text string) Taken {
	ctx, cancel := context.WithTimeout(context.Background(), tmuxLimit)
	defer cancel()
	if _, err := run(ctx, text, "load-buffer", "-w", "-"); err != nil {
		return ByNobody
	}
	if set, err := run(ctx, "", "show-options", "-sv", "set-clipboard"); err == nil && strings.TrimSpace(set) == "off" {
		return ByTmux
	}
	return ByClipboard
}

func runTmux(ctx context.Context, stdin string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "tmux", args...)
	cmd.Stdin, cmd.WaitDelay = strings.NewReader(stdin), tmuxLimit
	out, err := cmd.Output()
	return string(out), err
}

// Sequence returns what has to be written to the terminal for text to get to
// the clipboard, given the environment.
//
// tmux takes the sequence itself if set-clipboard is on, and passes on the
// wrapped one if allow-passthrough is on, so that it gets both. TERM=screen
// without more may be either multiplexer behind an ssh: it gets the form of GNU
// screen, which tmux ignores, while tmux's would be drawn by screen as text.
func Sequence(text string, getenv func(string) string) string {
	seq := ansi.SetSystemClipboard(text)
	switch {
	case inTmux(getenv):
		return seq + ansi.TmuxPassthrough(seq)
	case getenv("STY") != "":
		return ansi.ScreenPassthrough(seq, screenChunk)
	case strings.HasPrefix(getenv("TERM"), "screen"):
		return seq + ansi.ScreenPassthrough(seq, screenChunk)
	}
	return seq
}

func inTmux(getenv func(string) string) bool {
	return getenv("TMUX") != "" || strings.HasPrefix(getenv("TERM"), "tmux")
}

// DefaultFile returns the file copies are kept in: clipboard.txt of foghorn's
// folder under $XDG_STATE_HOME, or ~/.local/state.
func DefaultFile(getenv func(string) string) (string, error) {
	state := getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) {
		home := getenv("HOME")
		if home == "" {
			return "", errors.New("neither XDG_STATE_HOME nor HOME is set")
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "foghorn", "clipboard.txt"), nil
}

// write replaces the file, and makes its folder if there is none.
func write(file, text string) error {
	err := os.MkdirAll(filepath.Dir(file), 0o700)
	if err == nil {
		err = privatefile.Replace(file, []byte(text))
	}
	if err != nil {
		return fmt.Errorf("keep a copy: %w", err)
	}
	return nil
}
