// Package tui is the screen: the Bubble Tea program that shows the journal and
// takes what the operator does.
//
// It pulls. A commit sets the journal's one-slot signal; the screen, at most
// ten times a second, asks for the counters, and when they moved for the rows
// its visible panes can show, in a command with a time limit, and never while
// updating or drawing. What it costs depends on the size of the window and not
// on the rate of events. When nothing changes nothing is written: ages step in tens of
// seconds, then minutes, and no text changes between the steps.
//
// Every text that came from outside goes through safetext on its way into a
// cell; nothing in this package writes a stranger's bytes to the terminal.
package tui

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"foghorn/internal/clock"
	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

// Journal is what the screen reads. All reads may run at the same time and are
// given a context with a time limit.
type Journal interface {
	State
	// Events and Deliveries return pages newest first; Alerts the unresolved
	// before the resolved, then by severity, then newest opened first.
	Events(ctx context.Context, p query.Page) ([]event.Event, error)
	Alerts(ctx context.Context, p query.Page) ([]event.Alert, error)
	Deliveries(ctx context.Context, p query.Page) ([]event.Delivery, error)

	AlertEvents(ctx context.Context, alertID int64, limit int) ([]event.Event, error)
	DeliveryEvents(ctx context.Context, deliveryID int64, limit int) ([]event.Event, error)
	Activities(ctx context.Context, target string, limit int) ([]event.Activity, error)
	// NewActivities returns what was done after an activity, oldest first.
	NewActivities(ctx context.Context, after int64, limit int) ([]event.Activity, error)
	Scores(ctx context.Context) ([]event.SLEScore, error)
	Status(ctx context.Context) (event.Status, error)
	// Sites are the sites that devices are at.
	Sites(ctx context.Context) ([]event.Site, error)
	Values(ctx context.Context, field, prefix string, limit int) ([]string, error)
	// Raw returns the element of an event as it came.
	Raw(ctx context.Context, eventID int64) (json.RawMessage, error)
	// Delivery returns one delivery with its body.
	Delivery(ctx context.Context, id int64) (event.Delivery, error)
	// Changed has one slot: a commit fills it, whoever reads it empties it.
	Changed() <-chan struct{}
}

// State is the part of the view that tells how things stand now: it is written
// by the collector at most once a second, and has no history.
type State interface {
	// Devices come with those that are not connected first, then by site and name.
	Devices(ctx context.Context, p query.Page) ([]event.Device, error)
	// LiveClients come with the weakest signal first.
	LiveClients(ctx context.Context, p query.Page) ([]event.LiveClient, error)
	Webhooks(ctx context.Context) ([]event.Webhook, error)
	// Frames returns the newest raw messages of the streams, newest first; an
	// empty source is every source.
	Frames(ctx context.Context, source string, limit int) ([]event.Frame, error)
}

// Cloud is what the screen asks of the cloud itself, as an operator: within
// the budget, with a time limit, and in words that say what to do about an error.
type Cloud interface {
	// SLE tells how a metric of a site did. An answer with parts missing says so
	// in Problems and is no error.
	SLE(ctx context.Context, q event.SLEQuestion) (event.SLEDetail, error)
	Rename(ctx context.Context, source string, d event.Device, name string) error
	// CheckRename says before that why it cannot be, or what to mind.
	CheckRename(ctx context.Context, source string, d event.Device, name string) (warning string, err error)
	// PingWebhook has Mist send a test message and tells each step as it happens.
	PingWebhook(ctx context.Context, hook event.Webhook, hop func(event.CheckStep)) error
	// Sources names the organisations that have an API token, without I/O.
	Sources() []string
}

// Operator appends what people do to the log.
type Operator interface {
	// Do returns the ids of the activities when they are durable.
	Do(ctx context.Context, acts ...event.Activity) (ids []int64, err error)
	// Await waits, not for long, until the view shows what this process did. It
	// returns the activities of ids as they were carried out, and whether the
	// view shows them.
	Await(ctx context.Context, ids ...int64) (acts []event.Activity, shown bool)
}

// Options say what the screen stands on.
type Options struct {
	Journal  Journal
	Operator Operator
	Clock    clock.Clock
	// Cloud is nil when no organisation has an API token; what needs it says so.
	Cloud Cloud
	// AskWebhooks has the cloud asked for the webhooks of a source, of its
	// organisation or one site; with no source, of all organisations. It is nil when
	// nobody can ask. What was asked a moment ago is not asked again.
	AskWebhooks func(ctx context.Context, source, site string) error
	// Notices are what the screen is told besides, such as an ack that Mist
	// refused; nil without any.
	Notices <-chan Notice
	Actor   string // who acts, as written into activities
	Version string

	// Collecting says that this process owns the feeds: leaving the screen
	// stops them, so leaving asks first.
	Collecting bool
	// Address is where the listener of this data directory is, if known; the
	// empty panes tell it.
	Address string
	// Hints are the lines shown as long as nothing ever arrived.
	Hints []string
	// Dir is where exports go and where prompts keep their history and saved
	// views; empty keeps nothing on disk.
	Dir string
	// Filter is the query the Alerts and Log panes start with.
	Filter string

	ASCII   bool
	NoColor bool
	// Theme is dark or light; anything else asks the terminal. Times says how
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
