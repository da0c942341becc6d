package actions_test

import (
	"errors"
	"math"
	"sync"
	"testing"

	"foghorn/actions"
	"foghorn/journal/event"
)

// written counts the activities of an action in the log.
func (d *desk) written(action string) (n int) {
	d.t.Helper()
	records, err := d.log.Read(d.ctx, 0, math.MaxInt32, math.MaxInt64)
	d.must(err)
	for _, r := range records {
		if a, err := r.Activity(); r.Kind == event.RecordActivity && err == nil && a.Action == action {
			n++
		}
	}
	return n
}

// While the view lags, what this process did a moment ago counts: a key pressed twice
// writes one ack, and what comes after it is judged by it.
func TestWhatWasJustDoneCountsBeforeTheViewShowsIt(t *testing.T) {
	d := open(t)
	ids := d.alarms(1)
	acts := d.process(nil)
	target := actions.AlertTarget(d.alert(ids[0]).ID)
	run := func(action string, args actions.Args) actions.Step {
		t.Helper()
		steps, err := taken(acts.Run(d.ctx, ada, action, []actions.Target{target}, args))
		d.must(err)
		if len(steps) != 1 {
			t.Fatalf("%s: steps %+v", action, steps)
		}
		return steps[0]
	}
	for _, c := range []struct {
		action string
		args   actions.Args
		state  actions.StepState
		text   string
	}{
		{"unack", nil, actions.Skipped, "nobody had {}"},
		{"ack", nil, actions.Done, ""},
		{"ack", nil, actions.Skipped, "{} is already yours"},
		{"unack", nil, actions.Done, ""},
		{"unack", nil, actions.Skipped, "nobody had {}"},
		{"ack", actions.Args{"note": "on it"}, actions.Done, ""},
		{"ack", nil, actions.Skipped, "{} is already yours"},
		{"close", actions.Args{"reason": "test"}, actions.Done, ""},
		{"close", actions.Args{"reason": "test"}, actions.Skipped, "{} is already resolved"},
	} {
		if s := run(c.action, c.args); s.State != c.state || s.Text != c.text {
			t.Errorf("%s: %s %q, want %s %q", c.action, s.State, s.Text, c.state, c.text)
		}
	}
	if acks, unacks := d.written("ack"), d.written("unack"); acks != 2 || unacks != 1 {
		t.Errorf("%d acks and %d unacks are in the log", acks, unacks)
	}
	if a := d.alert(ids[0]); a.State != event.Resolved || a.ClosedBy != ada.Person || a.Owner != ada.Person {
		t.Errorf("the alert is %s of %q, closed by %q", a.State, a.Owner, a.ClosedBy)
	}
}

// An undo that the view does not show yet lets its action be taken again.
func TestWhatWasJustUndoneCanBeDoneAgain(t *testing.T) {
	d := open(t)
	ids := d.alarms(1)
	acts := d.process(nil)
	at := []actions.Target{actions.AlertTarget(d.alert(ids[0]).ID)}
	for range 3 {
		steps, err := taken(acts.Run(d.ctx, ada, "ack", at, nil))
		d.must(err)
		if steps[0].State != actions.Done {
			t.Fatalf("ack: %+v", steps[0])
		}
		_, err = taken(acts.Undo(d.ctx, ada, []event.Activity{steps[0].Activity}))
		d.must(err)
	}
	if a := d.alert(ids[0]); a.State != event.Open || d.written("ack") != 3 {
		t.Errorf("the alert is %s after %d acks", a.State, d.written("ack"))
	}
}

// Two keys whose checks overlap write one ack.
func TestTwoKeysAtOnceWriteOneAck(t *testing.T) {
	d := open(t)
	ids := d.alarms(40)
	acts := d.process(nil)
	var at []actions.Target
	for _, id := range ids {
		at = append(at, actions.AlertTarget(d.alert(id).ID))
	}
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			_, err := taken(acts.Run(d.ctx, ada, "ack", at, nil))
			if err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if n := d.written("ack"); n != len(ids) {
		t.Errorf("%d acks for %d alerts", n, len(ids))
	}
}

// Somebody else's ack is taken back on purpose only.
func TestUnackOfAnothersAlertNamesTheOwner(t *testing.T) {
	d := open(t)
	ids := d.alarms(1)
	acts := d.process(nil)
	d.do(acts, d.acks(event.ActionAck, "", ids...)...)
	at := []actions.Target{actions.AlertTarget(d.alert(ids[0]).ID)}
	bob := actions.Operator{Person: "bob", Role: actions.RoleAdmin}
	items, err := acts.Check(d.ctx, bob, "unack", at, nil)
	d.must(err)
	if items[0].Owner != "ada" || items[0].Since.IsZero() {
		t.Errorf("checked: %+v", items[0])
	}
	if _, err := taken(acts.Run(d.ctx, bob, "unack", at, nil)); !errors.Is(err, actions.ErrOthers) {
		t.Errorf("without take-over: %v", err)
	}
	steps, err := taken(acts.Run(d.ctx, bob, "unack", at, actions.Args{"take-over": "true"}))
	d.must(err)
	if steps[0].State != actions.Done || d.alert(ids[0]).State != event.Open {
		t.Errorf("with it: %+v", steps)
	}
}
