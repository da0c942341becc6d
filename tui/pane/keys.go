package pane

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/actions"
	"foghorn/tui/draw"
	"foghorn/tui/jsonview"
	"foghorn/tui/port"
)

// Traits say which of the screen's own keys have a meaning in a place.
type Traits uint16

const (
	IsPane     Traits = 1 << iota // a list pane: filter, marks, export, preview
	IsSheet                       // a view over the panes
	HasRows                       // keys move a cursor through rows
	HasText                       // keys scroll text
	HasJSON                       // keys walk through a JSON tree
	HasAlerts                     // there is an alert behind a row: ack, snooze, note
	HasClients                    // there is a client behind a row: follow it
	IsTail                        // the newest row is at the bottom, and can be followed
	HasOrders                     // rows can be sorted
	HasSites                      // rows are of a site
	HasStates                     // rows have the state of an alert
	HasRelays                     // rows are alerts or events, which relays send
)

// Place is where keys have a meaning: a pane, a sheet, a tab of the detail view.
type Place struct {
	Name   string // for help and the key reference
	Traits Traits
}

// Binding is one thing a person can do in a pane or a sheet of it: its command in
// the palette, its keys, what help says, and what happens. A pane's binding takes
// precedence over one of the screen with the same name or key.
type Binding struct {
	Name string // command in the palette
	Keys []string
	In   []Place // nil is the pane itself
	Help string
	Foot string // in the footer; empty keeps it out
	Run  func(s Screen) Request
	// Off says why it cannot be done now; empty or nil means that it can.
	Off func(s Screen) string
}

// Screen is what a pane may use while it handles a key or an answer. It is a copy
// as of now and not to be kept.
type Screen struct {
	Context
	Journal port.Journal
	// Actions are what can be done from here, as Operator; nil for a screen that only
	// reads.
	Actions  port.Actions
	Operator actions.Operator
	Jobs     port.Jobs // cancels jobs; nil for a screen that only reads
	Paused   bool
	Sheet    Sheet // the one on top; nil without one
	// Ctx ends with the program. Do runs f outside of the program's loop, under a
	// context that descends from Ctx and ends after limit.
	Ctx context.Context
	Do  func(ctx context.Context, limit time.Duration, f func(ctx context.Context) tea.Msg) tea.Cmd
}

// Reply is the message by which an answer comes back into the program's loop.
type Reply func(s Screen) Request

// Request is what a pane wants the screen to do. The screen serves it in the same
// Update in which the key or the answer came.
type Request interface{ request() }

type (
	// Say shows a short answer in the footer.
	Say struct {
		Role draw.Role
		Text string
	}
	// Show brings a pane up.
	Show struct{ ID ID }
	// OpenSheet stacks a sheet on what is shown.
	OpenSheet struct{ Sheet Sheet }
	// OpenRecord opens a detail view.
	OpenRecord struct{ Ref RecordRef }
	// Pull reads rows anew, at once.
	Pull struct{}
	// PullSoon reads rows anew as soon as the pace allows it.
	PullSoon struct{}
	// Act takes an action of the program, as a key of the screen does: it checks first,
	// says why there is nothing to do, and offers to undo it.
	Act struct {
		Action  string
		Targets []actions.Target
		Args    actions.Args
		Label   string // the targets, in words
		Ask     string // a question to be answered first; empty asks none
		Yes     string // the answer that goes on
	}
	// Undo takes back what the operator did last.
	Undo struct{}
	// Command runs a command.
	Command struct{ Cmd tea.Cmd }
	// All are several requests, served in order.
	All []Request
)

func (Say) request()        {}
func (Show) request()       {}
func (OpenSheet) request()  {}
func (OpenRecord) request() {}
func (Pull) request()       {}
func (PullSoon) request()   {}
func (Act) request()        {}
func (Undo) request()       {}
func (Command) request()    {}
func (All) request()        {}

// Sheet is a full-screen view over the panes that is not one record of the
// journal: what is being followed, or what the cloud was asked. Sheets are
// stacked; a detail view may lie on top of them, and help on top of all.
type Sheet interface {
	Place() Place
	Nav() Navigator            // of its list; nil without one
	Fetch(now time.Time) Fetch // what of the journal it shows; nil when nothing
	Draw(e Context, width, height int) []string
	Close() // the sheet is gone: what it waits for is no longer wanted
}

// What a sheet or a pane may do beyond that.
type (
	// Scroller is a sheet with text longer than its window.
	Scroller interface{ Scroll(lines, pages int) }
	// Ticker is a sheet that does something as time goes by.
	Ticker interface{ Tick(s Screen) Request }
	// Waker is a Ticker that is due at a time of its own; the zero time leaves it to the
	// next change of a text.
	Waker interface{ TickAt() time.Time }
	// Refresher has more to read anew than the journal.
	Refresher interface{ Refresh(s Screen) Request }
	// PartsOf is a sheet of several lists, one of which the keys move.
	PartsOf interface {
		NextPart(by int)
		Open(s Screen) Request // the row under the cursor
	}
	// TreeOf is a sheet that shows a JSON tree.
	TreeOf interface{ Tree() *jsonview.Model }
)

// OnSheet makes a handler for the keys of one kind of sheet.
func OnSheet[S Sheet](run func(sheet S, s Screen) Request) func(s Screen) Request {
	return func(s Screen) Request {
		if sheet, ok := s.Sheet.(S); ok {
			return run(sheet, s)
		}
		return nil
	}
}
