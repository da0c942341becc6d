package privacy

import (
	"context"
	"encoding/json"
	"time"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/tui/port"
)

// reader is a journal that teaches a Hider the names in everything that is read. It
// embeds no journal, so that a new question has to say what it teaches.
type reader struct {
	of    port.Journal
	hider *Hider
}

// Teaching returns the journal j, which then teaches h.
func (h *Hider) Teaching(j port.Journal) port.Journal { return &reader{j, h} }

// mostAhead bounds the devices, clients and values whose names are read ahead.
const mostAhead = 20_000

// ReadAhead learns the names of all devices, sites and clients: sentences mention some
// that are in no other row that is read.
func (h *Hider) ReadAhead(ctx context.Context, j port.Journal, now time.Time) error {
	r, page := h.Teaching(j), query.Page{Now: now, Limit: mostAhead}
	_, err := r.Devices(ctx, page)
	if err == nil {
		_, err = r.LiveClients(ctx, page)
	}
	if err == nil {
		_, err = r.Sites(ctx)
	}
	for field := range fields {
		if err == nil {
			_, err = r.Values(ctx, field, "", mostAhead)
		}
	}
	return err
}

// taught learns from an answer and passes it on.
func taught[T any](h *Hider) func(rows T, err error) (T, error) {
	return func(rows T, err error) (T, error) {
		h.Learn(rows)
		return rows, err
	}
}

func (r *reader) Events(ctx context.Context, p query.Page) ([]event.Event, error) {
	return taught[[]event.Event](r.hider)(r.of.Events(ctx, p))
}

func (r *reader) Alerts(ctx context.Context, p query.Page) ([]event.Alert, error) {
	return taught[[]event.Alert](r.hider)(r.of.Alerts(ctx, p))
}

func (r *reader) Deliveries(ctx context.Context, p query.Page) ([]event.Delivery, error) {
	return taught[[]event.Delivery](r.hider)(r.of.Deliveries(ctx, p))
}

func (r *reader) AlertEvents(ctx context.Context, alertID int64, limit int) ([]event.Event, error) {
	return taught[[]event.Event](r.hider)(r.of.AlertEvents(ctx, alertID, limit))
}

func (r *reader) DeliveryEvents(ctx context.Context, deliveryID int64, limit int) ([]event.Event, error) {
	return taught[[]event.Event](r.hider)(r.of.DeliveryEvents(ctx, deliveryID, limit))
}

func (r *reader) Activities(ctx context.Context, target string, limit int) ([]event.Activity, error) {
	return taught[[]event.Activity](r.hider)(r.of.Activities(ctx, target, limit))
}

func (r *reader) NewActivities(ctx context.Context, after int64, limit int) ([]event.Activity, error) {
	return taught[[]event.Activity](r.hider)(r.of.NewActivities(ctx, after, limit))
}

func (r *reader) Scores(ctx context.Context) ([]event.SLEScore, error) {
	return taught[[]event.SLEScore](r.hider)(r.of.Scores(ctx))
}

func (r *reader) Status(ctx context.Context) (event.Status, error) {
	return taught[event.Status](r.hider)(r.of.Status(ctx))
}

func (r *reader) Sites(ctx context.Context) ([]event.Site, error) {
	return taught[[]event.Site](r.hider)(r.of.Sites(ctx))
}

// Values are of a field, which says what they name.
func (r *reader) Values(ctx context.Context, field, prefix string, limit int) ([]string, error) {
	values, err := r.of.Values(ctx, field, prefix, limit)
	if kind := fields[field]; kind != "" {
		for _, v := range values {
			r.hider.add(kind, v)
		}
	}
	return values, err
}

// fields are the fields of queries whose values are names.
var fields = map[string]string{"site": "site", "device": "device", "client": "client", "ssid": "ssid", "ap": "ap", "user": "user", "source": "org"}

func (r *reader) Raw(ctx context.Context, eventID int64) (json.RawMessage, error) {
	return taught[json.RawMessage](r.hider)(r.of.Raw(ctx, eventID))
}

func (r *reader) Delivery(ctx context.Context, id int64) (event.Delivery, error) {
	return taught[event.Delivery](r.hider)(r.of.Delivery(ctx, id))
}

func (r *reader) ChangesBefore(ctx context.Context, a *event.Alert) (journal.Changes, error) {
	return taught[journal.Changes](r.hider)(r.of.ChangesBefore(ctx, a))
}

func (r *reader) DeviceDetail(ctx context.Context, mac event.MAC, now time.Time) (journal.DeviceDetail, error) {
	return taught[journal.DeviceDetail](r.hider)(r.of.DeviceDetail(ctx, mac, now))
}

func (r *reader) SiteDetail(ctx context.Context, id string, now time.Time) (d journal.SiteDetail, ok bool, err error) {
	d, ok, err = r.of.SiteDetail(ctx, id, now)
	r.hider.Learn(d)
	return d, ok, err
}

func (r *reader) SiteStates(ctx context.Context, siteID string) ([]event.SiteState, error) {
	return taught[[]event.SiteState](r.hider)(r.of.SiteStates(ctx, siteID))
}

func (r *reader) Changed() <-chan struct{} { return r.of.Changed() }

func (r *reader) Devices(ctx context.Context, p query.Page) ([]event.Device, error) {
	return taught[[]event.Device](r.hider)(r.of.Devices(ctx, p))
}

func (r *reader) LiveClients(ctx context.Context, p query.Page) ([]event.LiveClient, error) {
	return taught[[]event.LiveClient](r.hider)(r.of.LiveClients(ctx, p))
}

func (r *reader) Webhooks(ctx context.Context) ([]event.Webhook, error) {
	return taught[[]event.Webhook](r.hider)(r.of.Webhooks(ctx))
}

func (r *reader) Frames(ctx context.Context, source string, limit int) ([]event.Frame, error) {
	return taught[[]event.Frame](r.hider)(r.of.Frames(ctx, source, limit))
}

func (r *reader) Jobs(ctx context.Context, limit int) ([]event.Job, error) {
	return taught[[]event.Job](r.hider)(r.of.Jobs(ctx, limit))
}

func (r *reader) Job(ctx context.Context, id int64) (event.Job, error) {
	return taught[event.Job](r.hider)(r.of.Job(ctx, id))
}

// doer are actions whose answers from the cloud teach a Hider.
type doer struct {
	port.Actions
	hider *Hider
}

// TeachingActions returns the actions a, whose answers then teach h.
func (h *Hider) TeachingActions(a port.Actions) port.Actions {
	if a == nil {
		return nil
	}
	return &doer{a, h}
}

func (d *doer) SLE(ctx context.Context, q event.SLEQuestion) (event.SLEDetail, error) {
	return taught[event.SLEDetail](d.hider)(d.Actions.SLE(ctx, q))
}
