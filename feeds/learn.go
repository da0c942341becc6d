package feeds

import (
	"context"

	"foghorn/journal/event"
)

// maxLearned bounds the changes that wait for the state. Beyond that the oldest
// are dropped; the next list of devices corrects them.
const maxLearned = 10_000

// learned is a change that others have put into the log.
type learned struct {
	connection event.Event    // a webhook reported that a device was lost or is back
	rename     event.Activity // a rename that Mist accepted
}

// Learn takes what was just committed to the view. A webhook reports a lost
// device up to a minute before the next list does, and a rename by any process
// shows at once. An activity may also have asked for a channel of the stream.
// Learn only queues, so the projector may call it.
func (o *Org) Learn(events []event.Event, activities []event.Activity) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range events {
		if e := &events[i]; e.Source == o.o.Source && e.Via == event.ViaWebhook && e.Connection != "" {
			o.changes = append(o.changes, learned{connection: *e})
		}
	}
	for i := range activities {
		if a := &activities[i]; a.Source == o.o.Source && a.Action == event.ActionRename && a.Sync.State == event.SyncDone {
			o.changes = append(o.changes, learned{rename: *a})
		}
	}
	if len(o.changes) > maxLearned {
		o.changes = o.changes[len(o.changes)-maxLearned:]
	}
	if len(o.changes) > 0 {
		o.changed.Notify()
	}
	if len(activities) > 0 && o.stream != nil {
		o.stream.ViewChanged()
	}
}

// learn applies the changes in order, once the state was restored.
func (o *Org) learn(ctx context.Context) error {
	for {
		o.mu.Lock()
		changes := o.changes
		o.changes = nil
		o.mu.Unlock()
		for _, c := range changes {
			if e := &c.connection; e.Connection != "" {
				o.state.SetConnection(e.DeviceMAC, e.Connection, e.Time)
			} else if mac, ok := event.DeviceMACOf(c.rename.Target); ok {
				o.state.SetName(mac, c.rename.After)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-o.changed:
		}
	}
}
