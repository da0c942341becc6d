// Package tui is the screen: the Bubble Tea program that shows the journal and
// takes what the operator does.
//
// It pulls. A commit sets the journal's one-slot signal; the screen, at most
// ten times a second, asks for the counters, and when they moved for the rows
// its visible panes can show, in a command with a time limit, and never while
// updating or drawing. What it costs depends on the size of the window and not
// on the rate of events. When nothing changes nothing is written: ages step in tens of
// seconds, then minutes, and no text changes between the steps. Nothing spins while
// somebody waits: each wait has a time limit and ends in a sentence, and a spinner
// would only prove that this program still draws, at some bytes a second over SSH.
//
// Every text that came from outside goes through safetext on its way into a
// cell; nothing in this package writes a stranger's bytes to the terminal.
package tui

import (
	"io"
	"time"

	"foghorn/internal/clock"
	"foghorn/internal/human"
	"foghorn/tui/port"
)

// Options are what the screen runs with.
type Options struct {
	Journal port.Journal
	Clock   clock.Clock
	// Actions are what can be done from here; nil for a screen that only reads.
	Actions port.Actions
	// Previews says what relays would send; nil where no configuration is known.
	Previews port.Previews
	// Jobs cancels jobs; nil for a screen that only reads.
	Jobs port.Jobs
	// Notices are shown as they come, such as an ack that Mist
	// refused; nil without any.
	Notices <-chan port.Notice
	Actor   string // who acts, as written into activities
	Version string

	// Portal finds the page of the Mist portal about a row; nil knows none. OpenURL opens
	// it; nil does it with the desktop's own program.
	Portal  port.Portal
	OpenURL func(url string) error

	// Collecting says that this process owns the feeds: leaving the screen
	// stops them, so leaving asks first.
	Collecting bool
	// NoSuspend says why ctrl+z cannot suspend the screen; empty when it can.
	NoSuspend string
	// Address is where the listener of this data directory is, if known; the
	// empty panes tell it.
	Address string
	// Hints are the lines shown as long as nothing ever arrived.
	Hints []string
	// Dir is the data directory, where prompts keep their history and saved views;
	// empty keeps nothing on disk. Exports go to Dir/exports, unless ExportDir names
	// another folder because Dir does not last.
	Dir, ExportDir string
	// Filter is the query the Alerts and Log panes start with.
	Filter string

	ASCII   bool
	NoColor bool
	// LowBandwidth draws at most twice a second.
	LowBandwidth bool
	// Privacy masks names and addresses from the start.
	Privacy bool
	// Theme is the name of one of draw.Themes; empty is auto. Times says how
	// times are shown at first, and Mouse whether the wheel is the program's.
	Theme string
	Times human.Format
	Mouse bool
	// Zone is the local zone; nil is the machine's.
	Zone *time.Location

	// Input and Output replace the terminal; nil means the real one. Width and
	// Height are the window's size where Output is no terminal.
	Input         io.Reader
	Output        io.Writer
	Width, Height int
	// Environ replaces the environment when it is not nil.
	Environ []string
}
