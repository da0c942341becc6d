package view

import (
	"context"
	"time"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// DetailData is everything a detail view knows about its record. One of alert,
// event, delivery, device and client is set; missing says that the record is gone.
type DetailData struct {
	Subject    pane.RecordRef
	Alert      *event.Alert
	Event      *event.Event
	delivery   *event.Delivery
	Device     *event.Device
	Client     *event.LiveClient
	alerts     []event.Alert // of a device, the worst first
	clients    []event.LiveClient
	behind     []event.Device   // the devices whose uplink this one is
	changes    *journal.Changes // before an alert; nil while they are not read
	changesAt  time.Time        // when they were read
	events     []event.Event
	activities []event.Activity
	post       []byte // of an alert of a Junos device: what the device said
	Body       []byte // JSON, or whatever a delivery brought
	bodyNote   string
	marks      []journal.RelayMark // what became of an alert or event at each relay
	missing    bool
}

// How many related records a detail view reads.
const (
	relatedEvents     = 200
	relatedActivities = 50
)

// ReadDetail asks for all that a detail view shows. known is what was read before
// and may be used again, of whatever record.
func ReadDetail(ctx context.Context, j port.Journal, s pane.RecordRef, page query.Page, known *DetailData) (DetailData, error) {
	f := DetailData{Subject: s}
	if known != nil && known.Subject == s && page.Now.Sub(known.changesAt) < changesFor {
		f.changes, f.changesAt = known.changes, known.changesAt
	}
	page.After, page.Before, page.Limit = s.ID-1, s.ID+1, 1
	var err error
	switch s.Kind {
	case pane.AlertRecord:
		err = f.readAlert(ctx, j, page)
	case pane.EventRecord:
		err = f.readEvent(ctx, j, page)
	case pane.DeliveryRecord:
		err = f.readDelivery(ctx, j)
	case pane.DeviceRecord:
		err = f.readDevice(ctx, j, page)
	case pane.ClientRecord:
		err = f.readClient(ctx, j, page)
	}
	if err == nil {
		err = f.readMarks(ctx, j, page.Now)
	}
	return f, err
}

func (f *DetailData) readAlert(ctx context.Context, j port.Journal, page query.Page) error {
	rows, err := j.Alerts(ctx, page)
	if err != nil {
		return err
	}
	if f.missing = len(rows) == 0; f.missing {
		return nil
	}
	f.Alert = &rows[0]
	if f.events, err = j.AlertEvents(ctx, f.Subject.ID, relatedEvents); err != nil {
		return err
	}
	f.post = junosRaw(ctx, j, f.events)
	if f.changes == nil {
		changes, err := j.ChangesBefore(ctx, f.Alert)
		if err != nil {
			return err
		}
		f.changes, f.changesAt = &changes, page.Now
	}
	if f.activities, err = j.Activities(ctx, event.AlertTarget(f.Subject.ID), relatedActivities); err != nil {
		return err
	}
	f.Body, err = export.Object(f.Alert)
	return err
}

func (f *DetailData) readEvent(ctx context.Context, j port.Journal, page query.Page) error {
	rows, err := j.Events(ctx, page)
	if err != nil {
		return err
	}
	if f.missing = len(rows) == 0; f.missing {
		return nil
	}
	ev := &rows[0]
	f.Event = ev
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
	f.Body = raw
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
	return j.Events(ctx, query.Page{Where: query.Is("mac", string(mac)), Now: page.Now, Limit: relatedEvents / 4})
}

func (f *DetailData) readDelivery(ctx context.Context, j port.Journal) error {
	d, err := j.Delivery(ctx, f.Subject.ID)
	if err != nil {
		return err
	}
	f.delivery, f.Body = &d, d.Body
	if d.Truncated {
		f.bodyNote = "The body was cut short when it was kept."
	}
	f.events, err = j.DeliveryEvents(ctx, f.Subject.ID, relatedEvents)
	return err
}
