package feeds

import (
	"context"
	"time"

	"foghorn/journal/event"
)

// newsEvery is how often the journal is looked at for what it learned of
// devices, while it changes.
const newsEvery = time.Second

// learn tells the mirror what the journal learned by others: webhooks tell of a
// lost device up to a minute before the next list does, and a rename by any
// process shows at once.
func (o *Org) learn(ctx context.Context) error {
	tick, stop := o.o.Clock.NewTicker(newsEvery)
	defer stop()
	var at event.DeviceChanges
	for {
		if o.changed.Swap(false) || !at.Begun {
			at = o.take(ctx, at)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
	}
}

// take reads what is new after at and returns where to go on. What cannot be
// read is read with the next change.
func (o *Org) take(ctx context.Context, at event.DeviceChanges) event.DeviceChanges {
	news, err := o.o.View.News(ctx, o.o.Source, at)
	if err != nil {
		if ctx.Err() == nil {
			o.o.Logger.Warn("read what the journal learned of devices", "source", o.o.Source, "error", err)
		}
		return at
	}
	for _, e := range news.Connections {
		o.mirror.Connection(e.DeviceMAC, e.Connection, e.Time)
	}
	for _, a := range news.Renames {
		if mac, ok := event.DeviceMACOf(a.Target); ok {
			o.mirror.Named(mac, a.After)
		}
	}
	return news
}
