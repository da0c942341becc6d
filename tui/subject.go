package tui

import (
	"context"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
	"foghorn/tui/port"
)

// subjectKind says which table a subject is of.
type subjectKind uint8

const (
	subjectAlert subjectKind = iota + 1
	subjectEvent
	subjectDelivery
	subjectDevice // the id is the MAC as a number
	subjectClient
)

// subject is what a detail view or the preview is about.
type subject struct {
	kind subjectKind
	id   int64
}

// facts are everything a detail view knows about its subject. One of alert,
// event, delivery, device and client is set; missing says that the record is gone.
type facts struct {
	subject    subject
	alert      *event.Alert
	event      *event.Event
	delivery   *event.Delivery
	device     *event.Device
	client     *event.LiveClient
	alerts     []event.Alert // of a device, the worst first
	events     []event.Event
	activities []event.Activity
	post       []byte // of an alert of a Junos device: what the device said
	body       []byte // JSON, or whatever a delivery brought
	bodyNote   string
	missing    bool
}

// How many related records a detail view reads.
const (
	relatedEvents     = 200
	relatedActivities = 50
)

// readFacts asks for all that a detail view shows. full is unset for the
// preview, which shows neither body nor activities of others.
func readFacts(ctx context.Context, j port.Journal, s subject, page query.Page) (facts, error) {
	f := facts{subject: s}
	page.After, page.Before, page.Limit = s.id-1, s.id+1, 1
	var err error
	switch s.kind {
	case subjectAlert:
		err = f.readAlert(ctx, j, page)
	case subjectEvent:
		err = f.readEvent(ctx, j, page)
	case subjectDelivery:
		err = f.readDelivery(ctx, j)
	case subjectDevice:
		err = f.readDevice(ctx, j, page)
	case subjectClient:
		err = f.readClient(ctx, j, page)
	}
	return f, err
}

func (f *facts) readAlert(ctx context.Context, j port.Journal, page query.Page) error {
	rows, err := j.Alerts(ctx, page)
	if err != nil {
		return err
	}
	if f.missing = len(rows) == 0; f.missing {
		return nil
	}
	f.alert = &rows[0]
	if f.events, err = j.AlertEvents(ctx, f.subject.id, relatedEvents); err != nil {
		return err
	}
	f.post = junosRaw(ctx, j, f.events)
	if f.activities, err = j.Activities(ctx, event.AlertTarget(f.subject.id), relatedActivities); err != nil {
		return err
	}
	f.body, err = export.Object(f.alert)
	return err
}

func (f *facts) readEvent(ctx context.Context, j port.Journal, page query.Page) error {
	rows, err := j.Events(ctx, page)
	if err != nil {
		return err
	}
	if f.missing = len(rows) == 0; f.missing {
		return nil
	}
	ev := &rows[0]
	f.event = ev
	if f.events, err = relatedTo(ctx, j, ev, page); err != nil {
		return err
	}
	raw, err := j.Raw(ctx, ev.ID)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil || len(raw) == 0 {
		// Retention may have taken the delivery; the row itself is still worth showing.
		f.bodyNote = "The delivery it came in is no longer in the log; this is what was kept of it."
		raw, err = export.Object(ev)
	}
	f.body = raw
	return err
}

// relatedTo finds what else belongs to an event: the events of its alert, else
// the latest of its client, else of its device.
func relatedTo(ctx context.Context, j port.Journal, ev *event.Event, page query.Page) ([]event.Event, error) {
	if ev.AlertID != 0 {
		return j.AlertEvents(ctx, ev.AlertID, relatedEvents)
	}
	mac := ev.ClientMAC
	if mac == "" {
		mac = ev.DeviceMAC
	}
	if mac == "" {
		return nil, nil
	}
	q, err := query.Parse("mac:" + string(mac))
	if err != nil {
		return nil, nil // what is not a MAC relates to nothing
	}
	return j.Events(ctx, query.Page{Where: q, Now: page.Now, Limit: relatedEvents / 4})
}

func (f *facts) readDelivery(ctx context.Context, j port.Journal) error {
	d, err := j.Delivery(ctx, f.subject.id)
	if err != nil {
		return err
	}
	f.delivery, f.body = &d, d.Body
	if d.Truncated {
		f.bodyNote = "The body was cut short when it was kept."
	}
	f.events, err = j.DeliveryEvents(ctx, f.subject.id, relatedEvents)
	return err
}

// everything is a page without a filter.
func everything(now time.Time) query.Page {
	q, _ := query.Parse("") // the empty query parses
	return query.Page{Where: q, Now: now}
}
