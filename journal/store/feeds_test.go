package store

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"foghorn/internal/clock"
	"foghorn/journal/event"
)

// What feeds ask, to tell only what is new.
func TestTheLastEventOfATopicIsFoundWithinItsTime(t *testing.T) {
	ctx := t.Context()
	v := openTestView(t, t.TempDir(), Options{Clock: clock.NewFake(began)})
	update(t, v, func(tx Tx) error {
		var errs []error
		for i := range 100 {
			e := newSampler().event()
			e.ID, e.Source, e.Topic, e.Via = event.ID(int64(i+1), i%3), "acme", "audits", event.ViaPoll
			e.Received = began.Add(time.Duration(i) * time.Minute)
			e.Fingerprint = uint64(i + 1)
			switch {
			case i == 40:
				e.Via = event.ViaWebhook
			case i == 70:
				e.Source = "other"
			case i > 70:
				e.Topic = "alarms"
			}
			errs = append(errs, tx.PutEvent(&e))
		}
		return errors.Join(append(errs, tx.SetPosition(100))...)
	})
	for _, c := range []struct {
		via    event.Via
		within time.Duration // before the hundredth minute
		want   int           // the minute; -1 for none
	}{{"", 99 * time.Minute, 69}, {"", 30 * time.Minute, 69}, {"", 29 * time.Minute, -1}, {event.ViaWebhook, 99 * time.Minute, 40}, {event.ViaWebhook, 58 * time.Minute, -1}, {"", 240 * time.Hour, 69}, {"", -time.Hour, -1}} {
		e, ok, err := v.LastEvent(ctx, "acme", "audits", c.via, began.Add(99*time.Minute-c.within))
		if err != nil || ok != (c.want >= 0) || ok && !e.Received.Equal(began.Add(time.Duration(c.want)*time.Minute)) {
			t.Errorf("%q within %v: %v, %t, %v; want minute %d", c.via, c.within, e.Received, ok, err, c.want)
		}
	}
	if n, err := v.CountNewEvents(ctx, []int64{11, 13, 17, 500}); n != 3 || err != nil {
		t.Errorf("three records and one without events made %d events, %v", n, err)
	}
	empty := openTestView(t, t.TempDir(), Options{Clock: clock.NewFake(began)})
	if _, ok, err := empty.LastEvent(ctx, "acme", "audits", "", time.Time{}); ok || err != nil {
		t.Errorf("an empty view has an event: %v", err)
	}
}

func TestCountNewEventsWaitsForTheProjector(t *testing.T) {
	v := openTestView(t, t.TempDir(), Options{Clock: clock.NewFake(began)})
	e := newSampler().event()
	e.ID, e.Fingerprint = event.ID(7, 0), 7
	type answer struct {
		n   int
		err error
	}
	asked := make(chan answer, 1)
	go func() {
		n, err := v.CountNewEvents(t.Context(), []int64{6, 7})
		asked <- answer{n, err}
	}()
	update(t, v, func(tx Tx) error { return errors.Join(tx.PutEvent(&e), tx.SetPosition(7)) })
	if a := <-asked; a.n != 1 || a.err != nil {
		t.Errorf("%+v", a)
	}
}

func TestWhatASourceHasIsKnown(t *testing.T) {
	ctx := t.Context()
	v := openTestView(t, t.TempDir(), Options{Clock: clock.NewFake(began)})
	a, b, c := sampleDevice(1), sampleDevice(2), sampleClient(1)
	must(t, v.PutDevices(ctx, a.Source, []event.Device{a, b}, nil), v.PutClients(ctx, c.Source, []event.LiveClient{c}, nil))
	site, other := [2]string{"site", "s"}, [2]string{"device", "s"}
	update(t, v, func(tx Tx) error {
		return errors.Join(tx.PutName(Name{"site", "s", "Berlin"}), tx.PutName(Name{"site", "another", "Vienna"}))
	})
	devices, err1 := v.KnownDevices(ctx, a.Source)
	clients, err2 := v.KnownClients(ctx, c.Source)
	names, err3 := v.KnownNames(ctx, [][2]string{site, other})
	none, err4 := v.KnownDevices(ctx, "another")
	must(t, err1, err2, err3, err4)
	if got := fmt.Sprintf("%d %d %d %d %s", len(devices), len(clients), len(none), len(names), names[site]); got != "2 1 0 1 Berlin" {
		t.Errorf("known: %s", got)
	}
}
