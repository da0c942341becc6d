package journal

import (
	"context"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// Reader is what can be asked of the view. A *store.View has it, and also methods
// that write: behind this interface they are out of reach of whoever holds a Journal.
type Reader interface {
	// Events and Deliveries return pages newest first; Alerts the unresolved before
	// the resolved, then by severity, then newest opened first.
	Events(ctx context.Context, p query.Page) ([]event.Event, error)
	Alerts(ctx context.Context, p query.Page) ([]event.Alert, error)
	// CountEvents returns how many events match within the bounds of a page, and
	// CountTransitions how many steps there are after a cursor.
	CountEvents(ctx context.Context, p query.Page) (int64, error)
	CountTransitions(ctx context.Context, after event.TransitionCursor) (int64, error)
	Deliveries(ctx context.Context, p query.Page) ([]event.Delivery, error)

	Event(ctx context.Context, id int64) (event.Event, error)
	Alert(ctx context.Context, id int64) (event.Alert, error)
	// Delivery returns a delivery without its body.
	Delivery(ctx context.Context, id int64) (event.Delivery, error)
	AlertEvents(ctx context.Context, alertID int64, limit int) ([]event.Event, error)
	DeliveryEvents(ctx context.Context, deliveryID int64, limit int) ([]event.Event, error)
	AlertsByMistAlarm(ctx context.Context, ids []string) (map[string]event.Alert, error)

	// Transitions returns the steps of all alerts after a cursor, oldest first.
	Transitions(ctx context.Context, after event.TransitionCursor, limit int) ([]event.Transition, error)
	// TransitionsBefore returns those up to a cursor, newest first.
	TransitionsBefore(ctx context.Context, upTo event.TransitionCursor, limit int) ([]event.Transition, error)
	// LastTransition returns the cursor of the newest step.
	LastTransition(ctx context.Context) (event.TransitionCursor, error)
	AlertTransitions(ctx context.Context, alertID int64) ([]event.Transition, error)

	Activities(ctx context.Context, target string, limit int) ([]event.Activity, error)
	ActivitiesByID(ctx context.Context, ids ...int64) ([]event.Activity, error)
	// NewActivities returns what was done after an activity, oldest first.
	NewActivities(ctx context.Context, after int64, limit int) ([]event.Activity, error)
	PendingActivities(ctx context.Context) ([]event.Activity, error)
	Subscriptions(ctx context.Context) ([]event.Subscription, error)

	Devices(ctx context.Context, p query.Page) ([]event.Device, error)
	LiveClients(ctx context.Context, p query.Page) ([]event.LiveClient, error)
	Webhooks(ctx context.Context) ([]event.Webhook, error)
	Sites(ctx context.Context) ([]event.Site, error)
	Scores(ctx context.Context) ([]event.SLEScore, error)
	Frames(ctx context.Context, source string, limit int) ([]event.Frame, error)

	// SiteStates returns all sites, or the one of an id; Changes what was changed at a
	// site and in its organization, newest first.
	SiteStates(ctx context.Context, siteID string) ([]event.SiteState, error)
	Changes(ctx context.Context, q event.ChangeQuery) ([]event.Event, error)
	SiteDown(ctx context.Context, siteID string, limit int) ([]event.Device, error)
	SiteAlerts(ctx context.Context, siteID string, limit int) ([]event.Alert, error)
	SiteScores(ctx context.Context, siteID string) ([]event.SLEScore, error)
	DeviceClients(ctx context.Context, device event.MAC, limit int) ([]event.LiveClient, error)
	// DevicesBehind returns the devices of a site whose uplink is a device of that name.
	DevicesBehind(ctx context.Context, siteID, name string, limit int) ([]event.Device, error)
	// HealthAlerts returns the alerts about a source's own deliveries in a span of time.
	HealthAlerts(ctx context.Context, source string, from, to time.Time) ([]event.Alert, error)
	// KeptSince is when the oldest record of record groups was received that
	// retention left; zero when it removed none.
	KeptSince(ctx context.Context, groups ...string) (time.Time, error)

	// Select runs a statement that a person typed, which can only read the SQL views, and
	// Columns returns the columns of one of those. Mistakes are *store.SQLError.
	Select(ctx context.Context, text string, limit int, head func(names []string) error, row func(values []any) error) (more bool, err error)
	Columns(ctx context.Context, view string) ([]string, error)

	Values(ctx context.Context, field, prefix string, limit int) ([]string, error)
	Status(ctx context.Context) (event.Status, error)
	// Position is the last record of the log that is wholly in the view.
	Position(ctx context.Context) (int64, error)

	// Changed has one slot: a commit fills it, whoever reads it empties it.
	Changed() <-chan struct{}
}
