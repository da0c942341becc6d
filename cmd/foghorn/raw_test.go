package main

import (
	"context"
	"testing"
	"time"

	"foghorn/event"
	"foghorn/internal/clock"
	"foghorn/projector"
	"foghorn/store"
)

// The element of an event is read back from its record, whether that is a
// delivery or what a poll found.
func TestRawOfADeliveryAndOfAnObservation(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	log, err := store.OpenLog(ctx, dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- log.Run(running) }()
	t.Cleanup(func() { stop(); <-ended })
	now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	element := `{"id":"a1","type":"rogue_ap","timestamp":1772359200}`
	body := []byte(`{"topic":"alarms","events":[{"id":"a0","timestamp":1772359100},` + element + `]}`)
	hook, err1 := event.DeliveryRecord(event.Delivery{Received: now, Source: "acme", Via: event.ViaWebhook, Verdict: event.Verified, Topic: "alarms", Body: body})
	poll, err2 := event.ObservationRecord(event.Observation{Received: now, Source: "acme", Via: event.ViaPoll, Topic: "alarms", Events: 2, Body: body})
	act, err3 := event.ActivityRecord(event.Activity{Time: now, Action: event.ActionNote, Target: "alert:1"})
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := log.Append(ctx, hook, poll, act); err != nil {
		t.Fatal(err)
	}
	view, err := store.OpenViewWriter(ctx, dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := projector.New(projector.Options{Log: log, View: view, Clock: clock.NewFake(now)})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.CatchUp(ctx, nil); err != nil {
		t.Fatal(err)
	}
	j := &journal{View: view, log: log}
	defer j.Close()
	for seq := int64(1); seq <= 2; seq++ {
		if raw, err := j.Raw(ctx, event.ID(seq, 1)); err != nil || string(raw) != element {
			t.Errorf("record %d: %s, %v", seq, raw, err)
		}
	}
	for _, id := range []int64{event.ID(3, 0), event.ID(4, 0), event.ID(2, 7)} {
		if raw, err := j.Raw(ctx, id); err == nil {
			t.Errorf("event %d that is none has %s", id, raw)
		}
	}
}
