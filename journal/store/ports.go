package store

import (
	"context"
	"time"

	"foghorn/journal/event"
)

// Reader is the ordered way out of the log.
type Reader interface {
	// Read returns records with a sequence greater than after, in order: at
	// most maxRecords of them, and no more than maxBytes of bodies beyond the
	// first record. No records and no error means that the end was reached.
	Read(ctx context.Context, after int64, maxRecords int, maxBytes int64) ([]event.Record, error)
}

// Projection is what the projector needs of the view. It has one writer.
type Projection interface {
	// Position is the sequence of the last record that is wholly in the view.
	Position(ctx context.Context) (int64, error)
	// LiveAlerts returns every alert that triage still has to know: the
	// unresolved ones, and those resolved at or after sinceMS (epoch milliseconds).
	LiveAlerts(ctx context.Context, sinceMS int64) ([]event.Alert, error)
	// LastTransition returns the cursor of the newest transition, the zero cursor
	// when there is none.
	LastTransition(ctx context.Context) (event.TransitionCursor, error)
	// Names returns all names learned so far.
	Names(ctx context.Context) ([]Name, error)
	// Update runs fn in one transaction. All of it is committed, or none.
	Update(ctx context.Context, fn func(Tx) error) error
}

// Name is what the projector learned from the log: kind is "site" (by site id),
// "device" or "client" (by MAC), "device-site" (the site id of a device's MAC),
// "device-ip" (the MAC of a device's address), or "recovery" (an end that came
// before its beginning, by the key of the condition).
type Name struct {
	Kind, ID, Name string
}

// Tx writes one slice of the projection. It is used by one goroutine.
type Tx interface {
	// Claim stores the event's fingerprint. If an earlier event has it already,
	// known is that event's id and nothing is stored.
	Claim(e *event.Event) (known int64, err error)
	// Release gives up a claim of an event that is not put.
	Release(e *event.Event) error
	// PutEvent adds a new event.
	PutEvent(e *event.Event) error
	// AddDuplicate counts one more report of the event id.
	AddDuplicate(id int64) error
	// PutDelivery adds a delivery or refusal, without its body.
	PutDelivery(d *event.Delivery) error
	// Alert finds an alert by id, AlertByKey the newest one of a key; nil when there is none.
	Alert(id int64) (*event.Alert, error)
	AlertByKey(key string) (*event.Alert, error)
	// ResolvedSince lists the alerts of a scope (event.Signal) that were resolved at or after a time.
	ResolvedSince(scope string, since time.Time) ([]int64, error)
	// AlertEvents returns the events behind an alert, newest first, at most limit.
	AlertEvents(alert int64, limit int) ([]event.Event, error)
	// PutAlert adds or replaces an alert, and keeps the alert counts.
	PutAlert(a *event.Alert) error
	// PutTransition adds a step in an alert's life.
	PutTransition(t *event.Transition) error
	// PutActivity adds or replaces an activity; Activity finds one by id, nil when
	// there is none.
	PutActivity(a *event.Activity) error
	Activity(id int64) (*event.Activity, error)
	// PutSubscription keeps that a channel is asked for, DropSubscription that it
	// is not any more.
	PutSubscription(s event.Subscription) error
	// Subscribed reports whether a channel is asked for.
	Subscribed(source, channel string) (bool, error)
	DropSubscription(source, channel string) error
	// PutScore keeps the newest value of a metric of a site, and its hours.
	PutScore(s event.SLEScore) error
	// PutName keeps a learned name.
	PutName(n Name) error
	// AddCounts adds to the counters that no other method keeps by itself.
	AddCounts(unknown, undecoded int64) error
	// PutDamage counts records that were passed over because they are damaged.
	PutDamage(first, last int64) error
	// SetPosition sets the last record in the view, SetSum that record's checksum,
	// by which the view recognizes its log.
	SetPosition(seq int64) error
	SetSum(sum int64) error
}
