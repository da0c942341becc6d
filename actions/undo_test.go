package actions_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"foghorn/actions"
	"foghorn/journal/event"
	"foghorn/journal/projector"
	"foghorn/journal/query"
	"foghorn/journal/store"
	"foghorn/mist/mistsim"
)

// operator are the columns of an alert that people decide, for comparing.
func operator(a event.Alert) string {
	at := func(t *time.Time) string {
		if t == nil {
			return "-"
		}
		return t.UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprintf("owner %q acked %s snoozed %s note %q closed %q %s %q resolved %s", a.Owner, at(a.AckedAt), at(a.SnoozedUntil), a.Note,
		a.ClosedBy, at(a.ClosedAt), a.CloseReason, at(a.Resolved))
}

// deed makes a random activity on an alert.
func deed(r *rand.Rand, now time.Time, target string) event.Activity {
	people := []string{"ann", "bob", "eve"}
	a := event.Activity{Time: now, Actor: people[r.IntN(len(people))], Target: target}
	switch r.IntN(7) {
	case 0, 1:
		a.Action = event.ActionAck
		if r.IntN(2) == 0 {
			a.Reason = fmt.Sprintf("on it %d", r.IntN(3))
		}
	case 2:
		a.Action = event.ActionUnack
	case 3:
		a.Action, a.After = event.ActionSnooze, now.Add(time.Duration(1+r.IntN(90))*time.Minute).UTC().Format(time.RFC3339)
	case 4:
		a.Action = event.ActionWake
	case 6:
		a.Action, a.Reason = event.ActionClose, "test"
	case 5:
		a.Action, a.After = event.ActionNote, []string{"", "vendor case", "spare part"}[r.IntN(3)]
	}
	return a
}

// Whatever several people did before: doing something, to one alert or to many,
// and undoing it leaves each alert as it was, field by field, also when
// the undo is undone, and a rebuild of the view gives the same.
func TestUndoRestoresExactlyWhatWasThereBefore(t *testing.T) {
	d := open(t)
	ids := d.alarms(3)
	acts := d.process(func(o *actions.Options) { o.Clouds = nil })
	r := rand.New(rand.NewPCG(8, 1))
	target := func(i int) string { return event.AlertTarget(d.alert(ids[i]).ID) }
	now := func() (out []string) {
		for _, id := range ids {
			out = append(out, operator(d.alert(id)))
		}
		return out
	}
	undo := func(of []int64, on []event.Activity) []int64 {
		var back []event.Activity
		for i, id := range of {
			back = append(back, event.Activity{Actor: "eve", Action: event.ActionUndo, Target: on[i].Target, Undoes: id, Reason: "undo"})
		}
		return d.do(acts, back...)
	}
	for round := range rounds {
		d.clock.Advance(time.Duration(1+r.IntN(400)) * time.Second)
		d.do(acts, deed(r, d.clock.Now(), target(r.IntN(3)))) // what stays
		before := now()
		var does []event.Activity
		one := deed(r, d.clock.Now(), "")
		for _, i := range r.Perm(3)[:1+r.IntN(3)] {
			one.Target = target(i)
			does = append(does, one)
		}
		done := d.do(acts, does...)
		after := now()
		d.clock.Advance(time.Duration(r.IntN(10)) * time.Second)
		back := undo(done, does)
		if got := now(); !reflect.DeepEqual(got, before) {
			t.Fatalf("round %d: %s by %s, undone:\n%q\nbefore:\n%q", round, one.Action, one.Actor, got, before)
		}
		undo(back, does)
		if got := now(); !reflect.DeepEqual(got, after) {
			t.Fatalf("round %d: %s by %s, undone and done again:\n%q\nafter:\n%q", round, one.Action, one.Actor, got, after)
		}
	}
	want := now()
	view, err := store.OpenViewWriter(d.ctx, t.TempDir(), store.Options{Clock: d.clock})
	d.must(err)
	defer func() { d.must(view.Close()) }()
	again, err := projector.New(projector.Options{Log: d.log, View: view, Clock: d.clock})
	d.must(err)
	d.must(again.CatchUp(d.ctx, nil))
	for i, id := range ids {
		a, err := view.AlertsByMistAlarm(d.ctx, []string{id})
		d.must(err)
		if got := operator(a[id]); got != want[i] {
			t.Errorf("rebuilt: %s\nlive: %s", got, want[i])
		}
	}
}

// What somebody else, or a new outage, changed meanwhile is not undone.
func TestUndoLeavesWhatChangedMeanwhile(t *testing.T) {
	d := open(t)
	ids := d.alarms(2)
	acts := d.process(func(o *actions.Options) { o.Clouds = nil })
	target := event.AlertTarget(d.alert(ids[0]).ID)
	do := func(a event.Activity) int64 {
		d.clock.Advance(time.Second)
		a.Target = target
		return d.do(acts, a)[0]
	}
	do(event.Activity{Actor: "ann", Action: event.ActionAck})
	mine := do(event.Activity{Actor: "bob", Action: event.ActionAck, Reason: "looking"})
	do(event.Activity{Actor: "eve", Action: event.ActionAck})
	before := operator(d.alert(ids[0]))
	do(event.Activity{Actor: "bob", Action: event.ActionUndo, Undoes: mine})
	// The note of bob's ack still stood; who owns it did not.
	if a := d.alert(ids[0]); a.Owner != "eve" || a.Note != "" {
		t.Errorf("after bob's undo: %s, before: %s", operator(a), before)
	}
	again := do(event.Activity{Actor: "bob", Action: event.ActionUndo, Undoes: mine})
	d.project()
	if got, err := d.view.ActivitiesByID(d.ctx, again); err != nil || len(got) != 1 || got[0].Became != nil || got[0].Result == "ok" {
		t.Errorf("an undo of what is undone says %+v, %v", got, err)
	}
	if got := do(event.Activity{Actor: "bob", Action: event.ActionUndo, Undoes: 99_999}); got == 0 || d.alert(ids[0]).Owner != "eve" {
		t.Error("an undo of what is not there changed the alert")
	}
	other := d.do(acts, event.Activity{Actor: "bob", Action: event.ActionAck, Target: event.AlertTarget(d.alert(ids[1]).ID)})[0]
	do(event.Activity{Actor: "bob", Action: event.ActionUndo, Undoes: other})
	if d.alert(ids[0]).Owner != "eve" || d.alert(ids[1]).Owner != "bob" {
		t.Error("an undo reached another alert than that of its activity")
	}
}

func TestAnUndoTellsMistHowTheAlertStandsThen(t *testing.T) {
	d := open(t)
	ids := d.alarms(2)
	acts := d.process(nil)
	undo := func(alarm string, of int64) event.Activity {
		return event.Activity{Actor: "ada", Action: event.ActionUndo, Target: event.AlertTarget(d.alert(alarm).ID), Undoes: of}
	}
	first := d.do(acts, d.acks(event.ActionAck, "mine", ids[0])...)
	acts.Flush(d.ctx)
	d.do(acts, undo(ids[0], first[0]))
	d.project()
	acts.Flush(d.ctx)
	if a, c := d.alert(ids[0]), d.inCloud(ids[0]); a.State != event.Open || a.Note != "" || a.Sync.State != event.SyncDone || c.Acked {
		t.Errorf("an undone ack: %s, sync %q; in Mist acked %v", operator(a), a.Sync, c.Acked)
	}
	// Of a takeover the ack stays in Mist, and an un-ack comes back there.
	request := d.acks(event.ActionAck, "", ids[1])
	request[0].Actor = "bob"
	d.do(acts, request...)
	taken := d.do(acts, d.acks(event.ActionAck, "", ids[1])...)
	d.do(acts, undo(ids[1], taken[0]))
	off := d.do(acts, d.acks(event.ActionUnack, "", ids[1])...)
	d.do(acts, undo(ids[1], off[0]))
	d.project()
	acts.Flush(d.ctx)
	if a, c := d.alert(ids[1]), d.inCloud(ids[1]); a.Owner != "bob" || a.Sync.State != event.SyncDone || !c.Acked {
		t.Errorf("given back: %s, sync %q; in Mist acked %v", operator(a), a.Sync, c.Acked)
	}
	// An undo that came to nothing tells Mist nothing.
	calls := d.cloud.TotalCalls()
	d.do(acts, undo(ids[1], taken[0]))
	d.project()
	acts.Flush(d.ctx)
	if n := d.cloud.TotalCalls(); n != calls {
		t.Errorf("%d calls for an undo of nothing", n-calls)
	}
	if left, err := d.view.PendingActivities(d.ctx); err != nil || len(left) > 0 {
		t.Errorf("%d activities wait forever (%v)", len(left), err)
	}
}

// A process that dies between its undo and Mist's answer leaves it to the collector.
func TestTheCollectorTellsMistOfAnUndoWhoseProcessDied(t *testing.T) {
	d := open(t)
	ids := d.alarms(1)
	acts := d.process(nil)
	first := d.do(acts, d.acks(event.ActionAck, "", ids[0])...)
	acts.Flush(d.ctx)
	d.do(d.process(nil), event.Activity{Actor: "ada", Action: event.ActionUndo, Target: event.AlertTarget(d.alert(ids[0]).ID), Undoes: first[0]})
	d.project()
	d.clock.Advance(time.Minute)
	acts.Retrier().RetryDue(d.ctx)
	if a, c := d.alert(ids[0]), d.inCloud(ids[0]); c.Acked || a.Sync.State != event.SyncDone {
		t.Errorf("in Mist acked %v, the alert says %q", c.Acked, a.Sync)
	}
}

func TestARefusalRestoresTheEarlierNote(t *testing.T) {
	d := open(t)
	ids := d.alarms(1)
	acts := d.process(func(o *actions.Options) { o.Clouds[0].API = d.client(mistsim.ReadToken) })
	d.do(acts, event.Activity{Actor: "bob", Action: event.ActionNote, Target: event.AlertTarget(d.alert(ids[0]).ID), After: "vendor case 17"})
	d.do(acts, d.acks(event.ActionAck, "on it", ids...)...)
	if a := d.alert(ids[0]); a.Note != "on it" {
		t.Fatalf("the ack's note is not there: %s", operator(a))
	}
	acts.Flush(d.ctx)
	if a := d.alert(ids[0]); a.Note != "vendor case 17" || a.State != event.Open || a.Sync.State != event.SyncFailed {
		t.Errorf("after the refusal: %s, sync %q", operator(a), a.Sync)
	}
}

// brittle is a journal that cannot be read now and then.
type brittle struct {
	journal
	err error
}

func (b *brittle) Alert(ctx context.Context, id int64) (event.Alert, error) {
	if b.err != nil {
		return event.Alert{}, b.err
	}
	return b.journal.Alert(ctx, id)
}

func (b *brittle) Alerts(ctx context.Context, p query.Page) ([]event.Alert, error) {
	if b.err != nil {
		return nil, b.err
	}
	return b.journal.Alerts(ctx, p)
}

// An ack whose alert cannot be read just then is neither forgotten nor settled:
// it is told to Mist once the alert can be read.
func TestAnAckWhoseAlertCannotBeReadIsKept(t *testing.T) {
	d := open(t)
	ids := d.alarms(2)
	view := &brittle{journal: journal{d.view, d.log}}
	acts := d.process(func(o *actions.Options) { o.View = view })
	wishes := d.acks(event.ActionAck, "", ids...)
	d.do(acts, wishes[0]) // its process dies
	view.err = errors.New("disk I/O error")
	d.do(acts, wishes[1])
	d.project()
	d.clock.Advance(time.Minute)
	retrier := d.process(func(o *actions.Options) { o.View = view }).Retrier()
	retrier.RetryDue(d.ctx)
	for _, id := range ids {
		if a := d.alert(id); a.Owner != "ada" || a.Sync.State != event.SyncSending && a.Sync.State != event.SyncPending {
			t.Errorf("while the alert cannot be read: owner %q, sync %q", a.Owner, a.Sync)
		}
	}
	view.err = nil
	d.clock.Advance(time.Minute)
	retrier.RetryDue(d.ctx)
	for _, id := range ids {
		if a := d.alert(id); a.Sync.State != event.SyncDone || !d.inCloud(id).Acked {
			t.Errorf("afterwards the alert says %q", a.Sync)
		}
	}
}
