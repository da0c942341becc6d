package actions_test

import (
	"context"
	"testing"
	"time"

	"foghorn/actions"
	"foghorn/journal/event"
	"foghorn/mist"
	"foghorn/mist/mistsim"
)

// mute is a cloud whose answers to what changes something never come.
type mute struct {
	*mist.Client
	asked chan struct{}
}

func (m mute) RenameDevice(ctx context.Context, _, _, _ string) (mist.DeviceConfig, error) {
	m.asked <- struct{}{}
	<-ctx.Done()
	return mist.DeviceConfig{}, ctx.Err()
}

func (m mute) PingWebhook(ctx context.Context, _ mist.Scope, _ string) error {
	m.asked <- struct{}{}
	<-ctx.Done()
	return ctx.Err()
}

// deaf is a log that a process cannot write its last words to.
type deaf struct {
	event.Appender
	left int
}

func (l *deaf) Append(ctx context.Context, records ...event.Record) ([]int64, error) {
	if l.left--; l.left < 0 {
		return nil, context.Canceled
	}
	return l.Appender.Append(ctx, records...)
}

// dies runs something of a process that is killed while it waits for the cloud.
func (d *desk) dies(does func(ctx context.Context, a *actions.Actions)) {
	d.t.Helper()
	ctx, kill := context.WithCancel(d.ctx)
	asked, ended := make(chan struct{}, 1), make(chan struct{})
	a := d.process(func(o *actions.Options) {
		o.Log = &deaf{d.log, 1}
		o.Clouds[0].API = mute{d.client(mistsim.AdminToken), asked}
	})
	go func() {
		defer close(ended)
		does(ctx, a)
	}()
	<-asked
	kill()
	<-ended
	d.project()
}

// What a process asked of the cloud and did not live to hear gets an outcome
// from whoever collects next: the true one where that can be seen.
func TestWhatADeadProcessAskedForGetsAnOutcome(t *testing.T) {
	d := open(t)
	hook := d.hook("http://127.0.0.1:1/")
	aps := d.cloud.Org().Sites[0].OfType(mistsim.AP)
	device := func(i int) event.Device {
		return event.Device{Source: "acme", MAC: event.MAC(aps[i].MAC), SiteID: d.cloud.Org().Sites[0].ID, Name: aps[i].Name}
	}
	d.dies(func(ctx context.Context, a *actions.Actions) { _ = a.Rename(ctx, ada, "acme", device(0), "lobby-1") })
	d.dies(func(ctx context.Context, a *actions.Actions) { _ = a.Rename(ctx, ada, "acme", device(1), "lobby-2") })
	d.dies(func(ctx context.Context, a *actions.Actions) {
		_ = a.PingWebhook(ctx, ada, hook, func(event.CheckStep) {})
	})
	renamed := device(1)
	renamed.Name = "lobby-2" // Mist had heard it
	d.must(d.view.PutDevices(d.ctx, "acme", []event.Device{device(0), renamed}, nil))
	outcome := func(target string) event.Sync {
		d.t.Helper()
		d.project()
		acts, err := d.view.Activities(d.ctx, target, 1)
		d.must(err)
		if len(acts) != 1 {
			t.Fatalf("%s: %d activities", target, len(acts))
		}
		return acts[0].Sync
	}
	retrier := d.process(nil).Retrier()
	retrier.RetryDue(d.ctx)
	if got := outcome(event.DeviceTarget(device(0).MAC)); got.State != event.SyncSending {
		t.Errorf("the process may still be at it, and is said to be %q", got)
	}
	d.clock.Advance(3 * time.Minute)
	retrier.RetryDue(d.ctx)
	unknown := event.Sync{State: event.SyncFailed, Reason: "outcome unknown: the process ended before Mist answered"}
	for target, want := range map[string]event.Sync{
		event.DeviceTarget(device(0).MAC): unknown,
		event.DeviceTarget(device(1).MAC): {State: event.SyncDone},
		event.WebhookTarget(hook.ID):      unknown,
	} {
		if got := outcome(target); got != want {
			t.Errorf("%s: outcome %q, want %q", target, got, want)
		}
	}
	if left, err := d.view.PendingActivities(d.ctx); err != nil || len(left) > 0 {
		t.Errorf("%d activities have no outcome (%v)", len(left), err)
	}
}
