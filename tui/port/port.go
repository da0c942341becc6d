// Package port declares what the screen needs from the rest of the program: the
// journal it reads, the operator it acts through, and the cloud it asks. The
// screen imports no implementation of them.
package port

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"foghorn/actions"
	"foghorn/journal"
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
	// ChangesBefore returns what was changed at an alert's site before it began.
	ChangesBefore(ctx context.Context, a *event.Alert) (journal.Changes, error)
	// DeviceDetail and SiteDetail return the state of a device or site with its
	// rows; SiteStates returns the states of all sites.
	DeviceDetail(ctx context.Context, mac event.MAC, now time.Time) (journal.DeviceDetail, error)
	SiteDetail(ctx context.Context, id string, now time.Time) (d journal.SiteDetail, ok bool, err error)
	SiteStates(ctx context.Context, siteID string) ([]event.SiteState, error)
	// Outbox is what relays remember of what they sent. It changes without Changed.
	Outbox() journal.Relays
	// RelayPlans are the relays of the configuration.
	RelayPlans() []journal.RelayPlan
	// Jobs returns jobs newest first; Job one of them.
	Jobs(ctx context.Context, limit int) ([]event.Job, error)
	Job(ctx context.Context, id int64) (event.Job, error)
	// Changed has one slot: a commit fills it, whoever reads it empties it.
	Changed() <-chan struct{}
}

// State is the part of the view that holds the current state: it is written
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

// Actions are what a person can do from the screen. *actions.Actions has them.
type Actions interface {
	// Check finds out what Run would do, and changes nothing.
	Check(ctx context.Context, by actions.Operator, action string, targets []actions.Target, args actions.Args) ([]actions.Item, error)
	// Run takes an action and yields the outcome of each target.
	Run(ctx context.Context, by actions.Operator, action string, targets []actions.Target, args actions.Args) iter.Seq2[actions.Step, error]
	// Undo restores what activities of one action changed.
	Undo(ctx context.Context, by actions.Operator, done []event.Activity) iter.Seq2[actions.Step, error]
	// Sources names the organizations that have an API token, without I/O.
	Sources() []string
	// SLE explains a metric of a site. An answer with parts missing says so in
	// Problems and is no error.
	SLE(ctx context.Context, q event.SLEQuestion) (event.SLEDetail, error)
}

// Jobs cancels jobs. *actions.Actions does.
type Jobs interface {
	CancelJob(ctx context.Context, by actions.Operator, id int64) error
}

// Notice is something that happened after the screen had its answer, such as
// Mist refusing an ack.
type Notice struct {
	Text string
	Bad  bool
}
